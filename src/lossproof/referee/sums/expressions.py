"""Small, sound tools on SymPy expressions with bound indices: free variables, replacement, keys, brackets.

    replace_free(Sum(x[m], (m, 0, k)), {k: m})  ->  Sum(x[m1], (m1, 0, m))      nothing is captured
    Bracket(k - 1)  =  [k - 1 >= 0]            1 where the condition holds and 0 elsewhere

SymPy's own ``subs`` and ``xreplace`` replace bound indices, and the label inside ``x[m]`` when a scalar is
called ``x`` too; what stands here does neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair

from lossproof.notation.into_sympy import piecewise

BINDERS = (sp.Sum, sp.Product)
UNDEFINED = (sp.zoo, sp.nan, sp.oo, -sp.oo)


@dataclass(frozen=True, slots=True)
class Range:
    """``index`` runs through the integers ``low..high``, both included; none when ``high < low``."""

    index: sp.Symbol
    low: sp.Expr
    high: sp.Expr

    @property
    def length(self) -> sp.Expr:
        """``high - low + 1``, which is the number of terms where it is not negative."""
        return spread(self.high - self.low + 1)

    @property
    def limit(self) -> tuple[sp.Symbol, sp.Expr, sp.Expr]:
        """The same as SymPy writes it."""
        return (self.index, self.low, self.high)


def temporary(number: int) -> sp.Symbol:
    """The name of an index that is bound further out; no name of the grammar starts with an underscore."""
    return sp.Symbol(f"_b{number}", integer=True)


def canonical_index(number: int) -> sp.Symbol:
    """The name of a bound index in normal form, counted from the innermost sum."""
    return sp.Symbol(f"_{number}", integer=True)


def binder(kind: Any, function: sp.Expr, *limits: tuple[sp.Symbol, sp.Expr, sp.Expr]) -> sp.Expr:
    """``kind(function, *limits)`` for Sum or Product, the innermost limit first, and nothing else done.

    SymPy's constructors fold every Piecewise to the top, out of inner sums too, whose index then stands unbound.
    """
    while isinstance(function, kind):
        limits, function = (*function.limits, *limits), function.function
    if kind is sp.Product and function == 0:  # SymPy takes it for 0 even where the range may be empty
        (_, low, high), *outer = limits
        empty = 1 - Bracket(spread(high - low))
        return binder(kind, empty, *outer) if outer else empty
    made = sp.Expr.__new__(kind, function, *(sp.Tuple(*limit) for limit in limits))
    made.is_commutative = True
    return made


def rebuilt(expr: sp.Basic, args: tuple[sp.Basic, ...]) -> sp.Basic:
    """The same node with other arguments."""
    if args == expr.args:
        return expr
    if isinstance(expr, BINDERS):
        return binder(type(expr), args[0], *args[1:])
    if isinstance(expr, ExprCondPair):
        return sp.Tuple.__new__(ExprCondPair, *args)
    if isinstance(expr, sp.Piecewise):
        return piecewise(pair.args for pair in args)
    return expr.func(*args)


def renamed(expr: sp.Basic, names: Mapping[sp.Symbol, sp.Symbol]) -> sp.Basic:
    """The same with other names, bound ones too; SymPy's ``xreplace`` decides a condition such as 0 != 0 wrongly."""
    return _renamed(expr, frozenset(names.items()))


@lru_cache(maxsize=1 << 14)
def _renamed(expr: sp.Basic, pairs: frozenset[tuple[sp.Symbol, sp.Symbol]]) -> sp.Basic:
    """`renamed`, remembered: the rules of a proof have most of their parts in common."""
    names = dict(pairs)
    if not expr.args:
        return names.get(expr, expr)
    if names.keys().isdisjoint(_symbols(expr)):
        return expr
    if isinstance(expr, sp.Indexed):
        return expr.base[tuple(_renamed(index, pairs) for index in expr.indices)]
    return rebuilt(expr, tuple(_renamed(argument, pairs) for argument in expr.args))


@lru_cache(maxsize=1 << 16)
def variables(expr: sp.Basic) -> frozenset[sp.Symbol]:
    """The free symbols of ``expr``: neither bound indices nor the labels of indexed data."""
    if isinstance(expr, sp.Symbol):
        return frozenset((expr,))
    if isinstance(expr, sp.Indexed):
        return _union(expr.indices)
    if isinstance(expr, BINDERS):
        found = variables(expr.function)
        for index, low, high in expr.limits:
            found = (found - {index}) | variables(low) | variables(high)
        return found
    return _union(expr.args)


@lru_cache(maxsize=1 << 16)
def _symbols(expr: sp.Basic) -> frozenset[sp.Symbol]:
    """Every symbol of ``expr`` that `renamed` may meet, bound ones too."""
    if isinstance(expr, sp.Symbol):
        return frozenset((expr,))
    parts = expr.indices if isinstance(expr, sp.Indexed) else expr.args
    return frozenset().union(*map(_symbols, parts))


def _union(parts: Iterable[sp.Basic]) -> frozenset[sp.Symbol]:
    return frozenset().union(*(variables(part) for part in parts))


@lru_cache(maxsize=1 << 16)
def binds(expr: sp.Basic) -> bool:
    """Whether a sum or a product stands anywhere in ``expr``."""
    return isinstance(expr, BINDERS) or any(binds(arg) for arg in expr.args)


