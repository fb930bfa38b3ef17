"""Functions and their arguments: logarithms with and without parentheses, functions that the text defines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.atom_looks import (
    base_of,
    function_name,
    is_applied_bare,
    is_argument,
    is_family,
    is_inverted,
)
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.big import read_big, read_logsumexp
from lossproof.notation.tex.cursor import VALUE_KINDS, Cursor, Factor, holds_relation
from lossproof.notation.tex.environments import indicator_of
from lossproof.notation.tex.letters import Symbol, symbol_of
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tex.words import letters_at
from lossproof.notation.tree import Binary, Call, Constant, Derivative, Indexed, Name, Node, Number, Reduction

if TYPE_CHECKING:
    from lossproof.notation.tex.grammar import Grammar

USUAL_FUNCTIONS = frozenset({"sigma", "Gamma", "psi", "Phi", "Beta"})
"""Letters that are functions in front of a bracket unless the text uses them as numbers."""
INVERSES = {row.inverse_of: row.name for row in FUNCTIONS.values() if row.inverse_of and not row.same_as}
INVERSES |= {"tan": "atan", "sigma": INVERSES["expit"]}
"""What the inverse function is called; of ``\\sigma`` that of the logistic function."""
_LOGARITHMS = {"Gamma": "loggamma", "Phi": "lognormcdf"}
SEPARATORS = frozenset({",", ";", "|", "‖", ":"})
_TAKEN, _FACTOR = "the function sigma is taken of what follows it", "sigma is a factor"
_APPLIED_TO = frozenset({"letter", "word", "frac"})
_ALONE = frozenset({"letter", "word", "number", "group", "frac", "sqrt"})
_ALL, _FIRST = "the function takes the whole product after it", "the function takes the first factor after it alone"


def function(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """A function that everybody knows, with its argument."""
    refuse_inverse(atom)
    if atom.primes:
        return _primed_function(grammar, atom, cursor)
    if atom.text == "softmax":
        return softmax(grammar, atom, cursor)
    if atom.text == "logsumexp" and atom.sub is not None:
        return read_logsumexp(grammar, atom, cursor)
    if atom.text in {"Min", "Max"} and atom.sub is not None:
        raise Beyond("The largest or smallest value over a set is beyond scalar formulas.", atom.start)
    if atom.text == "exp" and atom.sup is not None and not _bracket_next(cursor):
        return Call("exp", (grammar.inside(atom.sup),))
    for letter, logarithm in _LOGARITHMS.items():
        is_usual = _is_letter(cursor.atom, letter) and letter not in grammar.conventions.own
        if is_usual and atom.text in {"log", "ln"} and not atom.sup and not atom.sub:
            cursor.advance()
            return Call(logarithm, tuple(_in_bracket(grammar, cursor, atom)))
    arguments, outside = _arguments(grammar, atom, cursor)
    node = _built(grammar, atom, arguments)
    if atom.sup is not None:
        node = Binary("^", node, grammar.inside(atom.sup))
    return node if outside is None else Binary("^", node, outside)


def refuse_inverse(atom: Atom) -> None:
    """``\\sin^{-1} x`` is the inverse function to some and ``1/\\sin x`` to others: neither is guessed."""
    if not is_inverted(atom):
        return
    name = atom.text
    is_plain = len(name) == 1 or atom.kind == "word"
    written = FUNCTIONS[name].latex if name in FUNCTIONS else name if is_plain else f"\\{name}"
    inverse = INVERSES.get(FUNCTIONS[name].same_as or name if name in FUNCTIONS else name)
    other = f"{FUNCTIONS[inverse].latex}(x)" if inverse else "the inverse function under a name of its own,"
    sentence = f"{written}^{{-1}}(x) is an inverse function or 1/{written}(x): write {other} or 1/{written}(x)."
    raise NotUnderstood(sentence, atom.start)


def refuse_squared_sigma(atom: Atom, symbol: Symbol) -> None:
    """``\\sigma^2(x)`` is the square of a value of the function, or a variance times x."""
    above = symbol.exponent or ()
    if symbol.name == "sigma" and len(above) == 1 and above[0].kind == "number":
        power = above[0].text
        ways = rf"\sigma(x)^{power} or \sigma^{power} \cdot (x)"
        raise NotUnderstood(rf"\sigma^{power}(x) is a power of the function or of a scale: write {ways}.", atom.start)


def _primed_function(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\tanh'(z)``: the derivative by the argument, which elsewhere than at a name the note carries out."""
    arguments, outside = _arguments(grammar, replace(atom, primes=0), cursor)
    if len(arguments) != 1:
        raise NotUnderstood("A prime differentiates a function of one argument.", atom.start)
    at = arguments[0]
    if isinstance(at, Name | Indexed):
        node = _built(grammar, atom, arguments)
        for _ in range(atom.primes):
            node = Derivative(node, at)
    elif atom.text in _BUILT or atom.sub is not None:
        raise NotUnderstood("A prime at this function is read where its argument is a name.", atom.start)
    else:
        node = Call(atom.text + "'" * atom.primes, tuple(arguments))
    for above in (None if atom.sup is None else grammar.inside(atom.sup), outside):
        node = node if above is None else Binary("^", node, above)
    return node


