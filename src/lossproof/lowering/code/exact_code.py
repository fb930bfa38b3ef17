"""Prints a formula as a program of `split_balls`: steps that name an operation and the steps it is applied to.

log(1 + exp(u))   ->   ("number", 1, 1), ("argument", 0), ("exp", 1), ("Add", 0, 2), ("log", 3)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.relational import Relational

from lossproof.errors import MoveError
from lossproof.lowering.numbers.split_balls import OPERATIONS, Instruction, Program, is_known
from lossproof.notation.functions import written_out


@lru_cache(maxsize=512)
def program(expr: sympy.Basic, arguments: tuple[Symbol, ...]) -> Program:
    """The steps that compute ``expr``, each subexpression once. MoveError for a function without balls."""
    steps: dict[Instruction, int] = {}
    _place(expr, arguments, steps)
    return tuple(steps)


def _place(expr: Any, arguments: Sequence[Symbol], steps: dict[Instruction, int]) -> int:
    instruction = _leaf(expr, arguments)
    if instruction is None:
        name, parts = _operation(expr)
        instruction = (name, *(_place(part, arguments, steps) for part in parts))
    return steps.setdefault(instruction, len(steps))


def _leaf(expr: Any, arguments: Sequence[Symbol]) -> Instruction | None:
    if expr in arguments:
        return "argument", list(arguments).index(expr)
    if expr in (sympy.true, sympy.false):
        return "truth", bool(expr)
    if expr.is_Float:
        return "number", *float(expr).as_integer_ratio()
    return ("number", int(expr.p), int(expr.q)) if expr.is_Rational else None


def _operation(expr: Any) -> tuple[str, Sequence[Any]]:
    if isinstance(expr, sympy.Piecewise):
        return "Piecewise", [part for piece in expr.args for part in piece.args]
    if isinstance(expr, Relational):
        return expr.rel_op, expr.args
    name = expr.func.__name__
    if is_known(name):
        return name, expr.args
    if (written := written_out(expr)) is None:
        raise MoveError(f"{name} has no evaluation in balls; known are {', '.join(sorted(OPERATIONS))}")
    return _operation(written)
