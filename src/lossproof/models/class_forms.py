"""Formulas of classes as they are written down: in probabilities, in functions that do not overflow, the shortest way.

log(sum(exp(u[j]), j, 1, K))                     ->  logsumexp(u[j], j, 1, K)
exp(u[i])/sum(exp(u[j]), j, 1, K) - y[i]         ->  p[i] - y[i]
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from lossproof.models.board import factors, product
from lossproof.models.tidy import tidy
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Indexed, Node, Number, Reduction


def named(tree: Node) -> Node:
    """``tree`` with logsumexp where it spells it out."""
    tree = rebuild(tree, [named(part) if isinstance(part, Node) else part for part in children(tree)])
    match tree:
        case Call("log", (Reduction("sum", Call("exp", (inner,)), index, low, high),)):
            return Reduction("logsumexp", inner, index, low, high)
    return tree


def elements_first(tree: Node) -> Node:
    """``tree`` with elements of data before the other factors of a product: p[i]*(delta(i, h) - p[h])"""
    tree = rebuild(tree, [elements_first(part) if isinstance(part, Node) else part for part in children(tree)])
    if not (isinstance(tree, Binary) and tree.operator == "*"):
        return tree
    return product(*sorted(factors(tree), key=lambda factor: not isinstance(factor, Indexed | Number)))


def in_probabilities(expr: sp.Expr, probabilities: Mapping[sp.Indexed, sp.Expr], predictor: sp.Expr) -> sp.Expr | None:
    """``expr`` with p[i] for its formula; None where a predictor is left over."""
    expr = sp.expand_power_exp(expr)
    for p, formula in probabilities.items():
        (place,) = p.indices
        shared, own = formula.as_independent(place, as_Add=False)
        expr = expr.xreplace({own: p / shared})
    found = tidied(expr)
    return None if found.has(predictor) else found


def tidied(expr: sp.Expr) -> sp.Expr:
    """The shortest way to write it; sums and elements of data are left as they are."""
    back: dict[sp.Expr, sp.Expr] = {}
    for kind in (sp.Sum, sp.KroneckerDelta, sp.Indexed):
        for part in sorted(expr.atoms(kind), key=sp.default_sort_key):
            letter = sp.Symbol(f"part{len(back)}", real=True)
            back[letter] = part
            expr = expr.xreplace({part: letter})
    return tidy(expr).xreplace(back)
