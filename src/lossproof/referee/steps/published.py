"""What has to hold for a published loss: the code of slope and curvature computes derivatives of the code of value.

slope = diff(value, u)          curvature = diff(slope, u)          each predictor, and each pair, by itself
"""

from __future__ import annotations

from collections.abc import Mapping

from lossproof.derivation import Script
from lossproof.derivation.claims import merge
from lossproof.derivation.publication import Publication
from lossproof.notation import parse_assumptions
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
    return derivative_obligations(
        chosen, formulas, merge(derivation.assumptions, parse_assumptions(chosen.target_domain))
    )


def derivative_obligations(
    chosen: Publication, formulas: Mapping[str, Node], assumptions: Assumptions
) -> dict[str, Obligation]:
    """The same of any formulas by their names."""
    rows = [(f"published slope{_by(chosen, u)}", chosen.value, u, slope) for u, slope in _slopes(chosen)]
    for (first, slope), row in zip(_slopes(chosen), chosen.curvatures, strict=True):
        rows += [
            (f"published curvature{_by(chosen, first, second)}", slope, second, curvature)
            for second, curvature in zip(chosen.predictors, row, strict=True)
        ]
    return {
        name: Obligation(
            Duty.PUBLISHED_DERIVATIVE(step=StepName(after), of=StepName(before), predictor=u),
            Kind.EQUAL,
            Derivative(formulas[before], Name(u)),
            formulas[after],
            assumptions,
        )
        for name, before, u, after in rows
    }


def _slopes(chosen: Publication) -> list[tuple[str, str]]:
    return list(zip(chosen.predictors, chosen.slopes, strict=True))


def _by(chosen: Publication, *predictors: str) -> str:
    return f" by {', '.join(predictors)}" if len(chosen.predictors) > 1 else ""
