"""How single characters and commands of LaTeX are spelled here: one table a kind, nothing computed.

Unicode letters and signs are other spellings of commands (``σ`` of ``\\sigma``, ``∑`` of ``\\sum``), so the lexer
turns them into those and the grammar knows one spelling of each.
"""

from __future__ import annotations

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.glyphs import GREEK

GREEK_NAMES = {word: "lambda_" if word == "lambda" else word for word in GREEK} | {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varsigma": "sigma",
    "varrho": "rho",
    "varpi": "pi",
    "ell": "ell",
    "hbar": "hbar",
    "imath": "i",
    "jmath": "j",
    "Beta": "Beta",
    "Alpha": "Alpha",
    "Eta": "Eta",
    "Mu": "Mu",
}
"""Commands that are letters, with the name that they have in the text grammar."""


ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "vec": "",
    "dot": "dot",
    "ddot": "ddot",
    "check": "check",
    "breve": "breve",
    "underline": "",
    "mathring": "ring",
}
FONTS = {
    "mathbf": "bold",
    "boldsymbol": "bold",
    "bm": "bold",
    "bold": "bold",
    "pmb": "bold",
    "mathcal": "script",
    "mathscr": "script",
    "cal": "script",
    "mathbb": "double",
    "mathfrak": "fraktur",
    "mathrm": "word",
    "mathit": "word",
    "mathsf": "word",
    "mathtt": "word",
    "mathnormal": "word",
    "textbf": "word",
    "textit": "word",
    "textrm": "word",
    "textsf": "word",
    "texttt": "word",
    "textnormal": "word",
    "operatorname": "operator",
    "operatorname*": "operator",
    "mathop": "plain",
    "mathord": "plain",
    "mathbin": "plain",
    "mathrel": "plain",
}
FONT_SWITCHES = {"bf": "bold", "rm": "word", "it": "word", "cal": "script", "sf": "word", "tt": "word"}
TEXTS = frozenset({"text", "mbox", "hbox", "textup", "intertext", "shortintertext"})
ONE_ARGUMENT = frozenset(
    {"boxed", "mathstrut", "smash", "fbox", "bbox", "cancel", "bcancel", "ensuremath", "mathclose"}
)
"""Commands whose one argument is what they stand for."""
DROPPED = {
    "tag": 1,
    "tag*": 1,
    "label": 1,
    "hspace": 1,
    "hspace*": 1,
    "vspace": 1,
    "kern": 0,
    "color": 1,
    "phantom": 1,
    "vphantom": 1,
    "hphantom": 1,
    "eqref": 1,
    "ref": 1,
    "cite": 1,
    "footnote": 1,
    "htmlClass": 1,
    "class": 1,
    "cssId": 1,
    "textcolor": 1,
    "style": 1,
    "require": 1,
    "displaystyle": 0,
    "textstyle": 0,
    "scriptstyle": 0,
    "scriptscriptstyle": 0,
    "limits": 0,
    "nolimits": 0,
    "nonumber": 0,
    "notag": 0,
    "small": 0,
    "large": 0,
    "Large": 0,
    "normalsize": 0,
    "footnotesize": 0,
    "tiny": 0,
    "centering": 0,
    "hline": 0,
    "allowbreak": 0,
    "nobreak": 0,
    "hfill": 0,
    "hfil": 0,
    "noindent": 0,
    "strut": 0,
    "mathstrut": 0,
    "left.": 0,
    "null": 0,
    "relax": 0,
    "mathsurround": 0,
    "qed": 0,
    "square": 0,
    "blacksquare": 0,
    "bigskip": 0,
    "medskip": 0,
    "smallskip": 0,
    "par": 0,
    "thinspace": 0,
    "enspace": 0,
    "enskip": 0,
    "negthinspace": 0,
}
"""Commands without a meaning, with how many arguments they take along."""
SPACES = frozenset({",", ";", ":", "!", " ", ">", "/", "thinspace", "medspace", "thickspace", "negmedspace", "@", "-"})
SIZES = frozenset(
    size + side for size in ("big", "Big", "bigg", "Bigg", "left", "right", "middle") for side in ("", "l", "r", "m")
)
FRACTIONS = {"frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "nicefrac": "frac", "sfrac": "frac"} | {
    "binom": "binom",
    "dbinom": "binom",
    "tbinom": "binom",
}
INFIX_FRACTIONS = {"over": "frac", "choose": "binom", "atop": "frac"}
OPENING = {"(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\lbrack": "[", "\\langle": "<", "\\lceil": "ceil"} | {
    "\\lfloor": "floor",
    "\\lvert": "|",
    "\\lVert": "‖",
    "\\lgroup": "(",
    "\\lparen": "(",
}
CLOSING = {")": "(", "]": "[", "\\}": "{", "\\rbrace": "{", "\\rbrack": "[", "\\rangle": "<", "\\rceil": "ceil"} | {
    "\\rfloor": "floor",
    "\\rvert": "|",
    "\\rVert": "‖",
    "\\rgroup": "(",
    "\\rparen": "(",
}
BARS = {"|": "|", "\\vert": "|", "\\|": "‖", "\\Vert": "‖", "\\parallel": "‖"}

