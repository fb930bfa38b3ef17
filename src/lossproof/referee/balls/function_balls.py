"""The functions of the grammar on exact rationals, balls and jets: one table, from name to evaluation.

    f(x)        a ball that encloses the value, by the form of f that is accurate at x
    f(a + h)    f(a) + f'(a)·h + ...   from the Taylor coefficients that flint's power series give

A function is `Analytic` (one argument, Taylor series) or a rule on values of its own (`Max`, `binomial`, ...).
Conventions: Heaviside(0) = 1/2, sign(0) = 0, 0·log 0 is outside the domain, xlogy(0, y) = 0,
factorial(x) = Γ(x+1), log1mexp(x) = log(1 - exp(-x)), logit(p) = log(p/(1-p)).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any

from flint import acb, acb_series, arb, arb_series, fmpq, fmpz

from lossproof.functions.table import FUNCTIONS as ROWS
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.irrational import exact_root
from lossproof.referee.balls.jets import Jet, Value
from lossproof.referee.balls.scalars import HALF, ONE, ZERO, LeavesReals, OutOfDomain, Scalar, Undecided
from lossproof.words.codes import ReasonName

Ball = arb | acb
Series = Any  # arb_series or acb_series: flint ships no types
Apply = Callable[[Sequence[Value], bool], Value]

_LARGEST_EXACT_FACTORIAL = 60
_LONGEST_BINOMIAL_PRODUCT = 64


@dataclass(frozen=True, slots=True)
class Analytic:
    """A function of one argument: its ball, its power series, where it is defined, its exact values.

    ``domain`` raises where the real function has no value; ``edge`` is 0 where that domain ends with a value, at
    which there is no Taylor series.
    """

    ball: Callable[[Ball], Ball]
    series: Callable[[Series], Series]
    domain: Callable[[Scalar], None] = lambda x: None
    exact: Callable[[fmpq], Scalar | None] = lambda q: None
    lost_terms: int = 0
    edge: Callable[[Scalar], Scalar] | None = None

    def __call__(self, arguments: Sequence[Value], principal: bool) -> Value:
        (x,) = arguments
        if isinstance(x, Jet):
            return jets.compose(x, lambda at, count: self.taylor(at, count, principal))
        return self.value(x, principal)

    def value(self, x: Scalar, principal: bool) -> Scalar:
        """f(x)."""
        known = self.exact(x) if isinstance(x, fmpq) else None
        return scalars.tame(self.ball(self._admitted(x, principal))) if known is None else known

    def taylor(self, x: Scalar, count: int, principal: bool) -> list[Scalar]:
        """f(x), f'(x), f''(x)/2, ...: ``count`` coefficients."""
        value, at = self.value(x, principal), self._admitted(x, principal)
        if self.edge is not None:
            scalars.nonzero(self.edge(x), "a derivative at the edge of the domain")
        length = count + self.lost_terms
        line = acb_series([at, 1], length) if isinstance(at, acb) else arb_series([at, 1], length)
        try:
            series = self.series(line).coeffs()
        except ValueError as error:  # flint's word for a division by a ball that holds 0
            raise Undecided("a Taylor series that the ball does not decide") from error
        series += [ZERO] * (count - len(series))
        return [value, *map(scalars.tame, series[1:count])]

    def _admitted(self, x: Scalar, principal: bool) -> Ball:
        if isinstance(x, acb):
            return x
        try:
            self.domain(x)
        except LeavesReals:
            if not principal:
                raise
            return acb(scalars.ball(x))
        return scalars.ball(x)


def _above(bound: int, below: ReasonName, at: ReasonName) -> Callable[[Scalar], None]:
    """The domain x > bound; below it the function leaves the reals."""

    def check(x: Scalar) -> None:
        side = scalars.sign(x - bound)
        if side < 0:
            raise LeavesReals(below)
        if side == 0:
            raise OutOfDomain(at)

    return check


def _not_negative(x: Scalar) -> None:
    if scalars.sign(x) < 0:
        raise LeavesReals("a square root of a negative number")


def _unit_ball(x: Scalar) -> None:
    if scalars.sign(1 - x * x) < 0:
        raise LeavesReals("asin or acos of a number beyond 1")


