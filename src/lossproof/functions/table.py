"""The functions of the grammar, a row each: everything that is said about a function without computing it.

    softplus     definition   log(1 + exp(x))        derivative   expit(x)
                 where        x real                 image        f > 0             increasing, smooth

Formulas are text of the grammar in x, y, z, the arguments in their order; ``where`` and ``image`` are clauses of
assumptions, the image on f, the value. Nothing here needs SymPy: readers turn the texts into what they work with.

Who reads a row: the parser and the printers, the SymPy classes, the bounds of numbers, the referee's bounds, domains,
smoothness and normal form, mutants, the printer of code. How a function is *computed* stands apart, so that there
are witnesses: in balls (`referee.balls.functions`), in floats (`lowering.numbers`), and as truth for the certificates
of floats (`lowering.measure.truth`). Tests hold all of them to this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Literal


class Growth(Enum):
    """How large ``f(x)`` can be when ``x`` is a number: what `notation.sizes` needs to know of a function."""

    BOUNDED = auto()  # |f(x)| <= 4
    LOGARITHMIC = auto()  # |f(x)| <= |log2 |x|| + 1
    SLOW = auto()  # |f(x)| <= |x| + 1: roots, absolute values, the larger of two
    SQUARE = auto()  # |f(x)| <= x^2 + 8
    EXPONENTIAL = auto()  # |f(x)| <= e^|x|
    GAMMA = auto()  # |f(x)| <= |x|^|x|; exact values at whole numbers are large integers
    LOG_GAMMA = auto()  # |f(x)| <= x^2 + 8, but exact values at whole numbers are as large as gamma's
    BINOMIAL = auto()  # |f(n, k)| <= 2^(n + k)

    @property
    def is_like_gamma(self) -> bool:
        """Whether exact values at whole numbers have as many digits as factorials."""
        return self in (Growth.GAMMA, Growth.LOG_GAMMA, Growth.BINOMIAL)


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the grammar.

    ``latex`` is the head of a call, or its whole print where ``#1``, ``#2`` stand for the arguments.
    ``definition`` is empty for what the others are defined by; of a function of any number of arguments (``most``
    is None) it is that of two, and f(x, y, z) = f(f(x, y), z).
    ``derivative`` is by each argument in turn, for every point of ``where`` at which there is one.
    ``where`` is the part of the reals of which the other fields speak. Beyond it the function has complex values,
    or real ones (``real_beyond``), or none at whole numbers (``poles``).
    ``smooth``: has derivatives of every order at each inner point of ``where``.
    ``fades``: (a, b) where f(x) is e^(a |x|^b) or e^(-a |x|^b) away from something simple for large x.
    ``inverse_of`` names the function that it undoes, on the part where that can be undone.
    ``same_as`` names the function that an alias stands for (``ln`` for ``log``).
    ``code`` is the name in generated code where it is another, ``elsewhere`` lists names in other systems,
    ``mistaken_for`` is what an author may write instead.
    """

    name: str
    latex: str
    growth: Growth
    definition: str = ""
    derivative: tuple[str, ...] = ()
    where: str = "x real"
    image: str = "f real"
    monotone: Literal["increasing", "decreasing", ""] = ""
    symmetry: Literal["even", "odd", ""] = ""
    smooth: bool = True
    poles: bool = False
    real_beyond: bool = False
    fades: tuple[float, int] | None = None
    least: int = 1
    most: int | None = 1
    inverse_of: str = ""
    same_as: str = ""
    code: str = ""
    elsewhere: str = ""
    mistaken_for: str = "exp"

    @property
    def canonical(self) -> str:
        """The name without aliases: ``log`` for ``ln``."""
        return self.same_as or self.name

    @property
    def call(self) -> str:
        """How it is written: ``xlogy(x, y)``."""
        return f"{self.name}({', '.join(ARGUMENTS[: self.most or 2])})"

    def known_as(self, name: str, latex: str) -> Function:
        """The same function under another name."""
        return replace(self, name=name, latex=latex, same_as=self.name, elsewhere="")


