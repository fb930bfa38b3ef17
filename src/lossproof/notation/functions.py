"""The functions of the table in SymPy: SymPy's own where it has one, else a class made from the row.

    softplus(x)      a node; nothing is evaluated when one is built
    .definition()    log(1 + exp(x))      the row's definition
    .diff(x)         expit(x)             the row's derivative, which neither overflows nor cancels
    .is_positive     True for real x      the row's image, where the arguments are known to lie in the domain

`CONSTRUCTORS` builds a node from a name, `called` reads name and arguments off a node, `demands` says what must be
positive for arguments to lie in a function's domain, `definition` writes every node of an expression out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial, reduce
from typing import Any, ClassVar

import sympy
from sympy import Expr, Rational, S
from sympy.core.function import FunctionClass

from lossproof.functions.table import ARGUMENTS, FUNCTIONS, Function
from lossproof.notation.evaluated import evaluated
from lossproof.notation.function_domains import domains, image
from lossproof.notation.scope import facts_of
from lossproof.notation.tree import Node


class Named(sympy.Function):
    """A function of the table that SymPy lacks."""

    row: ClassVar[Function]

    def fdiff(self, argindex: int = 1) -> Expr:
        return slope_of(self, argindex - 1)

    def definition(self) -> Expr:
        """The same value in elementary functions."""
        return _defined(self.row, self.args)

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_real for argument in self.args) and _in_domain(self) else None

    def _eval_is_positive(self) -> bool | None:
        return self._eval_is_real() if "positive" in facts_of(image(self.row.name)) else None

    def _eval_is_negative(self) -> bool | None:
        return self._eval_is_real() if "negative" in facts_of(image(self.row.name)) else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        arguments = ", ".join(printer._print(argument) for argument in self.args)
        raised = f"^{{{exp}}}" if exp else ""
        return rf"{self.row.latex}{raised}\left({arguments}\right)"


def _letters() -> tuple[Expr, ...]:
    return tuple(map(_written, ARGUMENTS))


def _at(arguments: Sequence[Expr]) -> dict[Expr, Expr]:
    return dict(zip(_letters(), arguments, strict=False))


@cache
def _written(formula: str | Node) -> Expr:
    """A formula in the letters of the arguments, with SymPy's ordinary evaluation."""
    from lossproof.notation.into_sympy import parse

    return evaluated(parse(formula))


def _defined(row: Function, arguments: Sequence[Expr]) -> Expr:
    def of(*parts: Expr) -> Expr:
        return _written(row.definition).xreplace(_at(parts))

    return of(*arguments) if row.most else reduce(of, arguments)


def written_out(node: Expr) -> Expr | None:
    """A node of SymPy by the definition of its function; None where the table defines it by no others."""
    found = called(node)
    if found is None or not FUNCTIONS[found[0]].definition:
        return None
    written = _defined(FUNCTIONS[found[0]], found[1])
    return None if written.has(sympy.Derivative) else written


def slope_of(node: Expr, place: int) -> Expr:
    """The derivative of f(a, b, ...) by the argument at ``place``, as the row of f says it.

    What a row says of two arguments holds for any number of them.
    """
    row, letters = FUNCTIONS[_NAMES[type(node)]], _letters()
    own = {node.func(*letters[: row.most or 2]): node}
    if row.most is None:
        return _written(row.derivative[0]).xreplace({**own, letters[0]: node.args[place]})
    return _written(row.derivative[place]).xreplace({**own, **_at(node.args)})


def demands(name: str, arguments: Sequence[Expr]) -> Iterator[tuple[Expr, bool]]:
    """What is >= 0 (with True: > 0) where ``arguments`` lie in the function's domain: x and 1 - x for ``logit(x)``."""
    row, values = FUNCTIONS[name], _at(arguments)
    for argument, domain in zip(arguments, domains(name) if row.most else domains(name) * len(arguments), strict=True):
        if domain.low is not None:
            yield argument - _written(domain.low).xreplace(values), domain.low_open
        if domain.high is not None:
            yield _written(domain.high).xreplace(values) - argument, domain.high_open


