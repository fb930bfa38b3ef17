"""One line after the other: what a derived derivation writes down, with its reason and the move that derives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy as sp

from lossproof.derivation import Relation, Step
from lossproof.models.lines_again import Log
from lossproof.models.setting import Setting
from lossproof.models.tidy import rebuilt, tidy
from lossproof.notation import from_sympy, to_latex, to_text
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Indexed, Name, Node


@dataclass(frozen=True)
class Lines:
    """A derivation that is being written, and the setting that it is written in."""

    script: Log
    setting: Setting

    def given(self, name: str, claim: str, title: str, reason: str, uses: Iterable[str] = ()) -> Step:
        """A modelling assumption."""
        return self._record(name, None, relation=Relation.GIVEN, claim=claim, title=title, reason=reason, uses=uses)

    def named(self, name: str, claim: str, title: str, reason: str, uses: Iterable[str] = ()) -> Step:
        """A name for something."""
        return self._record(
            name, None, relation=Relation.DEFINITION, claim=claim, title=title, reason=reason, uses=uses
        )

    def derived(
        self, name: str, left: str, result: sp.Expr, title: str, reason: str, uses: Iterable[str], **options: Any
    ) -> Step:
        """``left = result``, or the chain ``left = between = result``; ``written`` is how the result is to stand there.

        ``left`` is empty where a formula stands alone.
        """
        lines = [*options.pop("between", ()), options.pop("written", None) or self.written(result)]
        sides = dict.fromkeys([*([left] if left else []), *map(to_text, lines)])
        return self._record(name, result, claim=" = ".join(sides), title=title, reason=reason, uses=uses, **options)

    def expression(self, tree: Node) -> sp.Expr:
        """``tree`` in the derivation's own symbols."""
        return self.script.script.expression(tree)

    def written(self, expr: sp.Expr) -> Node:
        """The tree of ``expr``, with what is observed before the predictor that it is multiplied by: ``y*u``."""
        return in_order(from_sympy(expr), frozenset(self.setting.reading.linear))

    def stated(self, name: str, claim: str, result: sp.Expr, title: str, reason: str, **options: Any) -> Step:
        """A line with a sign of its own, such as ``... >= 0``."""
        return self._record(name, result, claim=claim, title=title, reason=reason, **options)

    def tidy(self, *ways: sp.Expr) -> sp.Expr:
        """The shortest way to write it."""
        return tidy(*ways, below_one=self.setting.shares)

    def in_means(self, slope: sp.Expr, names: Iterable[str] = ()) -> sp.Expr:
        """``slope`` with means for their formulas, exp(u) -> mu, expit(u)*expit(-u) -> p*(1 - p).

        Unchanged where letters of these formulas would be left over.
        """
        setting, means = self.setting, self.setting.reading.means
        written, letters = slope, set[sp.Symbol]()
        for name in names or means:
            mean, formula = setting.scope.symbol(name), setting.expression(means[name])
            written = _with_mean(written, formula, mean, mean in setting.shares)
            letters |= formula.free_symbols & {setting.scope.symbol(each) for each in setting.reading.linear}
        return slope if written.free_symbols & letters else written

    def _record(
        self, name: str, result: sp.Expr | None, *, title: str, uses: Iterable[str] = (), **options: Any
    ) -> Step:
        return self.script.record(name, result, title=self._plain(title), uses=tuple(dict.fromkeys(uses)), **options)

    def _plain(self, title: str) -> str:
        """A title is no Markdown: ``mu`` for the quantity as Markdown shows it."""
        setting = self.setting
        letters = {*setting.letters.values(), *(each for row in setting.designs.values() for each in row)}
        for name in {*setting.sampled, *setting.reading.predictors, *letters}:
            title = title.replace(shown(name), name)
        return title


def _with_mean(expr: sp.Expr, formula: sp.Expr, mean: sp.Symbol, is_share: bool) -> sp.Expr:
    """``expr`` with ``mean`` for its formula, for powers of an exponential, and for the complement of a share."""
    if isinstance(formula, sp.exp):
        inner = formula.args[0]
        expr = expr.replace(
            lambda part: isinstance(part, sp.exp) and (part.args[0] / inner).is_Rational,
            lambda part: mean ** (part.args[0] / inner),
        )
    if isinstance(formula, sp.Function) and is_share:
        expr = rebuilt(expr, {formula.func(-formula.args[0]): 1 - mean})
    return rebuilt(expr, {formula: mean})


def product(*trees: Node) -> Node:
    """The product as it is written by hand: factors in a row, and what the last one is divided by below all of them."""
    *front, last = trees
    if front and isinstance(last, Binary) and last.operator == "/":
        return Binary("/", product(*front, last.left), last.right)
    return reduce(lambda left, right: Binary("*", left, right), [each for tree in trees for each in factors(tree)])


def in_order(tree: Node, last: frozenset[str]) -> Node:
    """``tree`` with the names ``last`` behind the other names of a product."""
    tree = rebuild(tree, [in_order(part, last) if isinstance(part, Node) else part for part in children(tree)])
    if not (isinstance(tree, Binary) and tree.operator == "*"):
        return tree
    parts = list(factors(tree))
    names = [place for place, factor in enumerate(parts) if isinstance(factor, Name | Indexed)]
    moved = sorted((parts[place] for place in names), key=lambda factor: getattr(factor, "name", "") in last)
    for place, factor in zip(names, moved, strict=True):
        parts[place] = factor
    return reduce(lambda left, right: Binary("*", left, right), parts)


def factors(tree: Node) -> Iterator[Node]:
    """What ``tree`` is a product of."""
    if isinstance(tree, Binary) and tree.operator == "*":
        yield from factors(tree.left)
        yield tree.right
    else:
        yield tree


def shown(name: str) -> str:
    """The quantity as Markdown shows it."""
    return f"${to_latex(Name(name))}$"


def listed(names: Iterable[str]) -> str:
    """``$u$ and $v$``"""
    *first, last = map(shown, names)
    return f"{', '.join(first)} and {last}" if first else last