def _is_letter(atom: Atom | None, text: str) -> bool:
    return atom is not None and atom.kind == "letter" and atom.text == text and atom.bare


def _bracket_next(cursor: Cursor) -> bool:
    cursor.skip_text()
    return cursor.atom is not None and cursor.atom.kind == "bracket" and cursor.atom.text in "([{."


def _built(grammar: Grammar, atom: Atom, arguments: list[Node]) -> Node:
    """The call itself; a base of a logarithm divides."""
    rule = _BUILT.get(atom.text)
    if rule is not None and len(arguments) == 1:
        return rule(arguments[0])
    node = Call(atom.text, tuple(arguments))
    if atom.text not in {"log", "ln"} or atom.sub is None:
        return node
    base = grammar.inside(atom.sub)
    return node if base in (Name("e"),) or atom.sub[0].text == "e" else Binary("/", node, Call("log", (base,)))


_BUILT: dict[str, Callable[[Node], Node]] = {
    "tan": lambda x: Binary("/", Call("sin", (x,)), Call("cos", (x,))),
    "cot": lambda x: Binary("/", Call("cos", (x,)), Call("sin", (x,))),
    "coth": lambda x: Binary("/", Call("cosh", (x,)), Call("sinh", (x,))),
    "sec": lambda x: Binary("/", Number(Fraction(1)), Call("cos", (x,))),
    "csc": lambda x: Binary("/", Number(Fraction(1)), Call("sin", (x,))),
    "sech": lambda x: Binary("/", Number(Fraction(1)), Call("cosh", (x,))),
    "relu": lambda x: Call("Max", (x, Number(Fraction(0)))),
}


def _arguments(grammar: Grammar, atom: Atom, cursor: Cursor) -> tuple[list[Node], Node | None]:
    """The arguments, and the exponent behind the bracket that holds for the whole call."""
    if not _bracket_next(cursor):
        return [_without_bracket(grammar, atom, cursor)], None
    bracket = cursor.advance()
    inside = listed(grammar, bracket)
    if bracket.sup is None:
        return inside, None
    exponent = grammar.inside(bracket.sup)
    *signs, last = bracket.sup
    is_number = last.kind == "number" and all(sign.kind == "operator" and sign.text in "+-" for sign in signs)
    ways = ("the power is that of the function's value", "the power is that of what stands in the bracket")
    outside = grammar.choices.choose(ways if is_number else ways[::-1]) == (0 if is_number else 1)
    if outside or len(inside) != 1:
        return inside, exponent
    return [Binary("^", inside[0], exponent)], None


