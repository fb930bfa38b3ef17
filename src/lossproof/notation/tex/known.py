"""Functions that people write by a letter, with the meaning that everybody gives them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossproof.notation.tree import Binary, Call, Constant, Negative, Node, Number

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def _normal(x: Node, mean: Node, variance: Node) -> Node:
    """The density of the normal distribution, its second parameter the variance."""
    square = Binary("^", Binary("-", x, mean), TWO)
    exponent = Negative(Binary("/", square, Binary("*", TWO, variance)))
    scale = Call("sqrt", (Binary("*", Binary("*", TWO, Constant("pi")), variance),))
    return Binary("*", Binary("/", ONE, scale), Call("exp", (exponent,)))


KNOWN: dict[tuple[str, int], Callable[..., Node]] = {
    ("sigma", 1): lambda x: Call("expit", (x,)),
    ("Gamma", 1): lambda x: Call("gamma", (x,)),
    ("psi", 1): lambda x: Call("digamma", (x,)),
    ("Phi", 1): lambda x: Call("normcdf", (x,)),
    ("Beta", 2): lambda a, b: Call("beta", (a, b)),
    ("B", 2): lambda a, b: Call("beta", (a, b)),
    ("N", 3): _normal,
    ("Nscript", 3): _normal,
}
NAMES = {
    ("sigma", 1): "the sigmoid",
    ("Gamma", 1): "the gamma function",
    ("psi", 1): "the digamma function",
    ("Phi", 1): "the distribution function of the normal distribution",
    ("Beta", 2): "the beta function",
    ("B", 2): "the beta function",
    ("N", 3): "the density of the normal distribution",
    ("Nscript", 3): "the density of the normal distribution",
}
