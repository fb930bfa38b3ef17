"""What a sample is expected to tell: the curvature, averaged over the target as the model itself draws it.

The slope averages to zero there, because P sums to one whatever its parameters are. Where slope and curvature are
linear in one and the same quantity T(y), that says what T averages to, and so what the curvature does:

    dl/du = mu - y       so y averages to mu           d2l/du2 = ... y ...   becomes   ... mu ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.derivation import Relation
from lossproof.models.board import Lines, listed, shown
from lossproof.models.slopes import Derivatives, curvature_step, slope_step
from lossproof.models.tidy import length, rebuilt
from lossproof.moves import together
from lossproof.notation import from_sympy, to_latex, to_text
from lossproof.notation.traverse import fresh_name

MOST_PARTS = 40  # of a formula that is only seen to be linear when it is brought over one denominator


@dataclass(frozen=True)
class Average:
    """T, the letter for its average, the average itself, and the predictor whose slope says so."""

    statistic: sp.Expr
    letter: str
    value: sp.Expr
    predictor: str


def information(lines: Lines, found: Derivatives) -> None:
    """The expected curvature for every pair of predictors for which it can be worked out."""
    y = lines.setting.scope.symbol(lines.setting.reading.target)
    averages: list[Average] = []
    for pair, curvature in found.curvatures.items():
        if y not in curvature.free_symbols:
            continue
        known = next((each for each in averages if _linear(curvature, each.statistic, y)), None)
        known = known or _averaged(lines, found, curvature, y, averages)
        if known is not None:
            _expected(lines, pair, curvature, known)


def _averaged(
    lines: Lines, found: Derivatives, curvature: sp.Expr, y: sp.Symbol, averages: list[Average]
) -> Average | None:
    """A slope that says what a quantity in ``curvature`` averages to, with its lines."""
    for predictor, slope in found.slopes.items():
        for statistic in _statistics(slope, y):
            if _linear(slope, statistic, y) and _linear(curvature, statistic, y):
                averages.append(_average(lines, predictor, slope, statistic, len(averages)))
                return averages[-1]
    return None


def _statistics(slope: sp.Expr, y: sp.Symbol) -> Iterator[sp.Expr]:
    """y itself, then the parts of the slope that hold y and that it may be linear in."""
    yield y
    parts = (part for part in sp.preorder_traversal(slope) if y in part.free_symbols and part != y)
    yield from (part for part in parts if isinstance(part, sp.Pow | sp.Function))


def _linear(expr: sp.Expr, statistic: sp.Expr, y: sp.Symbol) -> bool:
    """Whether ``expr`` is a + b*T with neither a nor b holding y; what distinguishes cases of y is not."""
    if expr.has(sp.Piecewise):
        return False
    place = sp.Dummy(real=True)
    put = rebuilt(expr, {statistic: place, -statistic: -place})
    if place not in put.free_symbols or y in put.free_symbols or not put.is_polynomial(place):
        return False
    slope = put.diff(place)
    return place not in slope.free_symbols or (sp.count_ops(slope) <= MOST_PARTS and together(slope.diff(place)) == 0)


def _average(lines: Lines, predictor: str, slope: sp.Expr, statistic: sp.Expr, number: int) -> Average:
    """The two lines that say what T averages to: the slope at the average of T, and where that is zero."""
    reading = lines.setting.reading
    taken = frozenset({*reading.observed, *reading.means, *reading.predictors, *lines.setting.letters.values()})
    letter = fresh_name(f"E{reading.target}" if statistic.is_Symbol else f"E{number + 1}", taken)
    name = fresh_name(f"S{number + 1}", taken | {letter})
    place = sp.Symbol(letter, real=True)
    put = rebuilt(slope, {statistic: place, -statistic: -place})
    said = f"${to_latex(from_sympy(statistic))}$"
    lines.named(
        f"average_slope_{predictor}_{letter}",
        f"{name} = {to_text(lines.written(put))}",
        f"The slope by {shown(predictor)}, averaged over {shown(reading.target)}",
        f"The slope is linear in {said}; where the model draws {shown(reading.target)}, it averages to the same formula"
        f" with the average {shown(letter)} in it.",
        [slope_step(predictor)],
    )
    value = lines.tidy(-put.xreplace({place: sp.S.Zero}) / put.diff(place))
    lines.derived(
        f"average_{letter}",
        "",
        value,
        f"What {to_text(from_sympy(statistic))} averages to",
        f"{shown('P')} sums to one for every {shown(predictor)}, so its derivative sums to zero: the slope averages to"
        " zero.",
        [f"average_slope_{predictor}_{letter}"],
        relation=Relation.ZERO,
        of=f"average_slope_{predictor}_{letter}",
        variable=letter,
        source=f"solve_for_zero(average_slope, {letter})",
    )
    return Average(statistic, letter, value, predictor)


def _expected(lines: Lines, pair: tuple[str, str], curvature: sp.Expr, known: Average) -> None:
    """The curvature at the average of T."""
    place = sp.Symbol(known.letter, real=True)
    put = rebuilt(curvature, {known.statistic: place, -known.statistic: -place})
    first, second = pair
    expected = lines.tidy(rebuilt(put, {place: known.value}))
    if length(expected) > length(curvature):
        return
    number = 1 + sum(step.name.startswith("average_curvature") for step in lines.script.steps)
    name = fresh_name(f"I{number}", frozenset({*lines.setting.letters.values(), *lines.setting.sampled}))
    above = f"average_curvature_{first}_{second}"
    lines.named(
        above,
        f"{name} = {to_text(lines.written(put))}",
        f"The curvature by {listed(dict.fromkeys(pair))}, averaged",
        "It is linear in the same quantity as the slope was.",
        [curvature_step(first, second)],
    )
    lines.derived(
        f"information_{first}_{second}",
        "",
        expected,
        f"The expected information by {listed(dict.fromkeys(pair))}",
        "What one sample is expected to tell: Fisher scoring takes it in place of the curvature.",
        [above, f"average_{known.letter}"],
        relation=Relation.SPECIAL,
        of=above,
        values=f"{known.letter} = {to_text(from_sympy(known.value))}",
        source=f"at({above}, ...)",
    )
