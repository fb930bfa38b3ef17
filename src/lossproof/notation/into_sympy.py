"""From the author's tree to SymPy, with nothing evaluated: no term is reordered, merged or cancelled.

A chain of + and - becomes one ``Add`` with its terms in the order written, a chain of * and / one ``Mul``;
``a - b`` holds ``Mul(-1, b)``, ``a/b`` holds ``Pow(b, -1)``; a literal quotient such as ``1/2`` is one Rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy
from sympy import Basic, Expr, Integer, Rational, S
from sympy.functions.elementary.piecewise import ExprCondPair

from lossproof.errors import CallerError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation.assumption_text import parse_assumptions
from lossproof.notation.completion import apply_definitions, complete_assumptions
from lossproof.notation.endless import HIDDEN, KINDS
from lossproof.notation.functions import CONSTRUCTORS
from lossproof.notation.parser import parse_tree
from lossproof.notation.scope import Scope
from lossproof.notation.tex import is_latex, parse_latex, parse_latex_pair
from lossproof.notation.tex.tex_or_text import are_latex, elements_meant
from lossproof.notation.traverse import free_names, fresh_name, substitute_tree
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Condition,
    Constant,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Total,
    Truth,
)


def to_sympy(node: Node, scope: Scope) -> Expr:
    """``node`` in SymPy with the symbols of ``scope``; definitions are not put in."""
    return _Translation(scope, frozenset()).of(node)


def parse(formula: str | Node | Expr, where: str = "") -> Expr:
    """A formula as SymPy expression under the assumptions ``where``, its definitions put in.

    ``formula`` is text of the grammar or LaTeX (`RejectedText` for anything else), a tree, or an expression whose
    symbols are replaced by those that carry the assumptions.
    """
    assumptions = parse_assumptions(where)
    node = read_formula(formula)
    assumptions = complete_assumptions(assumptions, node)
    return to_sympy(apply_definitions(node, assumptions), Scope(assumptions))


def read_formula(formula: object) -> Node:
    """The tree of a formula given as text, in LaTeX, as a SymPy expression, as a whole number or as a tree.

    Text with a backslash or a dollar sign is LaTeX. Raises RejectedText for text outside the grammar and
    CallerError for anything that is no formula.
    """
    if isinstance(formula, Node):
        return formula
    if isinstance(formula, str):
        return parse_latex(formula) if is_latex(formula) else parse_tree(formula)
    from lossproof.notation.out_of_sympy import from_sympy

    if isinstance(formula, int) and not isinstance(formula, bool):
        return from_sympy(Integer(formula))
    if isinstance(formula, Expr):
        return from_sympy(formula)
    raise CallerError(f"A formula is text or a SymPy expression; {type(formula).__name__} was given.")


def read_pair(left: object, right: object) -> tuple[Node, Node]:
    """Both sides of a claim; beside LaTeX both are read as LaTeX, so that a letter means the same in both."""
    if isinstance(left, str) and isinstance(right, str) and are_latex((left, right)):
        one, other = parse_latex_pair((left, right))
        return one, other
    return _side(left, right), _side(right, left)


def _side(formula: object, other: object) -> Node:
    """One side; text of the grammar beside LaTeX has the other's elements: ``x_i`` is ``x[i]``."""
    if isinstance(formula, str) and isinstance(other, str) and is_latex(other) and not is_latex(formula):
        formula = elements_meant(formula, [read_formula(other)])
    return read_formula(formula)


