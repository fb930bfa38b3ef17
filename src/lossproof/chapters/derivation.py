"""A derivation with its doors: ``check`` to the referee, ``loss`` to code, ``main`` for the end of a script.

Each door imports what it opens to when it is used: to list the chapters takes neither a prover nor a compiler.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lossproof.derivation.publication import ClassPublication, Steps
from lossproof.derivation.script import Script
from lossproof.errors import DerivationError
from lossproof.notation import Scope, to_sympy, to_text
from lossproof.notation.assumptions import Assumptions, FiniteSet, IndexRange, Interval
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Number

if TYPE_CHECKING:
    from lossproof.lowering import Loss
    from lossproof.lowering.arrays.program import Network
    from lossproof.lowering.classes import ClassLoss
    from lossproof.referee.steps.report import Report


class Derivation(Script):
    """Steps in the order they were written, each judged by the referee; what they publish runs.

    logistic = Derivation("logistic_regression", where="yt in {0, 1}; 0 < yp < 1")

    ``where`` holds for every step; ``parameters`` are the quantities that an optimum is looked for in, unless
    a step says otherwise; ``source`` cites the book. Raises DerivationError for a script put together wrongly.
    """

    @property
    def loss(self) -> Loss | ClassLoss:
        """The published loss, as expressions to compile. DerivationError when the script publishes none.

        Over K classes with K a symbol it is a `ClassLoss`: ``loss.of(3)`` is the loss of three.
        """
        from lossproof.lowering import Loss
        from lossproof.referee.steps.grounds import grounds_of_script

        chosen = self.publication
        if chosen is None:
            raise DerivationError(f"Derivation `{self.name}` publishes no loss; call publish_loss in its script.")
        if isinstance(chosen, ClassPublication):
            return self._of_classes(chosen)
        assumptions = self.assumptions
        for name in (chosen.target, *chosen.columns):
            assumptions = between_whole_numbers(assumptions, name)
        scope = Scope(assumptions)
        return Loss(
            name=self.name,
            predictors=tuple(scope.symbol(name) for name in chosen.predictors),
            target=scope.symbol(chosen.target),
            target_domain=chosen.target_domain,
            value=self._formulas(chosen.value, scope),
            slope=self._formulas(chosen.slope, scope),
            curvature=self._formulas(chosen.curvature, scope),
            digest=self.digest,
            dispersion=chosen.dispersion,
            columns=tuple(scope.symbol(name) for name in chosen.columns),
            parameters=chosen.parameters,
            grounds=grounds_of_script(self),
        )

    def _of_classes(self, chosen: ClassPublication) -> ClassLoss:
        from lossproof.lowering.classes import ClassFormulas, ClassLoss
        from lossproof.referee.steps.grounds import grounds_of_script

        first, second = chosen.predictors({step.name: step for step in self.steps})
        value, slope, curvature = (self.step(name).formula for name in (chosen.value, chosen.slope, chosen.curvature))
        return ClassLoss(
            name=self.name,
            value=self.expression(value),
            slope=self.expression(slope),
            curvature=self.expression(curvature),
            trees=ClassFormulas(
                value=value,
                slope=slope,
                curvature=curvature,
                predictors=first.name,
                truth=chosen.truth,
                places=(to_text(first.indices[0]), to_text(second.indices[0])),
                low=chosen.low,
                high=chosen.high,
            ),
            digest=self.digest,
            grounds=grounds_of_script(self),
        )

    @property
    def network(self) -> Network:
        """The published network as a program. DerivationError when the script publishes none."""
        from lossproof.lowering.arrays.program_of_script import network_of

        return network_of(self)

    def check(self, *, use_cache: bool = True, jobs: int = 1) -> Report:
        """The verdict on every step, with its evidence and its mutants. DerivationError where `main` names none."""
        from lossproof.referee.steps.examine import check

        _ = self.main_line
        return check(self, use_cache=use_cache, jobs=jobs)

    def main(self) -> None:
        """Print every step with its verdict and leave with 1 if one falls: for the end of a script."""
        from lossproof.referee.steps.report_text import table

        report = self.check()
        print(table(report))
        sys.exit(0 if report.ok else 1)

    def _formulas(self, steps: Steps, scope: Scope) -> Any:
        if isinstance(steps, str):
            return evaluated(to_sympy(self.step(steps).formula, scope))
        return tuple(self._formulas(each, scope) for each in steps)


def between_whole_numbers(assumptions: Assumptions, target: str) -> Assumptions:
    """``assumptions`` with the target any real number of its interval: code computes with such numbers.

    Of ``loggamma(y + 1)`` with a whole y SymPy makes ``log(gamma(y + 1))``, which overflows from y = 171 on.
    """
    domain = assumptions.scalar(target)
    match domain:
        case FiniteSet(values):
            domain = Interval(Number(min(values)), Number(max(values)))
        case IndexRange(low, high):
            domain = Interval(low, high)
        case Interval():
            domain = replace(domain, integer=False)
    groups = tuple(group for group in assumptions.groups if target not in group.members)
    return replace(assumptions, scalars={**assumptions.scalars, target: domain}, groups=groups)
