"""Vectors and matrices as sums over indices: ``X^\\top(p - y)`` has the components ``sum(X[i,c]*(p[i]-y[i]), i)``.

    A B     sum_l A[i,l] B[l,j]        x^\\top y    sum_l x[l] y[l]        x y^\\top    x[i] y[j]
    A^\\top  A[j,i]                     \\|x\\|^2      sum_l x[l]^2           \\nabla_w L  dL/dw[c]

A formula is read into a `Tensor`: how many indices it has, and the tree of its element at given ones. A link between
vectors holds if it does for every component, one between matrices if it does for every element.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex import big, derivatives
from lossproof.notation.tex.atom_looks import base_of, is_inverted, is_transposed, walk_atoms
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.cursor import Cursor, unexpected
from lossproof.notation.tex.grammar import Grammar, refuse_large
from lossproof.notation.tex.letters import Symbol, symbol_of
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tex.tensors import (
    Mismatch,
    Tensor,
    Untyped,
    by,
    mapped,
    number,
    plus,
    scaled,
    together,
    transposed,
)
from lossproof.notation.traverse import free_names, substitute_tree
from lossproof.notation.tree import Binary, Call, Indexed, Name, Negative, Node, Number, Reduction

ONE, TWO, ZERO = (Number(Fraction(n)) for n in (1, 2, 0))
LETTERS = ("component", "component2")
"""The free indices of the element that a link between vectors or matrices is about."""
ELEMENTWISE = frozenset("⊙∘")
MAX_FACTORS = 120
"""Factors that one chain may have: each is a step deeper where its element is made."""


def elements_of(rows: Sequence[Row], conventions: Conventions, start: int = 0) -> list[Node]:
    """The sides of one chain as elements at the same free indices; bound ones are numbered from ``start`` on."""
    grammar = Matrices(conventions, start)
    sides = [grammar.tensor(row) for row in rows]
    rank = max(side.rank for side in sides)
    if rank > len(LETTERS):
        raise Beyond("More than two indices are beyond what is read here.")
    letters = [Name(letter) for letter in LETTERS[:rank]]
    if rank == 1 and not any(_is_derived(row) for row in rows):
        refuse_mismatch(sides, rows)
    found = [grammar.element(side, rank, letters) for side in sides]
    for node, row in zip(found, rows, strict=True):
        refuse_large(node, Cursor(row))
    return found


def refuse_mismatch(sides: Sequence[Tensor], rows: Sequence[Row]) -> None:
    """A row is no column, ``x^\\top = x``; of derivatives both layouts are in use."""
    held = [(side.row, row[0].start) for side, row in zip(sides, rows, strict=True) if side.rank == 1 and row]
    other = next((place for is_row, place in held if is_row != held[0][0]), None)
    if other is not None:
        first, second = ("row", "column") if held[0][0] else ("column", "row")
        raise Mismatch(f"The shapes do not fit: a {first} is said to equal a {second}.", other)


def _is_derived(row: Row) -> bool:
    return any(atom.kind in {"nabla", "partial"} or atom.text == "delta" for atom in walk_atoms(row))


class Matrices(Grammar):
    """The grammar of formulas whose letters may be vectors and matrices; what is a number is read as elsewhere."""

    def __init__(self, conventions: Conventions, start: int = 0) -> None:
        super().__init__(conventions)
        self.fresh = start
        self.count = 0

    def fresh_letter(self) -> str:
        self.fresh += 1
        return f"l_{self.fresh}"

    def element(self, side: Tensor, rank: int, letters: Sequence[Name]) -> Node:
        """The element of a side of a chain; 0 stands for a vector of zeros."""
        if side.rank == rank:
            return side.at(*letters)
        if side.rank == 0 and side.name:
            raise Untyped(side.name, rank)
        if side.rank == 0 and side.at() == ZERO:
            return ZERO
        raise Beyond("A number or a vector is said to be a vector or a matrix here.")

    def tensor(self, row: Row) -> Tensor:
        """The whole row."""
        cursor = Cursor(row)
        found = self.terms(cursor)
        cursor.skip_text()
        if cursor.atom is not None:
            raise unexpected(cursor.atom)
        return found

    def terms(self, cursor: Cursor) -> Tensor:
        self.deeper(1)
        found = self.signed_term(cursor)
        while cursor.at_sign():
            sign = cursor.advance().text
            other = self.signed_term(cursor) if cursor.at_sign() else self.factors(cursor)
            found = plus(found, "-" if sign == "-" else "+", other)
        self.deeper(-1)
        return found

    def signed_term(self, cursor: Cursor) -> Tensor:
        sign = cursor.take_sign()
        found = self.signed_term(cursor) if sign and cursor.at_sign() else self.factors(cursor)
        return mapped(Negative, found) if sign == "-" else found

    def factors(self, cursor: Cursor) -> Tensor:
        """Factors side by side, multiplied from left to right as matrices are."""
        found = self.tensor_factor(cursor)
        while (sign := _next_sign(cursor)) is not None:
            signs = cursor.take_sign() if cursor.at_sign() else None
            other = self.tensor_factor(cursor)
            found = self.times(found, sign, mapped(Negative, other) if signs == "-" else other)
        return found

    def times(self, one: Tensor, sign: str, other: Tensor) -> Tensor:
        if sign == "/":
            if other.rank:
                raise Beyond("A quotient of vectors is beyond scalar formulas.")
            return mapped(lambda node: Binary("/", node, other.at()), one)
        if sign in ELEMENTWISE:
            return together("*", one, other)
        if one.rank == 0 or other.rank == 0:
            return scaled(one, other)
        rule = _PRODUCTS.get((one.rank, one.row, other.rank, other.row))
        if rule is None:
            raise Beyond("The sizes of what is multiplied here do not fit.")
        return rule(self, one, other)

    def summed(self, body: Callable[[Node], Node]) -> Node:
        """``body`` summed over an index of its own, whose end the sizes tell."""
        letter = self.fresh_letter()
        return Reduction("sum", body(Name(letter)), letter, ONE, Name(f"?{letter}"))

    def inner_product(self, one: Tensor, other: Tensor) -> Tensor:
        return number(self.summed(lambda at: Binary("*", one.at(at), other.at(at))))

    def applied(self, one: Tensor, other: Tensor) -> Tensor:
        """A matrix times a column."""
        return Tensor(1, lambda i: self.summed(lambda at: Binary("*", one.at(i, at), other.at(at))))

    def applied_from_left(self, one: Tensor, other: Tensor) -> Tensor:
        """A row times a matrix."""
        return Tensor(1, lambda j: self.summed(lambda at: Binary("*", one.at(at), other.at(at, j))), row=True)

    def composed(self, one: Tensor, other: Tensor) -> Tensor:
        return Tensor(2, lambda i, j: self.summed(lambda at: Binary("*", one.at(i, at), other.at(at, j))))

    def outer(self, one: Tensor, other: Tensor) -> Tensor:
        return Tensor(2, lambda i, j: Binary("*", one.at(i), other.at(j)))

    def tensor_factor(self, cursor: Cursor) -> Tensor:
        """One factor; what holds no vector is read as a number."""
        cursor.skip_text()
        atom, place = cursor.atom, cursor.place
        self.count += 1
        if atom is None or self.count > MAX_FACTORS:
            sentence = "A value is missing here." if atom is None else "This formula is too large."
            raise NotUnderstood(sentence, cursor.end)
        rule = _RULES.get(atom.kind)
        self.deeper(1)
        found = rule(self, atom, cursor) if rule else None
        self.deeper(-1)
        if found is not None:
            return found
        cursor.place = place
        alone = atom.kind in {"letter", "word"} and atom.sup is None
        factor = self.factor(cursor)
        if factor.vector is not None:
            return self.vector(factor.vector)
        is_name = alone and isinstance(factor.node, Name) and cursor.place == place + 1
        return number(factor.node, base_of(atom) if is_name else "")

    def vector(self, symbol: Symbol) -> Tensor:
        indices = self.index_nodes(symbol.indices)
        return Tensor(1, lambda i: Indexed(symbol.name, (*indices, i)), symbol.transposed)

    def symbol(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """A letter for a matrix or a vector, the identity, or a function of every component."""
        base, following = base_of(atom), self.next_bracket(cursor)
        if base in self.conventions.matrices:
            cursor.advance()
            return self.matrix(atom)
        if atom.text == "I" and not atom.marks and atom.sup is None and following is None:
            cursor.advance()
            return Tensor(2, lambda i, j: Call("delta", (i, j)))
        if base == "sigma" and following is not None and "sigma" not in self.conventions.scalars and atom.bare:
            return self.componentwise("expit", cursor)
        symbol = symbol_of(atom, self.conventions)
        if self.as_vector(atom, symbol) or self.is_all_data(atom, symbol):
            cursor.advance()
            return self.vector(symbol)
        return None

    def is_all_data(self, atom: Atom, symbol: Symbol) -> bool:
        """``p`` beside matrices is the vector of the ``p_i``."""
        base = base_of(atom)
        is_bare = not symbol.indices and symbol.exponent is None and not symbol.primes
        return is_bare and base in self.conventions.arrays and base not in self.conventions.functions

    def next_bracket(self, cursor: Cursor) -> Atom | None:
        row, place = cursor.row, cursor.place + 1
        following = row[place] if place < len(row) else None
        return following if following is not None and following.kind == "bracket" and following.text in "([" else None

    def matrix(self, atom: Atom) -> Tensor | None:
        if is_inverted(atom):
            raise Beyond("An inverse matrix is beyond scalar formulas.", atom.start)
        symbol = symbol_of(atom, self.conventions)
        indices = self.index_nodes(symbol.indices)
        if symbol.exponent is not None or len(indices) == 1:
            raise Beyond("A power or a part of a matrix is beyond what is read here.", atom.start)
        name = self.conventions.rows.get(symbol.name, symbol.name)
        if indices:
            return number(Indexed(name, indices))
        plain = Tensor(2, lambda i, j: Indexed(name, (i, j)))
        return transposed(plain) if symbol.transposed else plain

    def componentwise(self, function: str, cursor: Cursor) -> Tensor | None:
        """A function of numbers at every component; None where its argument is a number."""
        bracket = self.next_bracket(cursor)
        if bracket is None or any(part.kind == "separator" for part in bracket.parts[0]):
            return None
        inside = self.tensor(bracket.parts[0])
        if inside.rank == 0:
            return None
        cursor.place += 2
        found = mapped(lambda node: Call(function, (node,)), inside)
        return self.with_script(found, bracket)

    def of_components(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        plain = atom.bare and atom.text in FUNCTIONS and len(FUNCTIONS[atom.text].derivative) == 1
        return self.componentwise(atom.text, cursor) if plain else None

    def ones(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """``\\mathbf 1`` is the vector of ones."""
        is_vector = atom.text == "1" and atom.font in {"bold", "double"} and self.next_bracket(cursor) is None
        if not is_vector or (atom.sub is not None and any(part.kind == "relation" for part in atom.sub)):
            return None
        cursor.advance()
        return Tensor(1, lambda i: ONE, is_transposed(atom))

    def grouped(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """A bracket, a group or a norm; None where nothing in it is a vector."""
        inside_row = atom.parts[0]
        if atom.marks or not inside_row or any(part.kind in {"separator", "relation"} for part in inside_row):
            return None
        if atom.kind == "bracket" and atom.text not in {"(", "[", "{", ".", "‖"}:
            return None
        inside = self.tensor(inside_row)
        if atom.text == "‖":
            return self.euclidean(inside, atom, cursor)
        if inside.rank == 0 and not is_transposed(atom):
            return None
        cursor.advance()
        return self.with_script(inside, atom)

    def with_script(self, inside: Tensor, atom: Atom) -> Tensor:
        if atom.sup is None and atom.sub is None:
            return inside
        if atom.sub is not None and atom.sup is None and inside.rank == 1:
            index = self.index_node(atom.sub)
            return number(inside.at(index))
        if is_transposed(atom):
            return transposed(inside)
        what = "An inverse matrix is" if is_inverted(atom) else "A power of a vector or a matrix is"
        raise Beyond(f"{what} beyond scalar formulas.", atom.start)

    def euclidean(self, inside: Tensor, atom: Atom, cursor: Cursor) -> Tensor | None:
        """``\\|x\\|^2``, ``\\|x\\|``, ``\\|x\\|_1``, and the same of matrices, ``\\|A\\|_F^2``."""
        if inside.rank == 0:
            return None
        kind = "".join(part.text for part in atom.sub or ())
        if kind not in {"", "1", "2", "F"} or (kind == "2" and inside.rank == 2):
            raise Beyond("Norms other than the Euclidean one are beyond scalar formulas.", atom.start)
        cursor.advance()
        size: Callable[[Node], Node] = (lambda x: Call("Abs", (x,))) if kind == "1" else (lambda x: Binary("^", x, TWO))
        if inside.rank == 1:
            total = self.summed(lambda i: size(inside.at(i)))
        else:
            total = self.summed(lambda i: self.summed(lambda j: size(inside.at(i, j))))
        if kind == "1":
            return number(self.raised(total, Atom("group", "", atom.start, atom.end, sup=atom.sup)))
        if atom.sup is not None and len(atom.sup) == 1 and atom.sup[0].text == "2":
            return number(total)
        return number(self.raised(Call("sqrt", (total,)), Atom("group", "", atom.start, atom.end, sup=atom.sup)))

    def gradient(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """``\\nabla_w L`` and ``\\nabla_w^2 L``."""
        order = "".join(part.text for part in atom.sup or ()) or "1"
        below = derivatives.gradient_variable(atom, cursor.row[cursor.place + 1 :])
        if not below or order not in {"1", "2"}:
            return None
        cursor.advance()
        return self.derived(below, int(order), self.factors(cursor), atom)

    def derived(self, below: Row, order: int, body: Tensor, atom: Atom) -> Tensor:
        """The derivatives of a number by every component of a vector, or by every element of a matrix."""
        while len(below) == 1 and below[0].kind == "group":
            below = below[0].parts[0]
        if len(below) != 1 or below[0].kind not in {"letter", "word"} or body.rank > 1:
            raise Beyond("This derivative is beyond what is read of vectors and matrices.", atom.start)
        variable = self.tensor(below)
        if body.rank == 1 and (variable.rank != 1 or order != 1 or body.row):
            raise Beyond("This derivative is beyond what is read of vectors and matrices.", atom.start)
        if variable.rank == 0 and variable.name:
            raise Untyped(variable.name, 1)
        if body.rank == 1:
            return Tensor(2, lambda i, j: by(body.at(i), variable.at(j)))
        if order == 2 and variable.rank == 1:
            return Tensor(2, lambda i, j: by(by(body.at(), variable.at(i)), variable.at(j)))
        if order == 2:
            raise Beyond("A second derivative by a matrix is beyond what is read here.", atom.start)
        return Tensor(variable.rank, lambda *at: by(body.at(), variable.at(*at)))

    def quotient(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """A derivative by a vector, or a fraction whose numerator holds one."""
        if not derivatives.is_derivative(atom):
            return self.scaled_fraction(atom, cursor)
        below = tuple(part for part in atom.parts[1] if not (part.kind == "text" and not part.text.strip()))
        variable = below[1:]
        order = 1
        if len(below) == 4 and below[2].kind == below[0].kind and is_transposed(below[3]):
            variable, order = below[1:2], 2
        if len(variable) != 1 or variable[0].kind not in {"letter", "word"}:
            return None
        symbol = symbol_of(variable[0], self.conventions)
        is_matrix = base_of(variable[0]) in self.conventions.matrices and not symbol.indices
        is_vector = self.as_vector(variable[0], symbol) or self.is_all_data(variable[0], symbol)
        if symbol.transposed or not (is_matrix or is_vector):
            return None
        cursor.advance()
        above = tuple(part for part in atom.parts[0] if not (part.kind == "text" and not part.text.strip()))
        body = self.tensor(above[1:]) if len(above) > 1 else self.factors(cursor)
        return self.derived(variable, order, body, atom)

    def scaled_fraction(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        above = self.tensor(atom.parts[0])
        below = self.tensor(atom.parts[1])
        if atom.text != "frac" or not atom.bare:
            return None
        if above.rank == 0 and below.rank == 0:
            cursor.advance()
            return number(Binary("/", above.at(), below.at()))
        cursor.advance()
        return self.times(above, "/", below)

    def sum_of(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """A sum of vectors or matrices; one of numbers is read as elsewhere."""
        ranges = big.ranges_of(self, atom) if atom.text == "sum" else []
        if not ranges:
            return None
        cursor.advance()
        body = self.factors(cursor)
        if body.rank == 0:
            return None

        def element(*at: Node) -> Node:
            node = body.at(*at)
            for held in reversed(ranges):
                node = big.reduced("sum", node, held)
            return node

        return Tensor(body.rank, element, body.row)

    def named_matrix(self, atom: Atom, cursor: Cursor) -> Tensor | None:
        """``\\mathrm{diag}(v)`` and ``\\mathrm{tr}(A)``."""
        bracket = self.next_bracket(cursor)
        if bracket is None or atom.text not in {"a diagonal matrix", "\\diag", "a trace", "\\tr", "\\Tr"}:
            return None
        cursor.place += 2
        inside = self.tensor(bracket.parts[0])
        if atom.text in {"a diagonal matrix", "\\diag"}:
            entry = self.entry(inside)
            return Tensor(2, lambda i, j: Binary("*", Call("delta", (i, j)), entry(i)))
        if inside.rank != 2:
            raise Beyond("A trace is that of a matrix.", atom.start)
        return number(self.summed(lambda i: inside.at(i, i)))

    def entry(self, inside: Tensor) -> Callable[[Node], Node]:
        """The entries on a diagonal: components, or a number with an index such as ``p_i(1-p_i)``."""
        if inside.rank == 1:
            return inside.at
        node = inside.at() if inside.rank == 0 else ZERO
        letters = sorted(free_names(node) & (self.conventions.bound | {"i", "j", "k", "n"}))
        if inside.rank or len(letters) != 1:
            raise Beyond("A diagonal matrix is made of a vector here.")
        return lambda i: substitute_tree(node, {letters[0]: i})


def _next_sign(cursor: Cursor) -> str | None:
    cursor.skip_text()
    atom = cursor.atom
    if atom is not None and atom.kind == "operator" and atom.text in ELEMENTWISE:
        return cursor.advance().text
    return cursor.take_times()


_PRODUCTS: dict[tuple[int, bool, int, bool], Callable[[Matrices, Tensor, Tensor], Tensor]] = {
    (1, True, 1, False): Matrices.inner_product,
    (1, False, 1, False): Matrices.inner_product,
    (1, False, 1, True): Matrices.outer,
    (2, False, 1, False): Matrices.applied,
    (1, True, 2, False): Matrices.applied_from_left,
    (2, False, 2, False): Matrices.composed,
}
_RULES: dict[str, Callable[[Matrices, Atom, Cursor], Tensor | None]] = {
    "letter": Matrices.symbol,
    "word": Matrices.symbol,
    "number": Matrices.ones,
    "function": Matrices.of_components,
    "bracket": Matrices.grouped,
    "group": Matrices.grouped,
    "nabla": Matrices.gradient,
    "frac": Matrices.quotient,
    "big": Matrices.sum_of,
    "beyond": Matrices.named_matrix,
}
