"""How a new step fits behind those that are there: which of them it looks back at, and what is refused of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from lossproof.derivation import graph
from lossproof.derivation.claims import Statement, named_by
from lossproof.derivation.every import refuse_wrong_start
from lossproof.derivation.step import LOOKS_BACK, UNCHECKED, Origin, Step
from lossproof.derivation.unfolding import has_finitely_many, quantities, unfold
from lossproof.errors import DerivationError
from lossproof.notation.tree import Derivative
from lossproof.words.codes import Relation


@dataclass(frozen=True, slots=True)
class StepsAbove:
    """The steps of ``derivation`` so far, in the order written."""

    derivation: str
    steps: Mapping[str, Step]

    def found(self, name: str, said: str = "There is no step") -> Step:
        """The step of that name. DerivationError where there is none."""
        if name in self.steps:
            return self.steps[name]
        near = get_close_matches(name, self.steps, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"its steps are {', '.join(self.steps) or 'none yet'}."
        raise DerivationError(f"{said} `{name}`, which derivation `{self.derivation}` does not have so far; {hint}")

    def placed(
        self, name: str, relation: Relation, of: str | None, uses: tuple[str, ...], statement: Statement
    ) -> tuple[Relation, str | None]:
        """The relation of a new step and the step that it looks back at. DerivationError where it does not fit."""
        self._refuse(name, uses, relation, statement)
        relation, of = self._read_off(relation, of, uses, statement)
        return relation, self._looks_back_at(name, relation, of, uses)

    def _refuse(self, name: str, uses: tuple[str, ...], relation: Relation, statement: Statement) -> None:
        """DerivationError where the step does not fit behind those that are there."""
        if name in self.steps:
            raise DerivationError(f"Derivation `{self.derivation}` has two steps named `{name}`; rename one of them.")
        for each in uses:
            self.found(each, f"Step `{name}` uses")
        if relation is not Relation.DEFINITION:
            return
        symbol = named_by(statement.left)
        if symbol is None:
            raise DerivationError(f"The definition `{name}` needs a symbol left of the =, as in `u = w0 + w1*x1`.")
        if graph.is_used(symbol, self.steps.values()):
            raise DerivationError(
                f"The definition `{name}` names `{symbol.name}`, which an earlier step already uses: choose another"
                " symbol, or say that it is a modelling assumption with `given`."
            )

    def _read_off(
        self, relation: Relation, of: str | None, uses: tuple[str, ...], statement: Statement
    ) -> tuple[Relation, str | None]:
        """A line ``diff(ce, yp) = ...`` is the derivative of the step above that says what ``ce`` is.

        ``diff(diff(ce, u), u) = ...`` is that of the step above with ``diff(ce, u)`` on its left side.
        """
        if relation is not Relation.EQUAL or of is not None or not isinstance(statement.left, Derivative):
            return relation, of
        for name in reversed(graph.ancestors(uses, self.steps)):
            definition, left = self.steps[name].defines, self.steps[name].left
            if statement.left.body in (left, definition and definition.symbol):
                return Relation.DERIVATIVE, name
        return relation, of

    def _looks_back_at(self, name: str, relation: Relation, of: str | None, uses: tuple[str, ...]) -> str | None:
        """The step that one of this relation looks back at: as named, or its first argument."""
        if of is not None:
            return self.found(of, f"Step `{name}` looks back at").name
        if relation not in LOOKS_BACK:
            return None
        if not uses:
            raise DerivationError(
                f"Step `{name}` ({relation}) looks back at no step: name one as its first argument or with of=."
            )
        return uses[0]


def refuse_unjudged(step: Step) -> None:
    """DerivationError where nothing says how the claim of a step follows, or where its reason is none."""
    _refuse_untied(step)
    refuse_wrong_start(step)
    _refuse_infinite(step)


def _refuse_untied(step: Step) -> None:
    """DerivationError where a step returns nothing and nothing else says how its claim follows."""
    if step.origin is Origin.STATED and step.relation not in UNCHECKED and not graph.is_tied(step):
        raise DerivationError(
            f"The function of step `{step.name}` returns nothing: return the formula that it derives, name the step"
            " that the claim is equal to with of=, or say that it is only stated with `given` or `definition`."
        )


def _refuse_infinite(step: Step) -> None:
    """DerivationError where a finite domain is the reason of a step and nothing in it has finitely many values."""
    if step.relation is not Relation.EQUAL_ON:
        return
    tree = unfold(step.formula, step.definitions)
    if not any(has_finitely_many(each, step.assumptions) for each in quantities(tree)):
        raise DerivationError(
            f"Step `{step.name}` holds on a finite domain, but nothing in its claim is said to have finitely many"
            " values: say so, as in where='yt in {0, 1}'."
        )
