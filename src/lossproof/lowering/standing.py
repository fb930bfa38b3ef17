"""Whether a loss may run: the referee's verdicts on all that it rests on, asked for at first use and kept.

A loss rests on its slope and curvature being the derivatives, as its formulas stand now, and on the steps of the
derivation that it comes from. What is refuted is not run, what stays undecided runs and is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy
from sympy import Expr

from lossproof.derivation import Publication
from lossproof.errors import LossproofError, RefutedLoss
from lossproof.notation import from_sympy
from lossproof.notation.assumptions import REAL, Assumptions, Domain, Interval
from lossproof.notation.tree import Node, Number
from lossproof.referee.steps.grounds import Ground, grounds_of_formulas, judged
from lossproof.referee.steps.report import StepVerdict
from lossproof.referee.steps.report_text import because
from lossproof.referee.verdict import Status, Verdict
from lossproof.words.codes import Way
from lossproof.words.english import ENGLISH

if TYPE_CHECKING:
    from lossproof.lowering.loss import Loss


def verdicts(loss: Loss, places: Collection[tuple[int, ...]] | None = None) -> dict[str, StepVerdict]:
    """The verdict on each step and row that ``loss`` rests on; one that cannot be reached is undecided.

    ``places``: of the derivatives those by these predictors, which stand for all.
    """
    steps = verdicts_on(loss.grounds)
    try:
        rows = derivatives(loss) if places is None else derivatives_at(loss, places)
        return steps | verdicts_on(rows)
    except LossproofError as error:
        return steps | {"formulas": _undecided(error)}


def verdicts_on(grounds: Iterable[Ground]) -> dict[str, StepVerdict]:
    """The verdict on each ground by its name; one that cannot be reached is undecided."""
    return {ground.name: _reached(ground) for ground in grounds}


def refuse_refuted(loss: Loss) -> None:
    """RefutedLoss where a step or row that ``loss`` rests on is refuted; nothing where it is to run unchecked."""
    if loss.unchecked:
        return
    for said in refuted(loss.verdicts):
        raise RefutedLoss(
            f"The loss {loss.name!r} is not run: {said}. Mend it, or say unchecked=True to run it all the same."
        )


def refuted(found: Mapping[str, StepVerdict]) -> Iterator[str]:
    """What is refuted among verdicts by name, with the numbers that do it."""
    for name, judgement in found.items():
        if judgement.verdict.status is Status.REFUTED:
            parts = (part.verdict for part in judgement.parts if part.verdict.witness)
            yield f"`{name}` is refuted ({ENGLISH.shown(because(next(parts, judgement.verdict)))})"


def doubts(loss: Loss) -> tuple[str, ...]:
    """A line for each step or row that the referee neither confirms nor refutes."""
    return tuple(
        f"`{name}` is undecided ({found.verdict.method})"
        for name, found in loss.verdicts.items()
        if found.verdict.status is Status.UNDECIDED
    )


def derivatives(loss: Loss) -> tuple[Ground, ...]:
    """That slope and curvature are the derivatives. Raises LossproofError where the grammar has no word."""
    places = range(len(loss.predictors))
    published = Publication(
        value="value",
        slope=tuple(f"slope {p}" for p in places),
        curvature=tuple(tuple(f"curvature {p} {s}" for s in places) for p in places),
        predictors=tuple(symbol.name for symbol in loss.predictors),
        target=loss.target.name,
        target_domain="",
    )
    formulas = {"value": _tree(loss.value)}
    for p in places:
        formulas[f"slope {p}"] = _tree(loss.slopes[p])
        formulas |= {f"curvature {p} {s}": _tree(loss.curvatures[p][s]) for s in places}
    domains = {symbol.name: each for symbol, each in zip(loss.predictors, loss.predictor_domains, strict=True)}
    columns = {column.name: domain for column, domain in zip(loss.columns, loss.column_domains, strict=True)}
    assumptions = Assumptions(scalars={**domains, **columns, loss.target.name: loss.domain})
    return grounds_of_formulas(published, formulas, assumptions)


def derivatives_at(loss: Loss, places: Collection[tuple[int, ...]]) -> tuple[Ground, ...]:
    """Those rows of `derivatives` that speak of the predictors at ``places``: (0,) is the first slope."""
    names = [symbol.name for symbol in loss.predictors]
    wanted = {", ".join(names[p] for p in place) for place in places if place}
    return tuple(ground for ground in derivatives(loss) if ground.name.partition(" by ")[2] in wanted)


def spelled_out(expr: Expr) -> Expr:
    """Functions that only code knows, such as ``c*exp(x)`` in one call, by what they stand for."""
    while shortcuts := [each for each in expr.atoms(sympy.Function) if _only_in_code(each)]:
        expr = expr.xreplace({each: each.definition() for each in shortcuts})
    return expr


def _only_in_code(function: sympy.Function) -> bool:
    return type(function).__module__.startswith("lossproof.lowering")


def _tree(expr: Expr) -> Node:
    return from_sympy(spelled_out(expr))


def domain_of(predictor: sympy.Symbol) -> Domain:
    """Where the predictor may lie, as far as its symbol says."""
    zero = Number(Fraction(0))
    signs: Mapping[str, Domain] = {
        "is_positive": Interval(low=zero, low_open=True),
        "is_negative": Interval(high=zero, high_open=True),
        "is_nonnegative": Interval(low=zero),
        "is_nonpositive": Interval(high=zero),
    }
    return next((domain for sign, domain in signs.items() if getattr(predictor, sign)), REAL)


def _reached(ground: Ground) -> StepVerdict:
    try:
        return judged(ground)
    except MemoryError:
        raise
    except Exception as error:  # a referee that breaks down has not refuted anything
        return _undecided(error)


def _undecided(error: Exception) -> StepVerdict:
    first = f"{type(error).__name__}: {error}".splitlines()[0]
    return StepVerdict(Verdict(Status.UNDECIDED, (Way.PROOF_FAILED(failure=first),)))
