"""What a formula of vectors and matrices is: how many indices it has, and the tree of its element at given ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Node


class Untyped(NotUnderstood):
    """``name`` stands alone where a vector or a matrix must: it is one of ``rank`` indices."""

    def __init__(self, name: str, rank: int) -> None:
        super().__init__("A number and a vector stand side by side.")
        self.name, self.rank = name, rank


class Mismatch(NotUnderstood):
    """A row stands where a column must, or the other way round: the shapes of a formula do not fit."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """``at`` makes the element at ``rank`` indices; ``row`` marks a transposed vector, ``name`` a letter alone."""

    rank: int
    at: Callable[..., Node]
    row: bool = False
    name: str = ""


def number(node: Node, name: str = "") -> Tensor:
    """A scalar."""
    return Tensor(0, lambda: node, name=name)


def by(body: Node, variable: Node) -> Node:
    if not isinstance(variable, Name | Indexed):
        raise NotUnderstood("A derivative is taken by a quantity that varies.")
    return Derivative(body, variable)


def mapped(rule: Callable[[Node], Node], one: Tensor) -> Tensor:
    return Tensor(one.rank, lambda *at: rule(one.at(*at)), one.row)


def plus(one: Tensor, sign: str, other: Tensor) -> Tensor:
    for short, long in ((one, other), (other, one)):
        if short.rank == 0 < long.rank and short.name:
            raise Untyped(short.name, long.rank)
    return together(sign, one, other)


def together(sign: str, one: Tensor, other: Tensor) -> Tensor:
    """Element by element."""
    if one.rank != other.rank or (one.rank == 1 and one.row != other.row):
        raise Beyond("The sizes of what is put together here do not fit.")
    return Tensor(one.rank, lambda *at: _binary(sign, one.at(*at), other.at(*at)), one.row)


def _binary(sign: str, one: Node, other: Node) -> Node:
    return Binary(sign, one, other)  # type: ignore[arg-type]


def scaled(one: Tensor, other: Tensor) -> Tensor:
    if one.rank == 0:
        return Tensor(other.rank, lambda *at: Binary("*", one.at(), other.at(*at)), other.row)
    return Tensor(one.rank, lambda *at: Binary("*", one.at(*at), other.at()), one.row)


def transposed(one: Tensor) -> Tensor:
    if one.rank == 2:
        return Tensor(2, lambda i, j: one.at(j, i))
    return Tensor(one.rank, one.at, one.rank == 1 and not one.row)
