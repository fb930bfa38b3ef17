"""Prints a formula as calls of wide functions: ``exp(u) - yt`` as ``wide_difference(wide_exp(wide(u)), wide(yt))``.

A function without a wide form is called with narrow arguments, and its result made wide again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import sympy
from sympy.printing.pycode import PythonCodePrinter

from lossproof.lowering.code.needed import CODE_NAMES
from lossproof.lowering.numbers import wide, wide_gamma

_WIDE = {name for module in (wide, wide_gamma) for name in vars(module)}
WIDE_FUNCTIONS = {
    name: f"wide_{each}" for name, code in CODE_NAMES.items() for each in (name, code) if f"wide_{each}" in _WIDE
}
"""SymPy's name of a function -> that of its wide form."""
LONGEST_PRODUCT = 16  # higher powers by exp and log
PI = "(3.141592653589793, 1.2246467991473532e-16, 0.0)"
E = "(2.718281828459045, 1.4456468917292502e-16, 0.0)"


class WidePrinter(PythonCodePrinter):
    """Prints numbers and arguments as wide numbers, and every operation on them as a call."""

    def __init__(self, arguments: Sequence[sympy.Symbol], plain_name: Callable[[sympy.Expr], str]) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": True})
        self.arguments = frozenset(arguments)
        self.plain_name = plain_name

    def _print_Symbol(self, expr: sympy.Symbol) -> str:
        return f"wide({expr.name})" if expr in self.arguments else str(expr.name)

    def _print_Integer(self, expr: sympy.Integer) -> str:
        return f"wide({float(expr)!r})"

    _print_Float = _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def _print_Rational(self, expr: sympy.Rational) -> str:
        return f"wide_quotient(wide({float(expr.p)!r}), wide({float(expr.q)!r}))"

    _print_Half = _print_Rational

    def _print_Pi(self, expr: sympy.Expr) -> str:
        return PI

    def _print_Exp1(self, expr: sympy.Expr) -> str:
        return E

    def _print_Add(self, expr: sympy.Add, order: Any = None) -> str:
        plus = [term for term in expr.args if not _is_negative(term)]
        minus = [-term for term in expr.args if _is_negative(term)]
        first = _nested("wide_sum", [self._print(term) for term in plus])
        if not plus:
            return f"wide_negative({_nested('wide_sum', [self._print(term) for term in minus])})"
        return reduce(lambda left, term: f"wide_difference({left}, {self._print(term)})", minus, first)

    def _print_Mul(self, expr: sympy.Mul) -> str:
        number, rest = expr.as_coeff_Mul()
        above, below = [], []
        if abs(number) != 1:
            above += [sympy.Integer(abs(number.p))] * (abs(number.p) != 1)
            below += [sympy.Integer(number.q)] * (number.q != 1)
        for factor in sympy.Mul.make_args(rest):
            inverted = isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0
            (below if inverted else above).append(1 / factor if inverted else factor)
        printed = self._quotient(above, below)
        return f"wide_negative({printed})" if number < 0 else printed

    def _quotient(self, above: list[sympy.Expr], below: list[sympy.Expr]) -> str:
        top = _nested("wide_product", [self._print(factor) for factor in above or [sympy.S.One]])
        if not below:
            return top
        return f"wide_quotient({top}, {_nested('wide_product', [self._print(factor) for factor in below])})"

    def _print_Pow(self, expr: sympy.Pow, rational: bool = False) -> str:
        base, exponent = expr.args
        if exponent.is_Rational and exponent < 0:
            return self._quotient([], [base**-exponent])
        if exponent.is_Integer and exponent <= LONGEST_PRODUCT:
            return f"wide_power({self._print(base)}, {int(exponent)})"
        if exponent == sympy.Rational(1, 2):
            return f"wide_sqrt({self._print(base)})"
        return f"wide_exp(wide_product({self._print(exponent)}, wide_log({self._print(base)})))"

    def _print_Function(self, expr: sympy.Expr) -> str:
        name = expr.func.__name__
        if name not in WIDE_FUNCTIONS:
            return self._narrow_call(expr)
        return f"{WIDE_FUNCTIONS[name]}({', '.join(self._print(argument) for argument in expr.args)})"

    def _narrow_call(self, expr: sympy.Expr) -> str:
        arguments = ", ".join(f"narrow({self._print(argument)})" for argument in expr.args)
        return f"wide({self.plain_name(expr)}({arguments}))"

    for _name in CODE_NAMES:
        locals()[f"_print_{_name}"] = _print_Function
    del _name

    def _print_gamma(self, expr: sympy.Expr) -> str:
        x = expr.args[0]
        return f"wide_gamma({self._print(x)})" if x.is_positive else self._narrow_call(expr)

    def _print_factorial(self, expr: sympy.Expr) -> str:
        return f"wide_gamma({self._print(expr.args[0] + 1)})"

    def _print_polygamma(self, expr: sympy.Expr) -> str:
        order, x = expr.args
        return f"wide_{ {0: 'digamma', 1: 'trigamma'}[int(order)] }({self._print(x)})"

    def _print_Max(self, expr: sympy.Expr) -> str:
        return _nested("wide_maximum", [self._print(argument) for argument in expr.args])

    def _print_Min(self, expr: sympy.Expr) -> str:
        return _nested("wide_minimum", [self._print(argument) for argument in expr.args])

    def _print_narrow(self, expr: sympy.Expr) -> str:
        return f"narrow({self._print(expr.args[0])})"

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:
        (value, condition), *rest = expr.args
        if condition == sympy.true or not rest:
            return self._print(value)
        others = self._print(sympy.Piecewise(*rest))
        return f"wide_where({self._print(condition)}, {self._print(value)}, {others})"

    def _print_Relational(self, expr: Any) -> str:
        left, right = (f"narrow({self._print(side)})" for side in expr.args)
        return f"({left} {expr.rel_op} {right})"

    def _print_And(self, expr: sympy.Expr) -> str:
        return "(" + " & ".join(self._print(part) for part in expr.args) + ")"

    def _print_Or(self, expr: sympy.Expr) -> str:
        return "(" + " | ".join(self._print(part) for part in expr.args) + ")"


class narrow(sympy.Function):
    """Marks where a wide number is rounded to a float."""

    nargs = 1


def _is_negative(term: sympy.Expr) -> bool:
    return bool(term.as_coeff_Mul()[0] < 0)


def _nested(operation: str, printed: list[str]) -> str:
    return reduce(lambda left, right: f"{operation}({left}, {right})", printed) if printed else ""
