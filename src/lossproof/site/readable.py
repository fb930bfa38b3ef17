r"""TeX and Markdown as plain words, for what is searched and for what a search engine shows.

r"the slope of $\mathit{ce}$ is $\frac{a}{b}$"   ->   "the slope of ce is (a)/(b)"
"""

from __future__ import annotations

import html
import re

_FRACTION = re.compile(r"\\[td]?frac\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_NAMED = re.compile(r"\\(?:mathit|mathrm|mathbf|text|operatorname|mathbb|htmlClass\{chg\})\s*\{([^{}]*)\}")
_SIGNS = {
    "sum": "Σ", "prod": "Π", "cdot": "·", "le": "≤", "ge": "≥", "ne": "≠", "in": "∈", "to": "→", "infty": "∞",
    "partial": "∂", "dots": "…", "ldots": "…", "times": "×", "mu": "μ", "sigma": "σ", "theta": "θ", "lambda": "λ",
    "alpha": "α", "beta": "β", "Phi": "Φ", "Gamma": "Γ", "psi": "ψ", "delta": "δ", "approx": "≈", "pi": "π",
}  # fmt: skip
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def tex_as_words(tex: str) -> str:
    """A formula in a line of text: names and signs, no commands and no braces."""
    for _ in range(4):
        tex = _FRACTION.sub(r"(\1)/(\2)", _NAMED.sub(r"\1", tex))
    tex = _COMMAND.sub(lambda found: _SIGNS.get(found[1], "" if len(found[1]) > 3 else found[1]), tex)
    return " ".join(re.sub(r"[{}&\\]|[_^](?=\{)", " ", tex).split())


def without_tex(text: str) -> str:
    """The text with each formula in words."""
    return _FORMULA.sub(lambda found: tex_as_words(next(filter(None, found.groups()))), text)


def as_words(markdown: str) -> str:
    """A piece of Markdown as plain text."""
    text = _LINK.sub(r"\1", without_tex(markdown))
    return " ".join(html.unescape(re.sub(r"[*`]|\\(?=[\\`*_{}\[\]$|])", "", text)).split())


def first_paragraph(markdown: str) -> str:
    """The first paragraph of running text of a page; empty where there is none."""
    paragraphs = (each.strip() for each in re.split(r"\n\s*\n", markdown))
    return next((each for each in paragraphs if re.match(r"[^\W\d_]", each)), "")


def first_sentence(markdown: str, most: int = 160) -> str:
    """What a search engine shows below the title: the first sentences, as many as fit."""
    text = as_words(markdown.replace("\n\n", " "))
    if len(text) <= most:
        return text
    cut = max(text.rfind(end, 0, most) for end in (". ", "? ", "! ", ": ", "。"))
    if cut > most // 3:
        return text[: cut + 1].strip()
    space = text.rfind(" ", most // 2, most)
    return text[: space if space > 0 else most].rstrip(",;:") + " …"