ARGUMENTS = ("x", "y", "z")
"""The letters that stand for the arguments in the texts of a row."""


def _operator(name: str) -> str:
    return rf"\operatorname{{{name}}}"


_LOG = Function("log", r"\log", Growth.LOGARITHMIC, derivative=("1/x",), where="x > 0", monotone="increasing",
    inverse_of="exp",
    mistaken_for="log1p")  # fmt: skip
_EXPIT = Function("expit", _operator("expit"), Growth.BOUNDED, inverse_of="logit", definition="1/(1 + exp(-x))",
    derivative=("expit(x)*expit(-x)",), image="0 < f < 1", monotone="increasing", fades=(1, 1),
    mistaken_for="softplus")  # fmt: skip

_ROWS = (
    Function("exp", r"\exp", Growth.EXPONENTIAL, derivative=("exp(x)",), image="f > 0", monotone="increasing",
        inverse_of="log",
        mistaken_for="expm1", fades=(1, 1)),
    _LOG,
    _LOG.known_as("ln", r"\ln"),
    Function("sqrt", r"\sqrt{#1}", Growth.SLOW, definition="x^(1/2)", derivative=("1/(2*sqrt(x))",), where="x >= 0",
        image="f >= 0", monotone="increasing", mistaken_for="Abs"),
    _EXPIT.known_as("sigmoid", _operator("sigmoid")),
    _EXPIT,
    Function("logit", _operator("logit"), Growth.LOGARITHMIC, inverse_of="expit", definition="log(x/(1 - x))",
        derivative=("1/(x*(1 - x))",), where="0 < x < 1", monotone="increasing"),
    Function("softplus", _operator("softplus"), Growth.SLOW, definition="log(1 + exp(x))", derivative=("expit(x)",),
        image="f > 0", monotone="increasing", mistaken_for="expit", fades=(1, 1)),
    Function("log1p", _operator("log1p"), Growth.LOGARITHMIC, definition="log(1 + x)", derivative=("1/(1 + x)",),
        where="x > -1", monotone="increasing"),
    Function("expm1", _operator("expm1"), Growth.EXPONENTIAL, definition="exp(x) - 1", derivative=("exp(x)",),
        image="f > -1", monotone="increasing", fades=(1, 1)),
    Function("log1mexp", _operator("log1mexp"), Growth.LOGARITHMIC, definition="log(1 - exp(-x))",
        derivative=("1/expm1(x)",), where="x > 0", image="f < 0", monotone="increasing", fades=(1, 1)),
    Function("xlogy", _operator("xlogy"), Growth.SQUARE, definition="Piecewise((0, x == 0), (x*log(y), True))",
        derivative=("log(y)", "x/y"), where="x real; y > 0", least=2, most=2),
    Function("logsumexp", _operator("logsumexp"), Growth.SLOW, definition="log(exp(x) + exp(y))",
        derivative=("exp(x - logsumexp(x, y))", "exp(y - logsumexp(x, y))"), where="x real; y real", most=None,
        elsewhere="logaddexp"),
    Function("sin", r"\sin", Growth.BOUNDED, derivative=("cos(x)",), image="-1 <= f <= 1", symmetry="odd",
        mistaken_for="cos"),
    Function("cos", r"\cos", Growth.BOUNDED, derivative=("-sin(x)",), image="-1 <= f <= 1", symmetry="even",
        mistaken_for="sin"),
    Function("tanh", r"\tanh", Growth.BOUNDED, definition="(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        derivative=("1 - tanh(x)^2",), image="-1 < f < 1", monotone="increasing", symmetry="odd", fades=(2, 1)),
    Function("sinh", r"\sinh", Growth.EXPONENTIAL, definition="(exp(x) - exp(-x))/2", derivative=("cosh(x)",),
        monotone="increasing", symmetry="odd", fades=(1, 1)),
    Function("cosh", r"\cosh", Growth.EXPONENTIAL, definition="(exp(x) + exp(-x))/2", derivative=("sinh(x)",),
        image="f >= 1", symmetry="even", fades=(1, 1)),
    Function("atan", r"\arctan", Growth.BOUNDED, derivative=("1/(1 + x^2)",), image="-pi/2 < f < pi/2",
        monotone="increasing", symmetry="odd", code="arctan", elsewhere="arctan"),
    Function("asin", r"\arcsin", Growth.BOUNDED, derivative=("1/sqrt(1 - x^2)",), where="-1 <= x <= 1",
        inverse_of="sin",
        image="-pi/2 <= f <= pi/2", monotone="increasing", symmetry="odd", code="arcsin", elsewhere="arcsin"),
    Function("acos", r"\arccos", Growth.BOUNDED, definition="pi/2 - asin(x)", derivative=("-1/sqrt(1 - x^2)",),
        inverse_of="cos",
        where="-1 <= x <= 1", image="0 <= f <= pi", monotone="decreasing", code="arccos", elsewhere="arccos"),
    Function("asinh", _operator("arsinh"), Growth.LOGARITHMIC, inverse_of="sinh", definition="log(x + sqrt(x^2 + 1))",
        derivative=("1/sqrt(x^2 + 1)",), monotone="increasing", symmetry="odd", code="arcsinh",
        elsewhere="arsinh arcsinh"),
    Function("atanh", _operator("artanh"), Growth.LOGARITHMIC, inverse_of="tanh", definition="log((1 + x)/(1 - x))/2",
        derivative=("1/(1 - x^2)",), where="-1 < x < 1", monotone="increasing", symmetry="odd", code="arctanh",
        elsewhere="artanh arctanh"),
    Function("erf", _operator("erf"), Growth.BOUNDED, definition="1 - erfc(x)", derivative=("2*exp(-x^2)/sqrt(pi)",),
        image="-1 < f < 1", monotone="increasing", symmetry="odd", fades=(1, 2)),
    Function("erfc", _operator("erfc"), Growth.BOUNDED, derivative=("-2*exp(-x^2)/sqrt(pi)",), image="0 < f < 2",
        monotone="decreasing", fades=(1, 2)),
    Function("normcdf", r"\Phi", Growth.BOUNDED, definition="erfc(-x/sqrt(2))/2",
        derivative=("exp(-x^2/2)/sqrt(2*pi)",), image="0 < f < 1", monotone="increasing", elsewhere="Phi",
        mistaken_for="expit", fades=(0.5, 2)),
    Function("lognormcdf", r"\log\Phi", Growth.SQUARE, definition="log(erfc(-x/sqrt(2))/2)",
        derivative=("exp(-x^2/2 - lognormcdf(x))/sqrt(2*pi)",), image="f < 0", monotone="increasing", fades=(0.5, 2)),
    Function("normpdf", _operator("normpdf"), Growth.BOUNDED, definition="exp(-x^2/2)/sqrt(2*pi)",
        derivative=("-x*normpdf(x)",), image="0 < f < 2/5", symmetry="even", mistaken_for="normcdf", fades=(0.5, 2)),
    Function("gamma", r"\Gamma", Growth.GAMMA, derivative=("gamma(x)*digamma(x)",), where="x > 0", image="f > 0",
        poles=True, real_beyond=True, elsewhere="Gamma", mistaken_for="loggamma"),
    Function("loggamma", r"\log\Gamma", Growth.LOG_GAMMA, definition="log(gamma(x))", derivative=("digamma(x)",),
        where="x > 0", poles=True, elsewhere="lgamma gammaln lnGamma", mistaken_for="gamma"),
    Function("digamma", r"\psi", Growth.LOG_GAMMA, definition="diff(loggamma(x), x)", derivative=("trigamma(x)",),
        where="x > 0", monotone="increasing", poles=True, real_beyond=True, elsewhere="psi", mistaken_for="trigamma"),
    Function("trigamma", r"\psi_{1}", Growth.LOG_GAMMA, definition="diff(digamma(x), x)", where="x > 0",
        image="f > 0", monotone="decreasing", poles=True, real_beyond=True),
    Function("beta", _operator("B"), Growth.GAMMA, definition="gamma(x)*gamma(y)/gamma(x + y)",
        derivative=("beta(x, y)*(digamma(x) - digamma(x + y))", "beta(x, y)*(digamma(y) - digamma(x + y))"),
        where="x > 0; y > 0", image="f > 0", least=2, most=2, elsewhere="Beta"),
    Function("betaln", _operator("betaln"), Growth.LOG_GAMMA, definition="loggamma(x) + loggamma(y) - loggamma(x + y)",
        derivative=("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"), where="x > 0; y > 0", least=2,
        most=2, elsewhere="lbeta"),
    Function("factorial", "!", Growth.GAMMA, definition="gamma(x + 1)", derivative=("gamma(x + 1)*digamma(x + 1)",),
        where="x > -1", image="f > 0", poles=True, real_beyond=True, code="gamma"),
    Function("binomial", r"\binom{#1}{#2}", Growth.BINOMIAL,
        definition="gamma(x + 1)/(gamma(y + 1)*gamma(x - y + 1))",
        derivative=("binomial(x, y)*(digamma(x + 1) - digamma(x - y + 1))",
            "binomial(x, y)*(digamma(x - y + 1) - digamma(y + 1))"),
        where="x > -1; -1 < y < x + 1", image="f > 0", real_beyond=True, least=2, most=2,
        elsewhere="comb choose"),
    Function("Abs", r"\left|#1\right|", Growth.SLOW, definition="Piecewise((x, x >= 0), (-x, True))",
        derivative=("sign(x)",), image="f >= 0", symmetry="even", smooth=False, code="absolute", elsewhere="abs"),
    Function("sign", _operator("sign"), Growth.BOUNDED, definition="Piecewise((1, x > 0), (-1, x < 0), (0, True))",
        derivative=("0",), image="-1 <= f <= 1", symmetry="odd", smooth=False, elsewhere="sgn"),
    Function("Min", r"\min", Growth.SLOW, definition="Piecewise((x, x <= y), (y, True))",
        derivative=("Heaviside(y - x)", "Heaviside(x - y)"), where="x real; y real", smooth=False, most=None,
        code="minimum", elsewhere="min minimum"),
    Function("Max", r"\max", Growth.SLOW, definition="Piecewise((x, x >= y), (y, True))",
        derivative=("Heaviside(x - y)", "Heaviside(y - x)"), where="x real; y real", smooth=False, most=None,
        code="maximum", elsewhere="max maximum"),
    Function("clip", _operator("clip"), Growth.SLOW, definition="Min(Max(x, y), z)",
        derivative=("Heaviside(x - y)*Heaviside(z - Max(x, y))", "Heaviside(y - x)*Heaviside(z - Max(x, y))",
            "Heaviside(Max(x, y) - z)"),
        where="x real; y real; z real", smooth=False, least=3, most=3, elsewhere="clamp"),
    Function("Heaviside", _operator("H"), Growth.BOUNDED,
        definition="Piecewise((1, x > 0), (0, x < 0), (1/2, True))", derivative=("0",), image="0 <= f <= 1",
        smooth=False, code="heaviside"),
    Function("delta", r"\delta", Growth.BOUNDED, definition="indicator(x == y)", where="x real; y real",
        image="0 <= f <= 1", smooth=False, least=2, most=2, elsewhere="KroneckerDelta"),
)  # fmt: skip
FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}
"""From a name of the grammar to its row, aliases included."""