OPERATORS = {"+": "+", "-": "-", "*": "*", "/": "/"} | {
    "\\cdot": "*",
    "\\times": "*",
    "\\ast": "*",
    "\\bullet": "*",
    "\\div": "/",
    "\\pm": "±",
    "\\mp": "±",
    "\\odot": "⊙",
    "\\circ": "∘",
    "\\otimes": "⊗",
    "\\oplus": "⊕",
    "\\star": "*",
    "\\land": "∧",
    "\\wedge": "∧",
    "\\lor": "∨",
    "\\vee": "∨",
    "\\cup": "∪",
    "\\cap": "∩",
    "\\setminus": "∖",
}
RELATIONS = {"=": "=", "<": "<", ">": ">"} | {
    "\\lt": "<",
    "\\gt": ">",
    "\\le": "<=",
    "\\leq": "<=",
    "\\leqslant": "<=",
    "\\leqq": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
    "\\geqslant": ">=",
    "\\geqq": ">=",
    "\\ll": "≪",
    "\\gg": "≫",
    "\\ne": "!=",
    "\\neq": "!=",
    "\\equiv": ":=",
    "\\triangleq": ":=",
    "\\coloneqq": ":=",
    "\\coloneq": ":=",
    "\\doteq": ":=",
    "\\overset{def}{=}": ":=",
    "\\in": "in",
    "\\ni": "ni",
    "\\notin": "notin",
    "\\subset": "⊂",
    "\\subseteq": "⊂",
    "\\approx": "≈",
    "\\simeq": "≈",
    "\\approxeq": "≈",
    "\\cong": "≈",
    "\\sim": "~",
    "\\propto": "∝",
    "\\leftarrow": "<-",
    "\\gets": "<-",
    "\\Leftarrow": "<-",
    "\\longleftarrow": "<-",
    "\\to": "->",
    "\\rightarrow": "->",
    "\\longrightarrow": "->",
    "\\mapsto": "->",
    "\\perp": "⊥",
}
IMPLICATIONS = frozenset(
    "\\" + word
    for word in [
        "Rightarrow",
        "Longrightarrow",
        "implies",
        "Leftrightarrow",
        "Longleftrightarrow",
        "iff",
        "therefore",
        "because",
        "quad",
        "qquad",
        "newline",
        "cr",
        "hookrightarrow",
        "leadsto",
        "rightsquigarrow",
        "Downarrow",
        "downarrow",
    ]
)
"""Commands that stand between two statements."""
BIG_OPERATORS = {
    "sum": "sum",
    "prod": "prod",
    "int": "int",
    "iint": "int",
    "oint": "int",
    "lim": "lim",
    "argmax": "argmax",
    "argmin": "argmin",
    "sup": "sup",
    "inf": "inf",
    "bigcup": "bigcup",
    "bigcap": "bigcap",
    "bigwedge": "bigwedge",
    "bigoplus": "bigoplus",
}
DOTS = frozenset({"dots", "ldots", "cdots", "dotsc", "dotsb", "dotsm", "dotso", "vdots", "ddots", "hdots"})
FUNCTION_WORDS = {
    **{
        word: row.name
        for row in FUNCTIONS.values()
        for word in (row.name, *row.elsewhere.split())
        if word not in GREEK_NAMES
    },
    "Sigmoid": "sigmoid",
    "logistic": "sigmoid",
    "Softplus": "softplus",
    "H": "Heaviside",
    **{word: word for word in ("tan", "cot", "coth", "sec", "csc", "sech", "softmax", "relu")},
    "Softmax": "softmax",
    "ReLU": "relu",
}
"""Words that are functions wherever they stand as a command or upright, with their name in the text grammar."""
SPELLED = tuple(
    sorted(
        ("argmax", "argmin", *(word for word in FUNCTION_WORDS if word.isalpha() and word.islower() and len(word) > 1)),
        key=len,
        reverse=True,
    )
)
"""Functions that people type as a row of letters, longest first where one begins another."""
BEYOND_WORDS = {
    "E": "an expectation",
    "Var": "a variance",
    "Cov": "a covariance",
    "tr": "a trace",
    "Tr": "a trace",
    "det": "a determinant",
    "diag": "a diagonal matrix",
    "argmax": "a place of a maximum",
    "argmin": "a place of a minimum",
}
