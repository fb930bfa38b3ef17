"""The words of the grammar beside its functions: special forms, constants, and the names that nobody may use."""

from __future__ import annotations

import keyword

from lossproof.functions.table import FUNCTIONS

FORMS = ("sum", "prod", "integral", "mean", "diff", "Piecewise", "indicator")
"""Words with a form of their own; ``logsumexp`` is both a function of a list and a form with an index."""

CONSTANTS = ("pi", "e")

NEAR_MISSES = {
    **{name: row.call for row in FUNCTIONS.values() for name in row.elsewhere.split()},
    "Sum": "sum(expr, index, low, high)",
    "Product": "prod(expr, index, low, high)",
    "product": "prod(expr, index, low, high)",
    "Derivative": "diff(expr, x)",
    "derivative": "diff(expr, x)",
    "Indicator": "indicator(condition)",
    "where": "Piecewise((a, condition), (b, True))",
    "integrate": "integral(expr, x, low, high)",
    "Integral": "integral(expr, x, low, high)",
    "expectation": "sum(f*P, y, 0, oo) or integral(f*P, y, -oo, oo) with the density P",
    "E": "sum(f*P, y, 0, oo) or integral(f*P, y, -oo, oo) with the density P",
    "If": "Piecewise((a, condition), (b, True))",
    "pow": "x^y",
    "Pow": "x^y",
    "power": "x^y",
    "log2": "log(x)/log(2)",
    "log10": "log(x)/log(10)",
    "exp2": "2^x",
    "tan": "sin(x)/cos(x)",
    "cot": "cos(x)/sin(x)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "coth": "cosh(x)/sinh(x)",
    "sech": "1/cosh(x)",
    "acosh": "log(x + sqrt(x^2 - 1))",
    "logcosh": "log(cosh(x))",
    "cloglog": "log(-log(1 - p))",
    "probit": "normcdf(u), or name its inverse",
    "polygamma": "digamma(x) or trigamma(x)",
    "I": "indicator(x > 0)",
    "norm": "sqrt(sum(w[j]^2, j, 1, N))",
    "dot": "sum(w[j]*x[j], j, 1, N)",
    "argmin": "the place of slope 0: diff(f, x) = 0",
    "argmax": "the place of slope 0: diff(f, x) = 0",
    "relu": "Max(x, 0)",
    "ReLU": "Max(x, 0)",
    "softmax": "exp(u[k])/sum(exp(u[l]), l, 1, K)",
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