class _Translation:
    """One way down a tree, knowing which names are bound indices there."""

    def __init__(self, scope: Scope, bound: frozenset[str], renamed: dict[str, sympy.Symbol] | None = None) -> None:
        self.scope = scope
        self.bound = bound
        self.renamed = renamed or {}

    def of(self, node: Node | Condition) -> Any:
        return _RULES[type(node)](self, node)

    def number(self, node: Number) -> Expr:
        return Rational(node.value.numerator, node.value.denominator)

    def constant(self, node: Constant) -> Expr:
        return sympy.pi if node.name == "pi" else sympy.E

    def name(self, node: Name) -> Expr:
        if node.name in self.renamed:
            return self.renamed[node.name]
        return self.scope.index(node.name) if node.name in self.bound else self.scope.symbol(node.name)

    def indexed(self, node: Indexed) -> Expr:
        return self.scope.data(node.name)[tuple(self.of(index) for index in node.indices)]

    def negative(self, node: Negative) -> Expr:
        return _minus(self.of(node.operand))

    def binary(self, node: Binary) -> Expr:
        if node.operator == "^":
            return _power(self.of(node.left), self.of(node.right))
        chain, inverse, build = _CHAINS[node.operator]
        parts: list[Expr] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator in chain:
            right = self.of(left.right)
            parts.append(inverse(right) if left.operator == chain[1] else right)
            left = left.left
        parts.append(self.of(left))
        return build(parts[::-1])

    def call(self, node: Call) -> Expr:
        return CONSTRUCTORS[FUNCTIONS[node.function].canonical](*map(self.of, node.arguments))

    def reduction(self, node: Reduction) -> Expr:
        node = _renamed(node, self.bound)
        low, high = self.of(node.low), self.of(node.high)
        if node.kind in _EMPTY and low.is_Rational and high.is_Rational and high < low:
            return _EMPTY[node.kind]
        others = {name: symbol for name, symbol in self.renamed.items() if name != node.index}
        inner = _Translation(self.scope, self.bound | {node.index}, others)
        body, index = inner.of(node.body), self.scope.index(node.index)
        return _REDUCTIONS[node.kind](body, (index, low, high))

    def total(self, node: Total) -> Expr:
        """The index gets a name that nothing else has: formulas may be put in for what stands under it."""
        name = fresh_name(f"{HIDDEN}{node.index}", self.bound | {str(part) for part in self.renamed.values()})
        real = {"integer": True} if node.kind == "sum" else {"real": True}
        inner = _Translation(self.scope, self.bound, {**self.renamed, node.index: sympy.Symbol(name, **real)})
        low = S.NegativeInfinity if node.low is None else self.of(node.low)
        high = S.Infinity if node.high is None else self.of(node.high)
        return KINDS[node.kind](inner.of(node.body), inner.renamed[node.index], low, high)

    def derivative(self, node: Derivative) -> Expr:
        return sympy.Derivative(self.of(node.body), self.of(node.variable), evaluate=False)

    def cases(self, node: Cases) -> Expr:
        return piecewise([(self.of(value), self.of(condition)) for value, condition in node.pieces])

    def indicator(self, node: Indicator) -> Expr:
        return piecewise([(S.One, self.of(node.condition)), (S.Zero, S.true)])

    def truth(self, node: Truth) -> Any:
        return S.true

    def comparison(self, node: Comparison) -> Any:
        """Two literals are compared at once: SymPy's own rules divide by zero in an unevaluated ``0 < 0``."""
        left, right = self.of(node.left), self.of(node.right)
        literal = left.is_Rational and right.is_Rational
        return _RELATIONS[node.operator](left, right, evaluate=literal)

    def junction(self, node: Junction) -> Any:
        return _junction(sympy.And if node.operator == "and" else sympy.Or, [self.of(part) for part in node.parts])


def piecewise(pieces: Iterable[tuple[Expr, Any]]) -> Expr:
    """A Piecewise as written, without a value where no case can hold.

    SymPy's constructor would expand a piecewise inside a condition into all cases, or break down over it.
    """
    kept: list[Any] = []
    for value, condition in pieces:
        if condition is not S.false:
            kept.append(sympy.Tuple.__new__(ExprCondPair, value, condition))
        if condition is S.true:
            break
    if not kept:
        return S.NaN
    return kept[0].expr if kept[0].cond is S.true else Basic.__new__(sympy.Piecewise, *kept)


