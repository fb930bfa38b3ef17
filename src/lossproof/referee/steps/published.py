"""What has to hold for a published loss: the code of slope and curvature computes derivatives of the code of value.

slope = diff(value, u)          curvature = diff(slope, u)          each predictor, and each pair, by itself
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossproof.derivation import Script
from lossproof.derivation.claims import merge
from lossproof.derivation.publication import ClassPublication, Publication
from lossproof.notation import parse_assumptions, to_text
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Derivative, Name, Node
from lossproof.referee.steps.obligations import Kind, Obligation
from lossproof.words.codes import Duty, StepName


def published_obligations(derivation: Script) -> dict[str, Obligation]:
    """Name of the row to its obligation; empty where nothing is published.

    They are judged on the whole domain of the target, where the code will be used.
    """
    chosen = derivation.publication
    if chosen is None:
        return {}
    formulas = {name: derivation.step(name).formula for name in chosen.names()}
    if isinstance(chosen, ClassPublication):
        return _of_classes(chosen, formulas, derivation)
    return derivative_obligations(
        chosen, formulas, merge(derivation.assumptions, parse_assumptions(chosen.target_domain))
    )


def derivative_obligations(
    chosen: Publication, formulas: Mapping[str, Node], assumptions: Assumptions
) -> dict[str, Obligation]:
    """The same of any formulas by their names."""
    rows = [(f"published slope{_by(chosen, u)}", chosen.value, Name(u), slope) for u, slope in _slopes(chosen)]
    for (first, slope), row in zip(_slopes(chosen), chosen.curvatures, strict=True):
        rows += [
            (f"published curvature{_by(chosen, first, second)}", slope, Name(second), curvature)
            for second, curvature in zip(chosen.predictors, row, strict=True)
        ]
    return {name: _is_derivative(row, formulas, assumptions) for name, *row in rows}


def _of_classes(chosen: ClassPublication, formulas: Mapping[str, Node], derivation: Script) -> dict[str, Obligation]:
    """For any number of classes: the slope by any predictor, and the curvature by any two."""
    first, second = chosen.predictors({name: derivation.step(name) for name in chosen.names()})
    rows = {
        "published slope": (chosen.value, first, chosen.slope),
        "published curvature": (chosen.slope, second, chosen.curvature),
    }
    return {name: _is_derivative(row, formulas, derivation.assumptions) for name, row in rows.items()}


def _is_derivative(row: Sequence[Any], formulas: Mapping[str, Node], assumptions: Assumptions) -> Obligation:
    before, predictor, after = row
    label = Duty.PUBLISHED_DERIVATIVE(step=StepName(after), of=StepName(before), predictor=to_text(predictor))
    return Obligation(label, Kind.EQUAL, Derivative(formulas[before], predictor), formulas[after], assumptions)


def _slopes(chosen: Publication) -> list[tuple[str, str]]:
    return list(zip(chosen.predictors, chosen.slopes, strict=True))


def _by(chosen: Publication, *predictors: str) -> str:
    return f" by {', '.join(predictors)}" if len(chosen.predictors) > 1 else ""