def _open_unit_ball(x: Scalar) -> None:
    side = scalars.sign(1 - x * x)
    if side < 0:
        raise LeavesReals("atanh of a number beyond 1")
    if side == 0:
        raise OutOfDomain("atanh of 1 or -1")


def _positive(x: Scalar) -> None:
    side = scalars.sign(x)
    if side < 0:
        raise LeavesReals("log1mexp of a negative number")
    if side == 0:
        raise OutOfDomain("log1mexp of 0")


def _open_unit(x: Scalar) -> None:
    sides = scalars.sign(x), scalars.sign(1 - x)
    if 0 in sides:
        raise OutOfDomain("logit of 0 or 1")
    if min(sides) < 0:
        raise LeavesReals("logit of a number outside (0, 1)")


def _no_pole(x: Scalar) -> None:
    x = scalars.inexact(x)
    if isinstance(x, fmpq):
        if x.q == 1 and x <= 0:
            raise OutOfDomain("a pole of the gamma function")
    elif x.contains_integer() and not (isinstance(x, arb) and x > 0):
        raise Undecided("a point that may be a pole of the gamma function")


def _gamma_positive(x: Scalar) -> None:
    _no_pole(x)
    if scalars.sign(x) < 0:
        raise LeavesReals("loggamma of a negative number")


def _values(**at: fmpq) -> Callable[[fmpq], Scalar | None]:
    """Exact values at 0 or 1: ``_values(zero=ONE)``."""
    known = {{"zero": 0, "one": 1, "two": 2, "half": HALF}[name]: value for name, value in at.items()}
    return lambda q: next((value for point, value in known.items() if q == point), None)


def _exact_square_root(q: fmpq) -> Scalar | None:
    return exact_root(q) if q >= 0 else None


def _exact_gamma(q: fmpq) -> Scalar | None:
    if q.q == 1 and 1 <= q <= _LARGEST_EXACT_FACTORIAL:
        return fmpq(fmpz.fac_ui(q.p - 1))
    return None


def _to_unit(x: Scalar) -> Scalar:
    return 1 - x * x


def _expit(x: Any) -> Any:
    return 1 / (1 + (-x).exp())


def _lognormcdf(x: Ball) -> Ball:
    """log Φ(x): log1p of the upper tail where Φ is near 1."""
    if isinstance(x, arb) and x > 0:
        return (-(x / arb(2).sqrt()).erfc() / 2).log1p()
    return _normcdf(x).log()


def _normcdf(x: Any) -> Any:
    return (-x / arb(2).sqrt()).erfc() / 2


def _normpdf(x: Any) -> Any:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _by_slope(slope: Callable[[Series], Series]) -> Callable[[Series], Series]:
    """The series of a function whose derivative is known; its first coefficient is that of no value."""
    return lambda s: slope(s).integral()


def _trigamma(x: Any) -> Any:
    """ζ(2, x); left of 0 by reflection, because the Hurwitz sum there has |x| terms."""
    two = type(x)(2)
    if x.real > 0:
        return two.zeta(x)
    return (arb.pi() / x.sin_pi()) ** 2 - two.zeta(1 - x)


def _polygamma_series(order: int) -> Callable[[Series], Series]:
    """The series of the derivative ``order`` of log Γ; real at real points, left of 0 too."""

    def series(s: Series) -> Series:
        centre = s.coeffs()[0]
        whole = acb_series([centre, 1], prec=s.prec).lgamma()
        for _ in range(order):
            whole = whole.derivative()
        return whole if isinstance(centre, acb) else arb_series([c.real for c in whole.coeffs()], prec=whole.prec)

    return series


_LOG = Analytic(
    lambda x: x.log(),
    lambda s: s.log(),
    _above(0, "log is not real there", "log has no value there"),
    _values(one=ZERO),
)
_EXP = Analytic(lambda x: x.exp(), lambda s: s.exp(), exact=_values(zero=ONE))
_GAMMA = Analytic(lambda x: x.gamma(), lambda s: s.gamma(), _no_pole, _exact_gamma)
_LOG_GAMMA = Analytic(lambda x: x.lgamma(), _polygamma_series(0), _gamma_positive, _values(one=ZERO, two=ZERO))
_RECIPROCAL_GAMMA = Analytic(lambda x: x.rgamma(), lambda s: s.rgamma())

