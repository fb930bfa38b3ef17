"""Derivatives: ``\\frac{dL}{dw}``, ``\\frac{\\partial^2}{\\partial x \\partial y}``, ``dL/dw``, ``\\nabla_w``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from lossproof.notation.tex.atom_looks import base_of
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.cursor import Cursor
from lossproof.notation.tex.letters import symbol_of
from lossproof.notation.tex.readings import Beyond, NeedsComponent, NotUnderstood
from lossproof.notation.tex.words import letters_at
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Node, Number

if TYPE_CHECKING:
    from lossproof.notation.tex.grammar import Grammar


class Slash(NamedTuple):
    """``d above / d below`` in one line: where the numerator and what is below end."""

    over: int
    variable: int


def _mark(row: Row) -> str:
    """Which sign of a derivative a row begins with: d, the round one, or a delta that stands in for it."""
    first = next((atom for atom in row if atom.kind != "text"), None)
    if first is None:
        return ""
    if first.kind == "partial":
        return "d"
    if first.kind == "letter" and first.text in {"d", "delta"} and not first.marks and first.sub is None:
        return first.text
    return ""


def _plain(row: Row) -> Row:
    row = tuple(atom for atom in row if not (atom.kind == "text" and not atom.text.strip()))
    while len(row) == 1 and row[0].kind == "group" and row[0].bare:
        row = row[0].parts[0]
    return row


def is_derivative(atom: Atom) -> bool:
    """A fraction whose two parts begin with the sign of a derivative, with a variable below."""
    if atom.text != "frac":
        return False
    above, below = map(_plain, atom.parts)
    mark = _mark(below)
    if not mark or mark != _mark(above) or len(below) < 2:
        return False
    return not any(part.kind in {"operator", "relation"} for part in below)


def read_fraction(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    above, below = map(_plain, atom.parts)
    order = order_of(grammar, above[0])
    variables = variables_of(grammar, below, order, atom)
    body = grammar.inside(above[1:]) if len(above) > 1 else _operand(grammar, cursor, atom)
    return grammar.raised(derived(body, variables), atom)


def _operand(grammar: Grammar, cursor: Cursor, atom: Atom) -> Node:
    if cursor.take_times() == "/" or cursor.atom is None:
        raise NotUnderstood("What is differentiated is missing here.", atom.start)
    return grammar.product(cursor)


def order_of(grammar: Grammar, first: Atom) -> int:
    if first.sup is None:
        return 1
    if len(first.sup) == 1 and first.sup[0].kind == "number" and first.sup[0].text in {"1", "2", "3", "4"}:
        return int(first.sup[0].text)
    raise NotUnderstood("The order of a derivative is a number up to 4.", first.start)


class Variable(NamedTuple):
    """What a derivative is taken by; ``squared`` for ``\\partial\\sigma^2``, ``in_log`` for its logarithm."""

    node: Name | Indexed
    squared: bool = False
    in_log: bool = False


def variables_of(grammar: Grammar, below: Row, order: int, atom: Atom) -> list[Variable]:
    """The variables below, each as often as it is taken."""
    found: list[Variable] = []
    is_word = letters_at(below, 1) in grammar.conventions.words and len(letters_at(below, 1)) == len(below) - 1
    pieces = [below[1:]] if is_word else _pieces(below)
    most = 1 if len(pieces) == order else order  # in dm ds^2 each is taken once: the variable is s^2
    for piece in pieces:
        found.extend(_variable(grammar, piece, most, atom))
    if len(found) != order:
        raise NotUnderstood("The order above and the variables below do not fit.", atom.start)
    return found


def _pieces(below: Row) -> list[Row]:
    """``d x d y`` cut before each sign of a derivative."""
    found: list[Row] = []
    for place, atom in enumerate(below):
        is_mark = atom.kind == "partial" or (atom.kind == "letter" and atom.text in {"d", "delta"} and atom.bare)
        if place == 0 or (is_mark and place + 1 < len(below)):
            found.append(())
        else:
            found[-1] = (*found[-1], atom)
    return found


def _variable(grammar: Grammar, piece: Row, order: int, atom: Atom) -> list[Variable]:
    row = _plain(piece)
    if len(row) == 1 and row[0].kind == "bracket" and row[0].text == "(":
        times = _times(row[0].sup, order)
        return [_one_variable(grammar, _plain(row[0].parts[0]), atom)] * times
    times = _times(row[-1].sup, order) if row and order > 1 else 1
    return [_one_variable(grammar, row, atom, drop=times > 1)] * times


def _times(above: Row | None, order: int) -> int:
    if order > 1 and above and len(above) == 1 and above[0].kind == "number" and above[0].text == str(order):
        return order
    return 1


def _one_variable(grammar: Grammar, row: Row, atom: Atom, drop: bool = False) -> Variable:
    if _is_logarithm(row):
        inside = _plain(row[1].parts[0]) if row[1].kind == "bracket" else row[1:]
        return _one_variable(grammar, inside, atom)._replace(in_log=True)
    if len(row) > 1:
        word = letters_at(row, 0)
        if not word or len(word) != len(row):
            raise NotUnderstood("A derivative is taken by one name or element.", row[0].start)
        only = Cursor(row).joined(0, word)
    elif row and row[0].kind in {"letter", "word"}:
        only = row[0]
    else:
        raise NotUnderstood("A derivative is taken by one name or element.", atom.start)
    symbol = symbol_of(only, grammar.conventions)
    squared = symbol.exponent is not None and len(symbol.exponent) == 1 and symbol.exponent[0].text == "2" and not drop
    if symbol.exponent is not None and not squared and not drop:
        raise NotUnderstood("A derivative is taken by one name or element.", only.start)
    if symbol.transposed:
        raise Beyond("A derivative by a transposed vector is beyond scalar formulas.", only.start)
    if base_of(only) in grammar.conventions.vectors and not grammar.has_component(only, symbol):
        return Variable(_component(grammar, only))
    node = grammar.value(only, symbol)
    if not isinstance(node, Name | Indexed):
        raise NotUnderstood("A derivative is taken by a quantity that varies.", only.start)
    return Variable(node, squared)


def _is_logarithm(row: Row) -> bool:
    """``\\log\\sigma^2``, ``\\log(\\sigma)``: the natural logarithm of one name."""
    is_log = len(row) == 2 and row[0].kind == "function" and row[0].text in {"log", "ln"} and row[0].bare
    inside = _plain(row[1].parts[0]) if is_log and row[1].kind == "bracket" and row[1].bare else row[1:]
    return is_log and len(inside) == 1 and inside[0].kind in {"letter", "word"}


def _component(grammar: Grammar, atom: Atom) -> Indexed:
    if grammar.component is None:
        raise NeedsComponent("A derivative by a vector holds for each component.", atom.start)
    return grammar.component_of(symbol_of(atom, grammar.conventions), grammar.component)


def derived(body: Node, variables: list[Variable]) -> Node:
    """The derivatives one after another; that by s^2 is the one by s over 2 s, that by log s the one by s times s."""
    for variable in reversed(variables):
        body = Derivative(body, variable.node)
        if variable.in_log:
            body = Binary("*", variable.node, body)
            body = Binary("/", body, Number(Fraction(2))) if variable.squared else body
        elif variable.squared:
            body = Binary("/", body, Binary("*", Number(Fraction(2)), variable.node))
    return body


def slash_derivative(cursor: Cursor) -> Slash | None:
    """``dL/dw`` or ``d/dx`` from here on, all in one line."""
    row, start = cursor.row, cursor.place
    if not _mark(row[start : start + 1]):
        return None
    for place in range(start + 1, len(row)):
        atom = row[place]
        if atom.kind in {"relation", "separator", "align"} or (atom.kind == "operator" and atom.text in "+-*"):
            return None
        if atom.kind == "operator" and atom.text == "/":
            is_variable = place + 2 < len(row) and row[place + 2].kind in {"letter", "word", "bracket"}
            same = _mark(row[place + 1 : place + 2]) == _mark(row[start : start + 1])
            return Slash(place, place + 2) if is_variable and same else None
    return None


def read_slash(grammar: Grammar, cursor: Cursor, slash: Slash) -> Node:
    row, start = cursor.row, cursor.place
    order = order_of(grammar, row[start])
    above = row[start + 1 : slash.over]
    end = slash.variable + max(len(letters_at(row, slash.variable)), 1)
    variables = _variable(grammar, row[slash.variable : end], order, row[start])
    if len(variables) != order:
        raise NotUnderstood("The order above and the variables below do not fit.", row[start].start)
    cursor.place = end
    body = grammar.inside(above) if above else _operand(grammar, cursor, row[start])
    return derived(body, variables)


def lonely_partial(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\partial_x f`` and ``\\partial_{o_j} l``: what it is taken by stands below the sign."""
    row = _plain(atom.sub or ())
    if len(row) != 1:
        raise NotUnderstood("A derivative is written \\frac{\\partial f}{\\partial x}.", atom.start)
    order = order_of(grammar, atom)
    variable = _one_variable(grammar, row, atom)
    return derived(_operand(grammar, cursor, atom), [variable] * order)


