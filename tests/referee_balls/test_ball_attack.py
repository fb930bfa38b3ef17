"""Random claims that are false by construction, with a fixed seed: none may come back with points that agree.

Each kind hides where a sampler may not look: in windows that start late, between two irrational thresholds, in sorted
data, at a corner of many two-valued quantities, far out where the sides nearly meet.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute

Claim = tuple[str, str, str]
SUMMANDS = ("x[m]", "x[m]^2", "x[m]*x[m-{lag}]", "exp(x[m])", "(x[m]-a)^2", "x[m]*y[m]", "log(1+x[m]^2)")
RISING = ("exp({})", "{}^3", "sinh({})", "{0} + {0}^3", "atan({})*40")


def window(random: Random) -> Claim:
    """A sum that starts late, with a term too many, another sign or another factor."""
    start = random.randrange(2, 90)
    summand = random.choice(SUMMANDS).format(lag=start - 1)
    whole = f"sum({summand}, m, {start}, M)"
    wrong = random.choice(("0", f"-{whole}", f"2*{whole}", f"sum({summand}, m, {start + 1}, M)"))
    return whole, wrong, random.choice(("M integer >= 1", "M integer", ""))


def inner_range(random: Random) -> Claim:
    """An index between two distances from the ends."""
    left, right = random.randrange(1, 60), random.randrange(1, 60)
    return (
        "x[k] + x[k-1]",
        random.choice(("x[k]", "2*x[k]", "x[k] - x[k-1]")),
        f"k in {left}..M-{right}; M integer >= 1",
    )


def strip(random: Random) -> Claim:
    """A formula that is another one on a strip between two thresholds."""
    rising = random.choice(RISING)
    low = random.uniform(-4.5, 4)
    width = random.choice((0.02, 0.2, 0.9))
    inside = f"Abs({rising.format('x')} - ({rising.format(f'({low:.3f})')})) < {width}"
    return f"Piecewise((x + 1, {inside}), (x, True))", "x", ""


def bump(random: Random) -> Claim:
    """A bump above zero around an irrational place."""
    height = random.choice(("1/5", "1/25", "1/500"))
    root = random.choice(("sqrt(2)", "sqrt(20)", "e", "pi", "log(7)", "-sqrt(3)", "1/pi"))
    return f"Max(0, {height} - (x - {root})^2) + {random.choice(('x', 'Abs(x)', 'x^2'))}*0", "0", ""


def in_order(random: Random) -> Claim:
    """Something that is not zero for sorted quantities alone."""
    count, order = random.randrange(3, 7), random.choice("<>")
    if random.random() < 0.5:
        return f"prod(indicator(x[m] {order} x[m-1]), m, 1, M)", "0", f"M integer >= {count}"
    return "*".join(f"indicator(x{i} {order} x{i + 1})" for i in range(count)), "0", ""


def corner(random: Random) -> Claim:
    """A product of many two-valued quantities, not zero at one corner."""
    names = [f"b{i}" for i in range(random.randrange(7, 12))]
    factor = random.choice(("{}", "(1 - {})"))
    other = random.choice(("", "*exp(x)", "*(x^2 + 1)"))
    return "*".join(factor.format(name) for name in names) + other, "0", f"{', '.join(names)} in {{0, 1}}"


def far_out(random: Random) -> Claim:
    """Two sides that nearly meet."""
    least = random.choice((10, 100, 1000, 20_000))
    function, limit = random.choice((("expit(x)", "1"), ("tanh(x)", "1"), ("softplus(x)", "x"), ("exp(-x) + 1", "1")))
    return function, limit, f"x > {least}"


KINDS = (window, inner_range, strip, bump, in_order, corner, far_out)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_claims_that_are_false_by_construction_are_refuted(kind: Callable[[Random], Claim]) -> None:
    random = Random(20261130)
    for _ in range(24):
        lhs, rhs, where = kind(random)
        left, right = parse_tree(lhs), parse_tree(rhs)
        assumptions = complete_assumptions(parse_assumptions(where), left, right)
        assert agree_or_refute(left, right, assumptions).witness is not None, (lhs, rhs, where)