def _junction(kind: Any, parts: list[Any]) -> Any:
    """``And`` or ``Or`` as written. SymPy's constructor would rearrange every comparison to compare them."""
    if kind.zero in parts:
        return kind.zero
    kept = frozenset(part for part in parts if part is not kind.identity)
    if len(kept) < 2:
        return next(iter(kept), kind.identity)
    junction = Basic.__new__(kind, *sympy.ordered(kept))
    junction._argset = kept
    return junction


def _minus(value: Expr) -> Expr:
    return -value if value.is_Rational else sympy.Mul(S.NegativeOne, value, evaluate=False)


def _power(base: Expr, exponent: Expr) -> Expr:
    if base is S.Exp1:
        return sympy.exp(exponent, evaluate=False)
    return sympy.Pow(base, exponent, evaluate=False)


def _inverse(value: Expr) -> Expr:
    if value.is_Rational and value != 0:
        return 1 / value
    return sympy.Pow(value, S.NegativeOne, evaluate=False)


def _add(parts: list[Expr]) -> Expr:
    return sympy.Add(*parts, evaluate=False)


def _multiply(parts: list[Expr]) -> Expr:
    """The product; a literal quotient at its head is one Rational."""
    if len(parts) > 1 and parts[0].is_Rational and parts[1].is_Rational and not parts[1].is_Integer:
        parts = [parts[0] * parts[1], *parts[2:]]
    return parts[0] if len(parts) == 1 else sympy.Mul(*parts, evaluate=False)


_CHAINS: dict[str, tuple[str, Callable[[Expr], Expr], Callable[[list[Expr]], Expr]]] = {
    **dict.fromkeys("+-", ("+-", _minus, _add)),
    **dict.fromkeys("*/", ("*/", _inverse, _multiply)),
}


def _renamed(node: Reduction, taken: frozenset[str]) -> Reduction:
    """An index that is bound again further out gets a name of its own: SymPy could confuse the two."""
    if node.index not in taken:
        return node
    index = fresh_name(node.index, taken | free_names(node.body))
    return Reduction(node.kind, substitute_tree(node.body, {node.index: Name(index)}), index, node.low, node.high)


def _over(kind: Any) -> Callable[[Expr, tuple[Expr, Expr, Expr]], Expr]:
    """A Sum or Product as written. SymPy's constructor would expand every piecewise in the body into all cases."""

    def build(body: Expr, limits: tuple[Expr, Expr, Expr]) -> Expr:
        if not body.has(sympy.Piecewise):
            return kind(body, limits)
        reduction = Expr.__new__(kind, body, sympy.Tuple(*limits))
        reduction.is_commutative = True
        return reduction

    return build


def _log_sum_exp(body: Expr, limits: tuple[Expr, Expr, Expr]) -> Expr:
    return sympy.log(_over(sympy.Sum)(sympy.exp(body, evaluate=False), limits), evaluate=False)


_REDUCTIONS: dict[str, Callable[..., Expr]] = {
    "sum": _over(sympy.Sum),
    "prod": _over(sympy.Product),
    "logsumexp": _log_sum_exp,
}
_EMPTY = {"sum": S.Zero, "prod": S.One}
"""Ranges that are empty as written; SymPy would sum ``(i, 5, 1)`` backwards (Karr's convention)."""
_RELATIONS: dict[str, Any] = {
    "<": sympy.StrictLessThan,
    "<=": sympy.LessThan,
    ">": sympy.StrictGreaterThan,
    ">=": sympy.GreaterThan,
    "==": sympy.Equality,
    "!=": sympy.Unequality,
}
_RULES: dict[type, Callable[[_Translation, Any], Any]] = {
    Number: _Translation.number,
    Constant: _Translation.constant,
    Name: _Translation.name,
    Indexed: _Translation.indexed,
    Negative: _Translation.negative,
    Binary: _Translation.binary,
    Call: _Translation.call,
    Reduction: _Translation.reduction,
    Total: _Translation.total,
    Derivative: _Translation.derivative,
    Cases: _Translation.cases,
    Indicator: _Translation.indicator,
    Truth: _Translation.truth,
    Comparison: _Translation.comparison,
    Junction: _Translation.junction,
}
