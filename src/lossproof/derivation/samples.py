"""From one sample to M of them, with the same letters: ``yt`` becomes ``yt[m]``, and ``u[k]`` becomes ``u[m, k]``.

each = chapter.for_samples("m", "yt yp")
each(yt*log(yp))                              ->  yt[m]*log(yp[m])
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.derivation.step import Step
from lossproof.derivation.unfolding import quantities, quantity
from lossproof.errors import DerivationError
from lossproof.moves import for_sample
from lossproof.notation import Scope, substitute_tree, to_text
from lossproof.notation.scope import DataLabel
from lossproof.notation.tree import Indexed, Name, Node


@dataclass(frozen=True, slots=True)
class Sample:
    """What a chapter's formulas say of the sample that ``index`` picks; ``names`` are the quantities of a sample."""

    index: str
    names: frozenset[str]
    scope: Scope

    def __call__(self, expr: sp.Expr) -> sp.Expr:
        """``expr`` of that sample. DerivationError where it holds none of its quantities."""
        here = self._names_in(expr)
        if not here:
            known = ", ".join(sorted(self.names))
            raise DerivationError(f"{expr} holds no quantity of a sample, which are {known}; for_samples names them.")
        return for_sample(expr, self.scope.index(self.index), *(self.scope.data(name) for name in here))

    def _names_in(self, expr: sp.Expr) -> list[str]:
        """The names as scalars, and as data that have not got the index yet."""
        index = self.scope.index(self.index)
        scalars = {each.name for each in expr.atoms(sp.Symbol) if not isinstance(each, DataLabel)}
        data = {str(each.base.label) for each in expr.atoms(sp.Indexed) if each.indices[0] != index}
        return sorted(self.names & (scalars | data))

    def equation(self, step: Step) -> str | None:
        """The line by which ``step`` says what a quantity of a sample is, said of sample m; None where it does not."""
        said = step.defines
        if said is None or said.symbol.name not in self.names or self._has_index(said.symbol):
            return None
        return f"{to_text(self.tree(said.symbol))} = {to_text(self.tree(said.body))}"

    def tree(self, node: Node) -> Node:
        """``node`` of that sample."""
        table: dict[Name | Indexed | str, Node] = {
            _symbol(*found): Indexed(found[0], (Name(self.index), *_places(found[1])))
            for found in quantities(node) | ({quantity(node)} if isinstance(node, Name | Indexed) else set())
            if found[0] in self.names
        }
        return substitute_tree(node, table)

    def _has_index(self, symbol: Name | Indexed) -> bool:
        return isinstance(symbol, Indexed) and symbol.indices[0] == Name(self.index)


def of_samples(sample: Sample, steps: tuple[Step, ...]) -> Iterator[tuple[Step, str]]:
    """Each step that first says what a quantity of a sample is, with the line for sample m."""
    done = {quantity(step.defines.symbol) for step in steps if step.defines is not None}
    for step in steps:
        claim = sample.equation(step)
        if claim is None or step.defines is None:
            continue
        name, count = quantity(step.defines.symbol)
        if (name, count + 1) not in done:
            done.add((name, count + 1))
            yield step, claim


def _symbol(name: str, count: int) -> Name | Indexed:
    return Indexed(name, _places(count)) if count else Name(name)


def _places(count: int) -> tuple[Node, ...]:
    return tuple(Name(f"place{number}") for number in range(count))