_ANALYTIC = {
    "exp": _EXP,
    "log": _LOG,
    "sqrt": Analytic(lambda x: x.sqrt(), lambda s: s.sqrt(), _not_negative, _exact_square_root, edge=lambda x: x),
    "expit": Analytic(_expit, _expit, exact=_values(zero=HALF)),
    "logit": Analytic(lambda x: (x / (1 - x)).log(), lambda s: (s / (1 - s)).log(), _open_unit, _values(half=ZERO)),
    "softplus": Analytic(lambda x: x.exp().log1p(), lambda s: (1 + s.exp()).log()),
    "log1p": Analytic(
        lambda x: x.log1p(),
        lambda s: (1 + s).log(),
        _above(-1, "log1p is not real there", "log1p has no value there"),
        _values(zero=ZERO),
    ),
    "expm1": Analytic(lambda x: x.expm1(), lambda s: s.exp() - 1, exact=_values(zero=ZERO)),
    "log1mexp": Analytic(lambda x: (-(-x).expm1()).log(), lambda s: (1 - (-s).exp()).log(), _positive),
    "sin": Analytic(lambda x: x.sin(), lambda s: s.sin(), exact=_values(zero=ZERO)),
    "cos": Analytic(lambda x: x.cos(), lambda s: s.cos(), exact=_values(zero=ONE)),
    "tanh": Analytic(lambda x: x.tanh(), lambda s: 1 - 2 / ((2 * s).exp() + 1), exact=_values(zero=ZERO)),
    "sinh": Analytic(lambda x: x.sinh(), lambda s: (s.exp() - (-s).exp()) / 2, exact=_values(zero=ZERO)),
    "cosh": Analytic(lambda x: x.cosh(), lambda s: (s.exp() + (-s).exp()) / 2, exact=_values(zero=ONE)),
    "atan": Analytic(lambda x: x.atan(), lambda s: s.atan(), exact=_values(zero=ZERO)),
    "asin": Analytic(
        lambda x: x.asin(), _by_slope(lambda s: 1 / (1 - s * s).sqrt()), _unit_ball, _values(zero=ZERO), edge=_to_unit
    ),
    "acos": Analytic(
        lambda x: x.acos(), _by_slope(lambda s: -1 / (1 - s * s).sqrt()), _unit_ball, _values(one=ZERO), edge=_to_unit
    ),
    "asinh": Analytic(lambda x: x.asinh(), _by_slope(lambda s: 1 / (1 + s * s).sqrt()), exact=_values(zero=ZERO)),
    "atanh": Analytic(
        lambda x: x.atanh(), _by_slope(lambda s: 1 / (1 - s * s)), _open_unit_ball, exact=_values(zero=ZERO)
    ),
    "erf": Analytic(lambda x: x.erf(), lambda s: s.erf(), exact=_values(zero=ZERO)),
    "erfc": Analytic(lambda x: x.erfc(), lambda s: s.erfc(), exact=_values(zero=ONE)),
    "normcdf": Analytic(_normcdf, _normcdf, exact=_values(zero=HALF)),
    "lognormcdf": Analytic(_lognormcdf, lambda s: _normcdf(s).log()),
    "normpdf": Analytic(_normpdf, _normpdf),
    "gamma": _GAMMA,
    "loggamma": _LOG_GAMMA,
    "digamma": Analytic(lambda x: x.digamma(), _polygamma_series(1), _no_pole, lost_terms=1),
    "trigamma": Analytic(_trigamma, _polygamma_series(2), _no_pole, lost_terms=2),
}


def _factorial(arguments: Sequence[Value], principal: bool) -> Value:
    return _GAMMA([jets.add(arguments[0], ONE)], principal)


def _binomial(arguments: Sequence[Value], principal: bool) -> Value:
    """n!/(k!(n-k)!): a product for a short exact k, else Γ(n+1)/(Γ(k+1)Γ(n-k+1))."""
    n, k = arguments
    if isinstance(k, fmpq) and k.q == 1:
        if isinstance(n, fmpq) and n.q == 1 and k <= n < 2 * k:
            k = n - k
        if k < 0:
            return _binomial_below(n)
        if k <= _LONGEST_BINOMIAL_PRODUCT:
            return _falling_product(n, int(k.p))
    top = _GAMMA([jets.add(n, ONE)], principal)
    rest = jets.add(jets.subtract(n, k), ONE)
    bottom = jets.multiply(_RECIPROCAL_GAMMA([jets.add(k, ONE)], principal), _RECIPROCAL_GAMMA([rest], principal))
    return jets.multiply(top, bottom)