def _in_bracket(grammar: Grammar, cursor: Cursor, atom: Atom) -> list[Node]:
    if not _bracket_next(cursor):
        return [_without_bracket(grammar, atom, cursor)]
    return listed(grammar, cursor.advance())


def _without_bracket(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\log xy``: the factors up to a sign, a bracket or another function."""
    cursor.skip_text()
    if cursor.atom is None or (cursor.at_sign() and not _sign_of_argument(cursor)):
        raise NotUnderstood("The argument of this function is missing.", atom.start)
    if cursor.at_sign():
        return grammar.unary_factor(cursor)
    is_whole = cursor.atom.kind in {"big", "frac", "function", "bracket"} or (
        cursor.atom.kind == "group" and cursor.atom.sup is None
    )
    is_big = cursor.atom.kind in {"big", "function", "bracket"}
    factors = [("", grammar.factor(cursor))]
    start = cursor.place
    while not is_big and _continues(cursor):
        factors.append(("", grammar.factor(cursor)))
    if len(factors) > 1:
        ways = (_FIRST, _ALL) if is_whole else (_ALL, _FIRST)
        if ways[grammar.choices.choose(ways)] is _FIRST:
            cursor.place = start
            return grammar.scalar(factors[0][1])
    return _over(grammar, cursor, grammar.multiplied(factors))


def _sign_of_argument(cursor: Cursor) -> bool:
    """``\\exp -x`` is typed with a space for the bracket."""
    return cursor.atom is not None and cursor.atom.text == "-"


def _continues(cursor: Cursor) -> bool:
    cursor.skip_text()
    atom = cursor.atom
    return atom is not None and atom.kind in _ALONE and not (atom.kind == "letter" and atom.text in {"d", "top"})


def _over(grammar: Grammar, cursor: Cursor, argument: Node) -> Node:
    """``log p/q``: whether the quotient is inside is asked."""
    atom = cursor.atom
    if atom is None or atom.kind != "operator" or atom.text != "/":
        return argument
    if grammar.choices.choose(("the quotient is outside of the function", "the quotient is inside of the function")):
        cursor.advance()
        return Binary("/", argument, grammar.scalar(grammar.factor(cursor)))
    return argument


def pieces_of(row: Row) -> list[Row]:
    """A row cut at its separators."""
    found: list[Row] = [()]
    for atom in row:
        if atom.kind == "separator" and atom.text in SEPARATORS:
            found.append(())
        else:
            found[-1] = (*found[-1], atom)
    return [piece for piece in found if piece and not all(atom.kind == "dots" for atom in piece)]


def listed(grammar: Grammar, bracket: Atom, of_numbers: bool = False) -> list[Node]:
    """The arguments in a bracket; a name alone is itself, though it be a vector.

    In a formula that is read by components a function ``of_numbers`` is taken of the component.
    """
    pieces = pieces_of(bracket.parts[0])
    if not pieces:
        raise NotUnderstood("Something is missing between these brackets.", bracket.start)
    by_component = of_numbers and grammar.component is not None
    return [grammar.inside(piece) if by_component else argument(grammar, piece) for piece in pieces]


def argument(grammar: Grammar, row: Row) -> Node:
    if len(row) == 1 and row[0].kind == "bracket" and row[0].sub is not None and row[0].sup is None:
        return argument(grammar, row[0].parts[0])  # (x_k)_{k \in ...}: all of them are varied through one
    if any(atom.kind == "relation" for atom in row):
        raise Beyond("The probability of an event is beyond scalar formulas.", row[0].start)
    if len(row) == 1 and row[0].kind in {"letter", "word"} and not row[0].primes:
        return grammar.power(row[0], symbol_of(row[0], grammar.conventions))
    return grammar.inside(row)


def softmax(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``softmax(z)_k`` and ``softmax(z_k)``: the exponential of one over the sum of all."""
    if not _bracket_next(cursor):
        raise NotUnderstood("The argument of softmax is missing.", atom.start)
    bracket = cursor.advance()
    inside = listed(grammar, bracket)
    below = bracket.sub or atom.sub
    if len(inside) != 1 or not isinstance(inside[0], Name | Indexed):
        raise Beyond("softmax of a vector that is no name is beyond scalar formulas.", atom.start)
    scores = inside[0]
    indices = scores.indices if isinstance(scores, Indexed) else ()
    if below is not None:
        indices = (*indices, grammar.index_node(below))
    if not indices:
        raise Beyond("A vector of softmax values without an index is beyond scalar formulas.", atom.start)
    letter = grammar.fresh_letter()
    one = Call("exp", (Indexed(scores.name, indices),))
    every = Call("exp", (Indexed(scores.name, (*indices[:-1], Name(letter))),))
    return Binary("/", one, Reduction("sum", every, letter, Number(Fraction(1)), Name(f"?{letter}")))


def is_called(grammar: Grammar, atom: Atom, symbol: Symbol, cursor: Cursor) -> bool:
    """Whether the bracket behind a symbol holds its argument; otherwise it is a factor."""
    bracket = cursor.atom
    if bracket is None or bracket.kind != "bracket" or bracket.text not in "([" or symbol.transposed:
        return False
    base = base_of(atom)
    if base in grammar.conventions.scalars:
        return False
    if bracket.text == "(" and (is_argument(bracket) or _holds_word(grammar, bracket)):
        return (
            symbol.name not in grammar.conventions.quantities
            or base in USUAL_FUNCTIONS
            or _several(bracket)
            or is_family(bracket)
        )
    known = function_name(atom) in grammar.conventions.functions or base in USUAL_FUNCTIONS
    return bracket.text == "(" and known and not symbol.indices


def applied(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node | None:
    """``\\log\\sigma z``, and ``\\sigma z`` where the text defines the function: its value at what follows.

    The other way of reading it, a scale times what follows, is asked for too.
    """
    following = cursor.atom
    if atom.text != "sigma" or not atom.bare or following is None or following.kind not in _APPLIED_TO:
        return None
    is_scale, behind_function = "sigma" in grammar.conventions.scalars, is_applied_bare(cursor.row, atom)
    if not behind_function and (is_scale or "sigma" not in grammar.conventions.functions):
        return None
    ways = (_FACTOR, _TAKEN) if is_scale else (_TAKEN, _FACTOR)
    if ways[grammar.choices.choose(ways)] is _FACTOR:
        return None
    return Call("sigma", (_without_bracket(grammar, atom, cursor),))


def _holds_word(grammar: Grammar, bracket: Atom) -> bool:
    """Whether a bracket holds a name of several letters alone."""
    word = letters_at(bracket.parts[0], 0)
    return word in grammar.conventions.words and len(word) == len(bracket.parts[0])


def _several(bracket: Atom) -> bool:
    return len(pieces_of(bracket.parts[0])) > 1


def call(grammar: Grammar, atom: Atom, symbol: Symbol, cursor: Cursor) -> Node:
    """A call of a function of the text: its name with primes, its indices and arguments."""
    refuse_inverse(atom)
    refuse_squared_sigma(atom, symbol)
    bracket = cursor.advance()
    of_numbers = base_of(atom) in USUAL_FUNCTIONS and function_name(atom) not in grammar.conventions.functions
    arguments = (*grammar.index_nodes(symbol.indices), *listed(grammar, bracket, of_numbers))
    name, exponent = symbol.name, symbol.exponent
    if exponent is not None and len(exponent) == 1 and exponent[0].kind == "letter":
        name, exponent = f"{name}_{exponent[0].text}", None
    # A letter of the text that is called as a function of the grammar is, such as \\gamma, is another function.
    name = f"{name}_" if name in FUNCTIONS else name
    node: Node = Call(name + "'" * (symbol.primes + bracket.primes), arguments)
    if bracket.sub is not None:
        raise NotUnderstood("A subscript stands only at a name.", bracket.start)
    for above in (exponent, bracket.sup):
        node = node if above is None else Binary("^", node, grammar.inside(above))
    return node


def primed(grammar: Grammar, atom: Atom, symbol: Symbol) -> Node:
    """``L'`` without an argument: a derivative where L is defined, else a name of its own."""
    node: Node = Call(symbol.name + "'" * symbol.primes, grammar.index_nodes(symbol.indices))
    return node if symbol.exponent is None else Binary("^", node, grammar.inside(symbol.exponent))


def probability(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``P(Y = y \\mid x)`` is the density at y, as ``P(y \\mid x)`` is; ``P(y = 1 \\mid x)`` has a name of its own."""
    bracket = cursor.advance()
    if bracket.sup is not None or bracket.sub is not None or atom.sup is not None:
        raise Beyond("The probability of an event is beyond scalar formulas.", atom.start)
    name, arguments = symbol_of(atom, grammar.conventions).name, list[Node]()
    for piece in pieces_of(bracket.parts[0]):
        place = next((n for n, part in enumerate(piece) if part.kind == "relation"), None)
        if place is None:
            arguments.append(argument(grammar, piece))
        elif piece[place].text != "=" or len(piece) != 3 or place != 1 or piece[0].kind not in {"letter", "word"}:
            raise Beyond("The probability of an event is beyond scalar formulas.", atom.start)
        elif piece[2].kind == "number":
            event = symbol_of(piece[0], grammar.conventions)
            name += f"_{event.name}{piece[2].text}"
            arguments += grammar.index_nodes(event.indices)
        else:
            arguments.append(argument(grammar, piece[2:]))
    if "." in name:
        raise Beyond("The probability of an event is beyond scalar formulas.", atom.start)
    return Call(name, tuple(arguments)) if arguments else Name(name)


def _is_number_pi(atom: Atom, cursor: Cursor) -> bool:
    """``2\\pi`` is the number though ``\\pi_k`` are data."""
    before = cursor.row[cursor.place - 2] if cursor.place > 1 else None
    is_plain = atom.text == "pi" and atom.sub is None and not atom.marks and not atom.primes
    return is_plain and before is not None and before.kind == "number" and before.bare


def special_symbol(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node | Factor | None:
    """Letters that mean something by convention: Kronecker's delta, an indicator, the expectation."""
    following = cursor.atom
    if _is_number_pi(atom, cursor):
        return grammar.raised(Constant("pi"), atom)
    if atom.text == "delta" and atom.sub is not None and atom.bare is False and not atom.marks and atom.sup is None:
        indices = symbol_of(atom, grammar.conventions).indices
        if len(indices) == 2:
            return Call("delta", grammar.index_nodes(indices))
    if atom.text == "Pi" and following is not None and following.kind in VALUE_KINDS and atom.sup is None:
        return read_big(grammar, replace(atom, kind="big", text="prod"), cursor)
    if following is None or following.kind != "bracket":
        return None
    if atom.text in {"E", "V"} and following.text == "[" and atom.kind in {"letter", "word"} and atom.sup is None:
        raise Beyond("An expectation is beyond scalar formulas.", atom.start)
    if holds_relation(following) and atom.text in {"I", "delta", "chi", "bbm", "ind"}:
        cursor.advance()
        return indicator_of(grammar, following)
    if holds_relation(following) and atom.text in {"P", "p", "Pr", "Prob", "q"}:
        return probability(grammar, atom, cursor)
    is_usual = "psi" not in grammar.conventions.own
    if atom.text == "psi" and is_usual and atom.sub is not None and atom.sub[0].text == "1":
        return Call("trigamma", tuple(_in_bracket(grammar, cursor, atom)))
    return None
