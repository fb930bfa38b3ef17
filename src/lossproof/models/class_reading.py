"""A model of one of K classes, K a symbol: what its author wrote of the probability of class k, read.

P(y=k) = exp(u[k])/sum(exp(u[j]), j, 1, K)          the class by its letter
P(y) = exp(u[y])/sum(exp(u[j]), j, 0, K-1)          the class by the target itself
P(y) = prod(p[k]^y[k], k, 1, K)                     the class as one-hot data, with "p[k]" among the predictors
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy as sp

from lossproof.errors import CallerError
from lossproof.models.reading import ClassesOf, Reading, density_of, formula_of, hint, in_order, mapping, several
from lossproof.notation import data_names, free_names, parse_assumptions, substitute_tree, to_text, walk
from lossproof.notation.assumptions import Assumptions, IndexRange, Interval
from lossproof.notation.names import check_name
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Binary, Call, Indexed, Name, Node, Number, Reduction

TWO = Number(Fraction(2))
_LEFT = re.compile(r"\s*((?:log|ln)\s*)?\(?\s*[A-Za-z]\w*\s*\(\s*(\w+)\s*=\s*(\w+)\s*(?:\|[^()]*)?\)\s*\)?\s*=(?!=)")
_QUANTITY = re.compile(r"([A-Za-z]\w*)\s*(?:\[\s*([A-Za-z]\w*)\s*\])?")
_DESIGN = re.compile(r"[A-Za-z]\w*\s*@\s*[A-Za-z]\w*\s*(\[\s*[A-Za-z]\w*\s*\])?")


@dataclass(frozen=True, slots=True)
class _Said:
    """A formula of class ``letter``, or of all classes where there is no letter yet; and whether it is a logarithm."""

    formula: Node
    letter: str | None
    is_log: bool


def speaks_of_classes(density: object, target: str) -> bool:
    """Whether the target is one of K classes: ``P(y=k)``, or a formula that picks by y, ``u[y]``, or holds ``y[k]``.

    What cannot be read is for `reading.read` to refuse.
    """
    if isinstance(density, str) and _LEFT.match(density):
        return True
    try:
        formula, _ = density_of(density, target)
    except CallerError:
        return False
    return target in data_names(formula) or bool(_picked_by(formula, target))


def read_classes(
    density: str | sp.Expr,
    target: str,
    predictors: Mapping[str, str | sp.Expr],
    parameters: Mapping[str, str],
    where: str,
    log: bool,
    data: Iterable[str],
) -> Reading:
    """The model that these arguments say. Raises CallerError, which names the argument."""
    if parameters or several("data", data):
        raise CallerError("density: a model of K classes has predictors u[k] and nothing else that is free or observed")
    means = dict(_means(predictors))
    said = _said(density, target, log)
    letter = said.letter or _own_letter(said.formula, target)
    formula = _of_class(said, target, letter)
    name = formula.name if isinstance(formula, Indexed) and formula.name in means else ""
    for each in reversed(in_order({key: tree for key, (_, tree) in means.items()}, data_names)):
        index, tree = means[each]
        formula = substitute_tree(formula, {Indexed(each, (Name(index),)): tree})
    formula = Call("exp", (formula,)) if said.is_log else formula
    linear = _linear(formula, {target, *means})
    low, high = _range(formula, linear, letter, target, _clauses(where))
    size = _size(low, high)
    assumptions = _assumptions(where, {size, letter, target}, {target, name, linear}, size)
    _refuse_unknown(formula, {size, letter})
    classes = ClassesOf(formula, letter, low, high, size, name)
    return Reading(target, formula, False, {}, (linear,), (), (), assumptions, classes)


def _said(density: str | sp.Expr, target: str, log: bool) -> _Said:
    found = _LEFT.match(density) if isinstance(density, str) else None
    if found is None:
        formula, is_log = density_of(density, target)
        return _Said(formula, None, is_log or log)
    assert isinstance(density, str)
    if found[2] != target:
        raise CallerError(f"density: it is the density of {found[2]!r}, but the target is {target!r}")
    letter = check_name(found[3])
    return _Said(formula_of("density", density[found.end() :]), letter, bool(found[1]) or log)


def _of_class(said: _Said, target: str, letter: str) -> Node:
    """The probability of class ``letter``, or its logarithm."""
    if target in data_names(said.formula):
        return _out_of_one_hot(said, target, letter)
    if said.letter is not None and target in free_names(said.formula):
        raise CallerError(f"density: the class is called {letter!r} on the left and {target!r} on the right")
    return substitute_tree(said.formula, {target: Name(letter)})


def _out_of_one_hot(said: _Said, target: str, letter: str) -> Node:
    """f(k) of ``prod(f(k)^y[k], k, 1, K)``, or of the sum that is its logarithm."""
    whole = said.formula
    if isinstance(whole, Reduction) and whole.kind == ("sum" if said.is_log else "prod"):
        own = Indexed(target, (Name(whole.index),))
        base = next(_without(whole.body, own, "*" if said.is_log else "^"), None)
        if base is not None and target not in data_names(base):
            return substitute_tree(base, {whole.index: Name(letter)})
    form = f"sum({target}[k]*log(..), k, 1, K)" if said.is_log else f"prod(..^{target}[k], k, 1, K)"
    raise CallerError(f"density: with the class as one-hot data {target}[k] it is {form}, a factor for each class")


def _without(body: Node, own: Indexed, operator: str) -> Iterator[Node]:
    if isinstance(body, Binary) and body.operator == operator:
        if body.right == own:
            yield body.left
        if body.left == own and operator == "*":
            yield body.right


def _means(predictors: Mapping[str, str | sp.Expr]) -> Iterator[tuple[str, tuple[str, Node]]]:
    """Name to index letter and formula: ``"p[k]": "exp(u[k])/sum(..)"``; what says that u is linear adds nothing."""
    for key, text in mapping("predictors", predictors).items():
        found = _QUANTITY.fullmatch(key.strip()) if isinstance(key, str) else None
        if found is None:
            raise CallerError(f"predictors: {key!r} was given; a name is needed, with its class as in 'p[k]'")
        if isinstance(text, str) and _DESIGN.fullmatch(text.strip()):
            continue
        tree = formula_of(f"predictors[{key!r}]", text)
        letter = found[2] or _letter(tree, key)
        if tree not in (Name(found[1]), Indexed(found[1], (Name(letter),))):
            yield found[1], (letter, tree)


def _letter(tree: Node, key: str) -> str:
    """The one letter that picks a class in ``tree``."""
    places = {index for part in walk(tree) if isinstance(part, Indexed) for index in part.indices}
    free = sorted({each.name for each in places if isinstance(each, Name)} & free_names(tree))
    if len(free) == 1:
        return free[0]
    if not free and isinstance(tree, Name):
        return "k"
    raise CallerError(f"predictors[{key!r}]: say of which class it is, as in {key}[k] with u[k] in its formula")


def _picked_by(formula: Node, name: str) -> list[Indexed]:
    return [part for part in walk(formula) if isinstance(part, Indexed) and Name(name) in part.indices]


def _own_letter(formula: Node, target: str) -> str:
    """The letter that its author counts the classes with, or k."""
    if isinstance(formula, Reduction) and target in data_names(formula.body):
        return formula.index
    bound = {part.index for part in walk(formula) if isinstance(part, Reduction)}
    return fresh_name("k", free_names(formula) | bound)


def _linear(formula: Node, known: set[str]) -> str:
    """The data that every class has one of: its linear predictor."""
    names = sorted(data_names(formula) - known)
    places = {len(part.indices) for part in walk(formula) if isinstance(part, Indexed) and part.name in names}
    if len(names) != 1 or places != {1}:
        held = ", ".join(f"{name}[..]" for name in names) or "none"
        raise CallerError(
            f"density: a linear predictor of each class is needed, u[k], and no other; {held} stands there"
        )
    return names[0]


def _clauses(where: str) -> Assumptions:
    if not isinstance(where, str):
        raise CallerError(f"where: {where!r} was given; clauses are needed, as in 'K integer >= 2'")
    return parse_assumptions(where)


def _range(formula: Node, linear: str, letter: str, target: str, said: Assumptions) -> tuple[Node, Node]:
    """From which number to which the classes go: what the sums over them say, or a clause."""
    found = [
        (part.low, part.high)
        for part in walk(formula)
        if isinstance(part, Reduction) and linear in data_names(part.body) and _picked_by(part.body, part.index)
    ]
    found += [(each.low, each.high) for each in map(said.scalars.get, (letter, target)) if isinstance(each, IndexRange)]
    found += [
        (each.low, each.high)
        for each in said.groups
        if each.members == (target,) and each.low is not None and each.high is not None
    ]
    different = {(to_text(low), to_text(high)) for low, high in found}
    if len(different) != 1:
        ranges = " and ".join(f"{low}..{high}" for low, high in sorted(different)) or "nothing"
        raise CallerError(
            f"density: over which classes it sums must be said, once: {ranges} is; write {letter} in 1..K in where"
        )
    return found[0]


def _size(low: Node, high: Node) -> str:
    names = sorted(free_names(low) | free_names(high))
    if len(names) != 1:
        raise CallerError(
            f"density: the classes go from {to_text(low)} to {to_text(high)}; write K for their number, as in 1..K: the"
            " data say what it is"
        )
    return names[0]


def _assumptions(where: str, scalars: set[str], arrays: set[str], size: str) -> Assumptions:
    """The clauses on the number of classes and on what each class has. CallerError for any other."""
    said = _clauses(where)
    one_hot = {name for group in said.groups for name in group.members}
    for name in sorted((said.scalars.keys() - scalars) | (said.arrays.keys() - arrays) | (one_hot - arrays)):
        raise CallerError(f"where: a clause speaks of {name!r}, which the model does not have{hint(name, scalars)}")
    number = said.scalars.get(size, Interval(low=TWO))
    number = replace(number, integer=True) if isinstance(number, Interval) else number
    return Assumptions(scalars={size: number}, arrays=said.arrays, letters=said.letters)


def _refuse_unknown(formula: Node, known: set[str]) -> None:
    for name in sorted(free_names(formula) - known):
        raise CallerError(
            f"density: nothing says what {name!r} is{hint(name, known)}; the probability of a class holds u[k], sums"
            " over the classes, and numbers"
        )
