"""The words of the grammar: its functions, its special forms, and the names that nobody may use.

A row of `FUNCTIONS` says how a function is called, how it is printed, and how fast it can grow, so that the
reader of a formula can bound a number without computing it. Nothing here needs SymPy.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from enum import Enum, auto


class Growth(Enum):
    """How large ``f(x)`` can be when ``x`` is a number: what `bounds` needs to know of a function."""

    BOUNDED = auto()  # |f(x)| <= 4
    LOGARITHMIC = auto()  # |f(x)| <= |log2 |x|| + 1
    SLOW = auto()  # |f(x)| <= |x| + 1: roots, absolute values, the larger of two
    SQUARE = auto()  # |f(x)| <= x^2 + 8
    EXPONENTIAL = auto()  # |f(x)| <= e^|x|
    GAMMA = auto()  # |f(x)| <= |x|^|x|; exact values at whole numbers are large integers
    LOG_GAMMA = auto()  # |f(x)| <= x^2 + 8, but exact values at whole numbers are as large as gamma's
    BINOMIAL = auto()  # |f(n, k)| <= 2^(n + k)


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the grammar: its name, number of arguments, LaTeX head and growth.

    ``same_as`` names the function that an alias stands for (``ln`` for ``log``); ``most`` is None where any
    number of arguments will do.
    """

    name: str
    latex: str
    growth: Growth
    least: int = 1
    most: int | None = 1
    same_as: str = ""

    @property
    def canonical(self) -> str:
        """The name without aliases: ``log`` for ``ln``."""
        return self.same_as or self.name


def _operator(name: str) -> str:
    return rf"\operatorname{{{name}}}"


_ROWS = (
    Function("exp", r"\exp", Growth.EXPONENTIAL),
    Function("log", r"\log", Growth.LOGARITHMIC),
    Function("ln", r"\ln", Growth.LOGARITHMIC, same_as="log"),
    Function("sqrt", r"\sqrt", Growth.SLOW),
    Function("sigmoid", _operator("sigmoid"), Growth.BOUNDED, same_as="expit"),
    Function("expit", _operator("expit"), Growth.BOUNDED),
    Function("logit", _operator("logit"), Growth.LOGARITHMIC),
    Function("softplus", _operator("softplus"), Growth.SLOW),
    Function("log1p", _operator("log1p"), Growth.LOGARITHMIC),
    Function("expm1", _operator("expm1"), Growth.EXPONENTIAL),
    Function("log1mexp", _operator("log1mexp"), Growth.LOGARITHMIC),
    Function("xlogy", _operator("xlogy"), Growth.SQUARE, 2, 2),
    Function("logsumexp", _operator("logsumexp"), Growth.SLOW, 1, None),
    Function("sin", r"\sin", Growth.BOUNDED),
    Function("cos", r"\cos", Growth.BOUNDED),
    Function("tanh", r"\tanh", Growth.BOUNDED),
    Function("sinh", r"\sinh", Growth.EXPONENTIAL),
    Function("cosh", r"\cosh", Growth.EXPONENTIAL),
    Function("atan", r"\arctan", Growth.BOUNDED),
    Function("erf", _operator("erf"), Growth.BOUNDED),
    Function("erfc", _operator("erfc"), Growth.BOUNDED),
    Function("normcdf", r"\Phi", Growth.BOUNDED),
    Function("lognormcdf", r"\log\Phi", Growth.SQUARE),
    Function("gamma", r"\Gamma", Growth.GAMMA),
    Function("loggamma", r"\log\Gamma", Growth.LOG_GAMMA),
    Function("digamma", r"\psi", Growth.LOG_GAMMA),
    Function("trigamma", r"\psi_{1}", Growth.LOG_GAMMA),
    Function("factorial", "!", Growth.GAMMA),
    Function("binomial", r"\binom", Growth.BINOMIAL, 2, 2),
    Function("Abs", r"\left|", Growth.SLOW),
    Function("sign", _operator("sign"), Growth.BOUNDED),
    Function("Min", r"\min", Growth.SLOW, 1, None),
    Function("Max", r"\max", Growth.SLOW, 1, None),
    Function("Heaviside", _operator("H"), Growth.BOUNDED),
    Function("delta", r"\delta", Growth.BOUNDED, 2, 2),
)
FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

FORMS = ("sum", "prod", "diff", "Piecewise", "indicator")
"""Words with a form of their own; ``logsumexp`` is both a function of a list and a form with an index."""

CONSTANTS = ("pi", "e")

NEAR_MISSES = {
    "abs": "Abs(x)",
    "max": "Max(a, b)",
    "min": "Min(a, b)",
    "maximum": "Max(a, b)",
    "minimum": "Min(a, b)",
    "Sum": "sum(expr, index, low, high)",
    "Product": "prod(expr, index, low, high)",
    "product": "prod(expr, index, low, high)",
    "Derivative": "diff(expr, x)",
    "derivative": "diff(expr, x)",
    "KroneckerDelta": "delta(i, j)",
    "Indicator": "indicator(condition)",
    "where": "Piecewise((a, condition), (b, True))",
    "If": "Piecewise((a, condition), (b, True))",
    "pow": "x^y",
    "Pow": "x^y",
    "power": "x^y",
    "log2": "log(x)/log(2)",
    "log10": "log(x)/log(10)",
    "exp2": "2^x",
    "tan": "sin(x)/cos(x)",
    "arctan": "atan(x)",
    "lgamma": "loggamma(x)",
    "gammaln": "loggamma(x)",
    "lnGamma": "loggamma(x)",
    "psi": "digamma(x)",
    "polygamma": "digamma(x) or trigamma(x)",
    "Gamma": "gamma(x)",
    "comb": "binomial(n, k)",
    "choose": "binomial(n, k)",
    "Phi": "normcdf(x)",
    "relu": "Max(x, 0)",
    "ReLU": "Max(x, 0)",
    "sgn": "sign(x)",
    "softmax": "exp(u[k])/sum(exp(u[l]), l, 1, K)",
    "logaddexp": "logsumexp(a, b)",
    "log_sigmoid": "-softplus(-x)",
    "logsigmoid": "-softplus(-x)",
    "Rational": "a/b",
    "Integer": "the number itself",
    "Float": "the number itself",
    "Symbol": "the name itself",
}
"""What to write for functions of other systems."""

NOT_NUMBERS = frozenset({"oo", "zoo", "nan", "inf", "NaN", "Inf", "infinity", "Infinity"})

KEYWORDS = frozenset(keyword.kwlist)

# A fixed list, so that what is a formula does not depend on the version of Python that reads it.
_PYTHON = """
abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
copyright credits delattr dict dir display divmod enumerate eval exec exit filter float format frozenset
get_ipython getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list
locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set
setattr slice sorted staticmethod str sum super tuple type vars zip ArithmeticError AssertionError
AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning
ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError
DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError
FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError
MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError
OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError
RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError
UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError
Warning ZeroDivisionError
"""
BUILTINS = frozenset(_PYTHON.split()) - {*FUNCTIONS, *FORMS}