def _in_domain(node: Named) -> bool:
    return all(
        demand.is_positive if strict else demand.is_nonnegative for demand, strict in demands(node.row.name, node.args)
    )


def _own_class(row: Function) -> type[Named]:
    members: dict[str, Any] = {"row": row, "__doc__": f"``{row.definition}``", "__module__": __name__}
    nargs = {"nargs": row.most} if row.most else {}
    made: type[Named] = FunctionClass(row.name, (Named,), {**members, **nargs})
    return made


def _class(row: Function) -> Any:
    theirs = getattr(sympy, _OTHER_NAMES.get(row.name, row.name), None)
    return theirs or _own_class(row)


_OTHER_NAMES = {"delta": "KroneckerDelta"}
CLASSES: dict[str, Any] = {
    row.name: _class(row) for row in FUNCTIONS.values() if not row.same_as and row.name != "sqrt"
}
"""From a canonical name to what a node of the function is in SymPy; ``sqrt`` is a power."""
NAMED: tuple[type[Named], ...] = tuple(
    kind for kind in CLASSES.values() if isinstance(kind, type) and issubclass(kind, Named)
)
KINKED = tuple(kind for kind in NAMED if not kind.row.smooth)
"""Those made of functions with kinks, by which they are differentiated."""


def __getattr__(name: str) -> type[Named]:
    """The class of a function that SymPy lacks, by its name."""
    kind = CLASSES.get(name)
    if kind not in NAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made: type[Named] = kind
    return made


def called(node: Any) -> tuple[str, tuple[Any, ...]] | None:
    """The function that a node of SymPy calls, with its arguments; None where the table has none.

    polygamma(0, x)   ("digamma", (x,))           KroneckerDelta(i, j)   ("delta", (i, j))
    """
    if isinstance(node, sympy.polygamma):
        return (("digamma", "trigamma")[int(node.args[0])], node.args[1:]) if node.args[0] in (0, 1) else None
    if isinstance(node, sympy.Heaviside):
        return ("Heaviside", node.args[:1]) if node.args[1] == Rational(1, 2) else None
    if isinstance(node, sympy.Max | sympy.Min):  # they keep their arguments in a set
        return _NAMES[type(node)], tuple(sympy.ordered(node.args))
    name = _NAMES.get(type(node))
    return (name, node.args[: FUNCTIONS[name].most]) if name else None


_NAMES: dict[Any, str] = {kind: name for name, kind in CLASSES.items()}


def definition(expression: Expr) -> Expr:
    """``expression`` with every named function rewritten into elementary ones, inside out."""
    return expression.replace(lambda node: isinstance(node, Named), lambda node: node.definition())


def _unevaluated(function: Any, *arguments: Expr) -> Expr:
    return function(*arguments, evaluate=False)


def _delta(i: Expr, j: Expr) -> Expr:
    """Two literals are compared at once: left alone, SymPy cannot compare their delta with anything."""
    return sympy.KroneckerDelta(i, j, evaluate=bool(i.is_Rational and j.is_Rational))


CONSTRUCTORS: dict[str, Callable[..., Expr]] = {
    **{name: partial(_unevaluated, kind) for name, kind in CLASSES.items()},
    "sqrt": lambda x: sympy.Pow(x, Rational(1, 2), evaluate=False),
    "digamma": lambda x: sympy.polygamma(S.Zero, x, evaluate=False),
    "trigamma": lambda x: sympy.polygamma(S.One, x, evaluate=False),
    "Heaviside": lambda x: sympy.Heaviside(x, Rational(1, 2), evaluate=False),
    "delta": _delta,
}
"""From a function's canonical name to what builds it in SymPy, unevaluated; every value at 0 is the grammar's."""
