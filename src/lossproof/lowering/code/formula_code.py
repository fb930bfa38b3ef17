"""From an expression to the text of a function: `sympy.lambdify` is the one door.

    (1-yt)*softplus(u) + yt*softplus(-u)   ->   def value(u, yt):
                                                    return yt*softplus(-u) + (1 - yt)*softplus(u)

Every back end prints the same text; they differ only in where ``softplus`` is imported from. Symbols that would
clash with Python or with the functions of a back end are renamed (``lambda`` to ``lambda_``).
"""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import PythonCodePrinter

from lossproof.errors import MoveError
from lossproof.lowering.code.exact_code import program
from lossproof.lowering.code.needed import CODE_NAMES, EVERYTHING, LONG_NAMES
from lossproof.lowering.code.wide_code import WidePrinter, narrow
from lossproof.lowering.forms.code_functions import drawn_from, exact, extended, outside, parts
from lossproof.lowering.numbers.split_balls import exactly

LARGEST_WHOLE = 1 << 53
HALF = sympy.Rational(1, 2)
Function = Callable[..., Any]

EXACTLY = exactly.__name__
_MODULE_NAMES = (
    "np",
    "jnp",
    "nan",
    "inf",
    "value",
    "slope",
    "curvature",
    "inlined",
    "as_written",
    "called",
    "either",
    EXACTLY,
    *LONG_NAMES,
)
RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *CODE_NAMES, *CODE_NAMES.values(), *_MODULE_NAMES}
)
"""Names that no argument of a generated function may have."""