def gradient_variable(atom: Atom, after: Row) -> Row:
    """What a gradient is taken by: what stands below the sign, or the one argument of ``\\nabla f(x)``."""
    if atom.sub:
        return atom.sub
    values = [part for part in after if part.kind != "text"][:2]
    if len(values) < 2 or values[0].kind not in {"letter", "word"} or values[1].kind != "bracket":
        return ()
    inside = values[1].parts[0]
    return inside if len(inside) == 1 and inside[0].kind in {"letter", "word"} else ()


def read_nabla(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\nabla_w L``, component by component."""
    if atom.sup is not None:
        raise Beyond("A matrix of second derivatives is beyond scalar formulas; write one of its elements.", atom.start)
    row = _plain(gradient_variable(atom, cursor.row[cursor.place :]))
    if not row:
        raise Beyond("A gradient without its variable is beyond scalar formulas; write \\nabla_w.", atom.start)
    symbol = symbol_of(row[0], grammar.conventions) if row[0].kind in {"letter", "word"} else None
    if symbol is None or len(row) > 1:
        raise NotUnderstood("A gradient is taken by one name.", atom.start)
    is_vector = base_of(row[0]) in grammar.conventions.vectors and not grammar.has_component(row[0], symbol)
    held = grammar.conventions
    is_element = bool(symbol.indices) or not (held.indexed or held.vectors or held.matrices)  # nothing has components
    several = held.arrays | held.vectors | held.matrices
    is_element = (is_element or (base_of(row[0]) not in several and row[0].font != "bold")) and not is_vector
    node = grammar.value(row[0], symbol) if is_element else _component(grammar, row[0])
    if not isinstance(node, Name | Indexed):
        raise NotUnderstood("A gradient is taken by a quantity that varies.", atom.start)
    return Derivative(grammar.product(cursor), node)