def replace_free(expr: sp.Basic, replacement: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    """Replace free symbols and free elements of data; bound indices in the way are renamed."""
    return _replaced(expr, frozenset(replacement.items()))


_Pairs = frozenset[tuple[sp.Basic, sp.Basic]]


@lru_cache(maxsize=1 << 15)
def _replaced(expr: sp.Basic, pairs: _Pairs) -> sp.Basic:
    """`replace_free`, remembered: of nine times that a proof asks for a part it has asked for eight before."""
    replacement = dict(pairs)
    if expr in replacement:
        return replacement[expr]
    free = variables(expr)
    if not expr.args or not any(variables(old) <= free for old in replacement):
        return expr
    if isinstance(expr, sp.Indexed):
        return expr.base[tuple(_replaced(index, pairs) for index in expr.indices)]
    if isinstance(expr, BINDERS):
        return _replace_under_binder(expr, replacement)
    return rebuilt(expr, tuple(_replaced(arg, pairs) for arg in expr.args))


def _replace_under_binder(expr: sp.Basic, replacement: dict[sp.Basic, sp.Basic]) -> sp.Basic:
    limits = []
    inner = replacement
    for index, low, high in reversed(expr.limits):
        low, high = replace_free(low, inner), replace_free(high, inner)
        inner = {old: new for old, new in inner.items() if index not in variables(old)}
        if any(index in variables(new) for new in inner.values()):
            renamed = fresh_index(index, (expr, *inner, *inner.values()))
            inner[index] = index = renamed
        limits.append((index, low, high))
    return binder(type(expr), replace_free(expr.function, inner), *reversed(limits))


def fresh_index(index: sp.Symbol, taken_in: Iterable[sp.Basic]) -> sp.Symbol:
    """A name like ``index`` that occurs in none of the expressions: m, then m1, m2, ..."""
    taken = {symbol.name for expr in taken_in for symbol in expr.atoms(sp.Symbol)}
    number = 1
    while f"{index.name}{number}" in taken:
        number += 1
    return sp.Symbol(f"{index.name}{number}", integer=True)


@lru_cache(maxsize=1 << 16)
def key(expr: sp.Basic, masked: bool = False) -> str:
    """A text to sort by that depends on structure and names only; ``masked`` hides the names of bound indices."""
    if isinstance(expr, sp.Symbol):
        return "_" if masked and expr.name.startswith("_") else expr.name
    if isinstance(expr, sp.Indexed):
        return f"{expr.base.label}[{','.join(key(index, masked) for index in expr.indices)}]"
    if not expr.args:
        return str(expr)
    parts = [key(arg, masked) for arg in expr.args]
    return f"{type(expr).__name__}({','.join(sorted(parts) if isinstance(expr, (sp.Add, sp.Mul)) else parts)})"


def undefined(expr: sp.Basic) -> bool:
    """Whether a division by zero or an infinity has turned up."""
    return expr.has(*UNDEFINED)


def base_and_exponent(factor: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """``x^3 -> (x, 3)``; exponentials and everything else are their own base."""
    if isinstance(factor, sp.Pow) and factor.exp.is_Integer:
        return factor.base, factor.exp
    return factor, sp.S.One


def terms_of(expr: sp.Expr) -> tuple[sp.Expr, ...]:
    """What is added."""
    return tuple(sp.Add.make_args(expr))


def factors_of(expr: sp.Expr) -> tuple[sp.Expr, ...]:
    """What is multiplied."""
    return tuple(sp.Mul.make_args(expr))


@lru_cache(maxsize=1 << 15)
def spread(expr: sp.Expr) -> sp.Expr:
    """``expr`` multiplied out, functions and sums left alone (SymPy's ``expand`` rewrites inside them)."""
    if expr.is_Add:
        return sp.Add(*(spread(term) for term in expr.args))
    if expr.is_Mul:
        factors = [terms_of(spread(factor)) for factor in expr.args]
    elif expr.is_Pow and expr.exp.is_Integer and expr.exp > 1 and (expr.base.is_Add or expr.base.is_Mul):
        factors = [terms_of(spread(expr.base))] * int(expr.exp)
    else:
        return expr
    return sp.Add(*(sp.Mul(*choice) for choice in product(*factors)))


class Bracket(sp.Function):
    """Iverson's bracket ``[e >= 0]`` of an integer e: 1 where it is not negative and 0 elsewhere.

    Used inside this room only: SymPy's Piecewise rearranges its conditions and is not a number to multiply with.
    """

    nargs = 1
    is_integer = True
    is_nonnegative = True


def bracketed(expr: sp.Basic) -> sp.Expr | None:
    """The ``e`` of ``[e >= 0]``; None for anything else."""
    return expr.args[0] if isinstance(expr, Bracket) else None


def as_piecewise(expr: sp.Basic) -> sp.Basic:
    """Every bracket written as ``Piecewise((1, e >= 0), (0, True))``."""
    if not expr.args or not expr.has(Bracket):
        return expr
    if isinstance(expr, Bracket):
        return sp.Piecewise((sp.S.One, sp.Ge(expr.args[0], 0)), (sp.S.Zero, True))
    return rebuilt(expr, tuple(as_piecewise(argument) for argument in expr.args))


def slope(expr: sp.Expr, symbol: sp.Symbol) -> sp.Expr | None:
    """The rational ``a`` of ``expr = a*symbol + c`` with ``c`` free of it (0 when it does not occur), else None."""
    if symbol not in variables(expr):
        return sp.S.Zero
    if expr == symbol:
        return sp.S.One
    total = sp.S.Zero
    for term in terms_of(spread(expr)):
        if symbol in variables(term):
            coefficient, rest = term.as_coeff_Mul()
            if rest != symbol:
                return None
            total += coefficient
    return total