class SamplePrinter(PythonCodePrinter):
    """Prints every function as a plain call by the names of `CODE_NAMES`."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": True})

    def _print_Function(self, expr: sympy.Expr) -> str:
        return self._call(expr, _code_name(expr), expr.args)

    for _name in CODE_NAMES:  # SymPy's printer has methods of its own for some of these
        locals()[f"_print_{_name}"] = _print_Function
    del _name

    def _print_polygamma(self, expr: sympy.Expr) -> str:
        order, x = expr.args
        if order not in (0, 1):
            raise MoveError(f"{expr} has no numeric code; known are digamma and trigamma")
        return self._call(expr, "digamma" if order == 0 else "trigamma", [x])

    def _print_Integer(self, expr: sympy.Integer) -> str:
        """Beyond the whole numbers that are floats NumPy has no functions of an int."""
        return str(expr.p) if abs(expr.p) <= LARGEST_WHOLE else repr(float(expr))

    def _print_KroneckerDelta(self, expr: sympy.Expr) -> str:
        raise MoveError("delta has no numeric code; write its cases out: Piecewise((1, i == j), (0, True))")

    def _print_factorial(self, expr: sympy.Expr) -> str:
        return self._call(expr, "gamma", [expr.args[0] + 1])

    def _print_logsumexp(self, expr: sympy.Expr) -> str:
        return self._call(expr, _code_name(expr), [_as_float(argument) for argument in expr.args])

    _print_softmax = _print_surprisal = _print_logsumexp

    def _print_Max(self, expr: sympy.Expr) -> str:
        return self._nested(expr)

    _print_Min = _print_Max

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:
        (value, condition), *rest = expr.args
        if condition == sympy.true or not rest:
            return self._print(value)
        others = self._print(sympy.Piecewise(*rest))
        return f"where({self._print(condition)}, {self._print(value)}, {others})"

    def _print_Pow(self, expr: sympy.Pow, rational: bool = False) -> str:
        """x^-2 as (1/x)^2: a power with a negative whole exponent has no value at 0, a quotient is infinite there.

        And 1/x is in range wherever the result is, which x^2 is not.
        """
        if expr.exp.is_Integer and expr.exp < -1:
            return f"(1/{self.parenthesize(expr.base, PRECEDENCE['Pow'])})**{-expr.exp}"
        return self._hprint_Pow(expr, rational=rational, sqrt="sqrt")

    def _print_Mul(self, expr: sympy.Mul) -> str:
        """x^2/2 as x*(x/2), which is exact as well and does not overflow before the result does."""
        number, square = expr.as_coeff_Mul()
        if number == HALF and isinstance(square, sympy.Pow) and square.exp == 2:
            base = self.parenthesize(square.base, PRECEDENCE["Mul"])
            return f"{base}*({base}/2)"
        return super()._print_Mul(expr)

    def _print_And(self, expr: sympy.And) -> str:
        return self._joined_conditions(expr, " & ")

    def _print_Or(self, expr: sympy.Or) -> str:
        return self._joined_conditions(expr, " | ")

    def _joined_conditions(self, expr: sympy.Expr, operator: str) -> str:
        """``and`` and ``or`` do not work on arrays; & and | work on truth values too."""
        return "(" + operator.join(self._print(part) for part in expr.args) + ")"

    def _print_drawn_from(self, expr: drawn_from) -> str:
        return self._print(expr.args[0])

    def _print_NaN(self, expr: sympy.Expr) -> str:
        """Infinity less infinity: no module has to import a name for it."""
        return "(1e999 - 1e999)"

    def _print_Exp1(self, expr: sympy.Expr) -> str:
        return "exp(1)"

    def _print_Pi(self, expr: sympy.Expr) -> str:
        return repr(float(sympy.pi))

    def _call(self, expr: sympy.Expr, name: str, arguments: Sequence[sympy.Expr]) -> str:
        return f"{name}({', '.join(self._print(argument) for argument in arguments)})"

    def _nested(self, expr: sympy.Expr) -> str:
        """max(a, b, c) as maximum(maximum(a, b), c)."""
        first, *others = (self._print(argument) for argument in expr.args)
        for other in others:
            first = f"{_code_name(expr)}({first}, {other})"
        return first


def _as_float(argument: sympy.Expr) -> sympy.Expr:
    """Whole numbers as floats: Numba wants the arguments of a list to be of one type."""
    return sympy.Float(argument) if argument.is_Integer else argument


def _code_name(expr: sympy.Expr) -> str:
    name = expr.func.__name__
    if name not in CODE_NAMES:
        raise MoveError(f"{name}(...) has no numeric code; known are {', '.join(sorted(CODE_NAMES))}")
    return CODE_NAMES[name]


def safe_names(symbols: Sequence[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Symbol]:
    """A usable and unique name for every symbol: ``lambda_`` for ``lambda``, ``np_`` for ``np``."""
    renamed: dict[sympy.Symbol, sympy.Symbol] = {}
    taken = {symbol.name for symbol in symbols if _usable(symbol.name)}
    for symbol in symbols:
        name = symbol.name if _usable(symbol.name) else _free_name(symbol.name, taken)
        taken.add(name)
        renamed[symbol] = sympy.Symbol(name, **symbol.assumptions0)
    return renamed


def _usable(name: str) -> bool:
    return name.isidentifier() and name not in RESERVED and not name.startswith("__")


def _free_name(name: str, taken: set[str]) -> str:
    candidate = re.sub(r"\W", "_", name).lstrip("_") + "_"
    candidate = candidate if candidate.isidentifier() else f"v{candidate}"
    while candidate in taken or candidate in RESERVED:
        candidate += "_"
    return candidate


def function_of(arguments: Sequence[sympy.Symbol], expr: sympy.Expr, functions: Mapping[str, Any]) -> Function:
    """A function of ``arguments`` that calls what ``functions`` holds under the names of `CODE_NAMES`.

    Raises MoveError where the expression has a function without code or a symbol that is no argument.
    """
    if (found := parts(expr)) is not None:
        near, far, inside = (function_of(arguments, part, functions) for part in (found.near, found.far, found.inside))
        return lambda *point: functions["either"](inside(*point), near, far, *point)
    if isinstance(expr, exact):
        _without_others(arguments, expr)
        return exactly(program(expr.args[0], tuple(arguments)))
    return _lambdified(arguments, expr, functions)


@lru_cache(maxsize=512)
def numpy_function(arguments: tuple[sympy.Symbol, ...], expr: sympy.Expr) -> Function:
    """The function of arrays that NumPy computes."""
    return function_of(arguments, expr, EVERYTHING)


def numpy_together(
    arguments: Sequence[sympy.Symbol], formulas: Sequence[sympy.Expr], functions: Mapping[str, Any] = EVERYTHING
) -> Function:
    """The function of arrays that gives all of the formulas, with what they share computed once."""
    for expr in formulas:
        _without_others(arguments, expr)
    renamed = safe_names(arguments)
    names, bodies = [renamed[symbol] for symbol in arguments], [expr.xreplace(renamed) for expr in formulas]
    function: Function = sympy.lambdify(names, bodies, modules=[dict(functions)], printer=SamplePrinter(), cse=True)
    return function


def _lambdified(arguments: Sequence[sympy.Symbol], expr: sympy.Basic, functions: Mapping[str, Any]) -> Function:
    _without_others(arguments, expr)
    renamed = safe_names(arguments)
    others = {symbol: name for symbol, name in renamed.items() if symbol != name}  # Max is slow to be built again
    names, body = [renamed[symbol] for symbol in arguments], expr.xreplace(others)
    printer: PythonCodePrinter = SamplePrinter()
    if isinstance(body, outside):
        body = sympy.nan
    if isinstance(body, extended):
        printer, body = WidePrinter(names, _code_name), narrow(body.args[0])
    return sympy.lambdify(names, body, modules=[dict(functions)], printer=printer, cse=True)


def _without_others(arguments: Sequence[sympy.Symbol], expr: sympy.Basic) -> None:
    if missing := expr.free_symbols - set(arguments):
        listed = ", ".join(sorted(map(str, missing)))
        raise MoveError(f"the formula depends on {listed}, which is neither a predictor nor the target")


def function_texts(name: str, arguments: Sequence[sympy.Symbol], expr: sympy.Expr) -> list[str]:
    """``def name(arguments): return expr``; raises MoveError as `function_of` does.

    What is computed in two ways is four functions: near, far, where the near one holds, and the one that takes
    either.
    """
    if isinstance(expr, exact):
        return [f"{name} = {EXACTLY}(\n    {program(expr.args[0], tuple(arguments))!r}\n)\n"]
    if (found := parts(expr)) is None:
        return [_text(name, _lambdified(arguments, expr, {}))]
    near, far, inside = f"{name}_near", f"{name}_far", f"{name}_inside"
    where = _text(inside, _lambdified(arguments, found.inside, {}))
    points = where[where.index("(") + 1 : where.index(")")]
    return [
        *function_texts(near, arguments, found.near),
        *function_texts(far, arguments, found.far),
        where,
        f"def {name}({points}):\n    return either({inside}({points}), {near}, {far}, {points})\n",
    ]


def together_text(name: str, arguments: Sequence[sympy.Symbol], formulas: Sequence[sympy.Expr]) -> str:
    """``def name(arguments): return (a, b, ..)`` with what the formulas share computed once; none has two ways."""
    return _text(name, _lambdified(arguments, sympy.Tuple(*formulas), {}))


def function_text(name: str, arguments: Sequence[sympy.Symbol], expr: sympy.Expr) -> str:
    """The texts of `function_texts` in one."""
    return "\n\n".join(function_texts(name, arguments, expr))


def _text(name: str, function: Function) -> str:
    return inspect.getsource(function).replace("_lambdifygenerated", name, 1).rstrip() + "\n"
