"""A loss that a note never defines, in the chain rule: ``dL/dg = sum_i dL/dy_i x_i`` holds for every L of the y_i.

A chain rule of first derivatives is linear in those of L, so that it holds for every L if it does for
``L = sum_i c_i y_i`` with any numbers c_i. What L is a function of is what comes last of all it is derived by.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossproof.notation import walk
from lossproof.notation.tex.dimensions import Sizes
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.traverse import free_names, fresh_name
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Node, Reduction
from lossproof.notes.chain_parts import letters_of, without_derivatives
from lossproof.notes.definitions import Definition, Definitions, Variable
from lossproof.notes.put_in import Unfolding

SLOPE = "slope"
"""What the numbers c_i are called; no note has this name."""


def any_function(left: Node, right: Node, definitions: Definitions, sizes: Sizes) -> tuple[Definition, str] | None:
    """The undefined L that both sides derive, as any function of what comes last; and what it is a function of.

    None where there is no such L, or where nothing says how what it is derived by on the left goes into the rest.
    """
    derived = [_derived(side, definitions) for side in (left, right)]
    names = {part.body for parts in derived for part in parts}
    if len(names) != 1 or not all(derived):
        return None
    varied = {part.variable for part in derived[0]}
    last = _last({part.variable for parts in derived for part in parts}, definitions)
    if not last or varied & set(last) or any(_comes_back(variable, definitions) for variable in last):
        return None
    name = names.pop()
    assert isinstance(name, Name)
    terms = [_weighed(variable, number, definitions, sizes) for number, variable in enumerate(last)]
    body = terms[0]
    for term in terms[1:]:
        body = Binary("+", body, term)
    told = ", ".join(sorted({variable.name for variable in last}))
    return Definition(name.name, body), f"{name.name} is any function of {told}"


def held_beside(left: Node, held: Sequence[Definition]) -> frozenset[str]:
    """The quantities of which a partial derivative may say nothing: single ones that what it is taken by defines.

    ``sigma`` of ``\\partial L / \\partial \\mu``, where sigma goes back to mu too.
    """
    if not isinstance(left, Derivative):
        return frozenset()
    name = left.variable.name
    single = (each for each in held if not each.letters and not each.parameters and each.element is None)
    return frozenset(each.name for each in single if name in letters_of(each.body) and each.name != name)


def _derived(side: Node, definitions: Definitions) -> list[Derivative]:
    """The derivatives of a name that nothing defines."""
    parts = [part for part in walk(side) if isinstance(part, Derivative)]
    return [part for part in parts if isinstance(part.body, Name) and definitions.of(part.body.name) is None]


def _last(variables: set[Variable], definitions: Definitions) -> list[Variable]:
    """Those that none of the others goes back to; nothing where one of the others is used by none of them."""
    reach = {variable: _reached(variable, definitions) for variable in variables}
    found = [one for one in variables if not any(one.name in reach[other] for other in variables if other != one)]
    used = frozenset[str]().union(*(reach[variable] for variable in found)) if found else frozenset()
    rest = variables - set(found)
    return sorted(found, key=str) if rest and all(variable.name in used for variable in rest) else []


def _reached(variable: Variable, definitions: Definitions) -> frozenset[str]:
    """The letters that a quantity goes back to, through all names."""
    definition = _definition(variable, definitions)
    if definition is None:
        return frozenset()
    found = letters_of(definition.body)
    fresh = Definitions(list(definitions.held), definitions.means)
    try:
        return found | _all_letters(without_derivatives(definition.body), fresh)
    except NotUnderstood:
        return found


def _all_letters(body: Node, definitions: Definitions) -> frozenset[str]:
    """The letters of a formula and of every name in it, put in one after the other."""
    found, waiting = frozenset[str](), letters_of(body)
    while waiting - found:
        found |= waiting
        bodies = [held.body for held in definitions.held if held.name in waiting]
        waiting = frozenset[str]().union(*map(letters_of, bodies)) if bodies else frozenset()
    return found | letters_of(Unfolding(definitions, frozenset()).of(body))


def _definition(variable: Variable, definitions: Definitions) -> Definition | None:
    return definitions.of(variable.name) if isinstance(variable, Name) else definitions.family(variable)


def _comes_back(variable: Variable, definitions: Definitions) -> bool:
    definition = _definition(variable, definitions)
    return definition is None or definition.comes_back


def _weighed(variable: Variable, number: int, definitions: Definitions, sizes: Sizes) -> Node:
    """``sum_i c_i y_i`` of a family, ``c y`` of a single quantity."""
    name = f"{SLOPE}{number}"
    definition = _definition(variable, definitions)
    if isinstance(variable, Name) or definition is None or not definition.letters:
        return Binary("*", Name(name), variable)
    letters = [fresh_name(letter, free_names(variable)) for letter in definition.letters]
    at = tuple(map(Name, letters))
    node: Node = Binary("*", Indexed(name, at), Indexed(variable.name, at))
    for position, letter in enumerate(letters, -len(letters)):
        low, high = sizes.range_of(variable.name, position, letter)
        node = Reduction("sum", node, letter, low, high)
    return node