def _beta(arguments: Sequence[Value], principal: bool) -> Value:
    x, y = arguments
    product = jets.multiply(_GAMMA([x], principal), _GAMMA([y], principal))
    return jets.multiply(product, _RECIPROCAL_GAMMA([jets.add(x, y)], principal))


def _betaln(arguments: Sequence[Value], principal: bool) -> Value:
    x, y = arguments
    both = jets.add(_LOG_GAMMA([x], principal), _LOG_GAMMA([y], principal))
    return jets.subtract(both, _LOG_GAMMA([jets.add(x, y)], principal))


def _binomial_below(n: Value) -> Value:
    number = jets.number_of(n)
    if scalars.sign(number) < 0:
        raise OutOfDomain("a binomial coefficient of two negative numbers")
    return ZERO


def _falling_product(n: Value, k: int) -> Value:
    factors = (jets.divide(jets.subtract(n, fmpq(j)), fmpq(j + 1)) for j in range(k))
    product: Value = ONE
    for factor in factors:
        product = jets.multiply(product, factor)
    return product


def _xlogy(arguments: Sequence[Value], principal: bool) -> Value:
    x, y = arguments
    if not isinstance(x, Jet) and scalars.is_zero(x):
        return ZERO
    return jets.multiply(x, _LOG([y], principal))


def _logsumexp(arguments: Sequence[Value], principal: bool) -> Value:
    return _LOG([reduce(jets.add, (_EXP([x], principal) for x in arguments))], principal)


def _absolute(arguments: Sequence[Value], principal: bool) -> Value:
    (x,) = arguments
    if isinstance(x, acb):
        return abs(x)
    if isinstance(x, arb) and x.contains(0):
        return abs(x)
    return jets.negative(x) if jets.sign(x) < 0 else x


def _sign(arguments: Sequence[Value], principal: bool) -> Value:
    return fmpq(jets.sign(arguments[0]))


def _heaviside(arguments: Sequence[Value], principal: bool) -> Value:
    return fmpq(jets.sign(arguments[0]) + 1, 2)


def _delta(arguments: Sequence[Value], principal: bool) -> Value:
    left, right = arguments
    return ONE if jets.sign(jets.subtract(left, right)) == 0 else ZERO


def _larger(left: Value, right: Value) -> Value:
    difference = jets.subtract(left, right)
    moving = isinstance(left, Jet) or isinstance(right, Jet)
    if not moving and isinstance(difference, arb) and difference.contains(0):
        return jets.add(difference.max(0), right)  # an undecided maximum is still enclosed
    return left if jets.sign(difference) >= 0 else right


def _largest(arguments: Sequence[Value], principal: bool) -> Value:
    return reduce(_larger, arguments)


def _smallest(arguments: Sequence[Value], principal: bool) -> Value:
    return jets.negative(reduce(_larger, map(jets.negative, arguments)))


def _clip(arguments: Sequence[Value], principal: bool) -> Value:
    x, low, high = arguments
    return _smallest([_larger(x, low), high], principal)


_CANONICAL: dict[str, Apply] = {
    **_ANALYTIC,
    "factorial": _factorial,
    "binomial": _binomial,
    "xlogy": _xlogy,
    "logsumexp": _logsumexp,
    "Abs": _absolute,
    "sign": _sign,
    "Heaviside": _heaviside,
    "delta": _delta,
    "Max": _largest,
    "Min": _smallest,
    "clip": _clip,
    "beta": _beta,
    "betaln": _betaln,
}
FUNCTIONS: Mapping[str, Apply] = MappingProxyType({row.name: _CANONICAL[row.canonical] for row in ROWS.values()})

_GAMMAS = {"gamma": 5, "loggamma": 5, "factorial": 5, "binomial": 10, "beta": 15, "betaln": 15, "digamma": 15}
COSTS = {**_GAMMAS, "trigamma": 40, **dict.fromkeys(("erf", "erfc", "normcdf", "lognormcdf"), 4)}
"""How many additions a function costs, where it is many."""
