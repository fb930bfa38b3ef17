"""From a row of atoms to the tree of the text grammar; a call of a function that the text defines stays a call.

    formula     [-] product { (+|-) product }
    product     factor { [* or /] factor }, where a sum, a product sign or d/dx takes the rest of it
    factor      number | symbol | function argument | (formula) | {formula} | |formula| | factor!
                \\frac | \\sqrt | cases

A sum reaches on over ``+ term`` where the term holds its index outside of a sum of its own. A function without
parentheses takes the factors up to a sign, a bracket or another function. Where a text can be read in two ways
`Choices` is asked, so that every way can be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from lossproof.notation.parser import is_index
from lossproof.notation.sizes import MAX_DEPTH, MAX_NODES, MAX_PARTS
from lossproof.notation.tex import big, calls, derivatives, ellipsis, environments
from lossproof.notation.tex.atom_looks import base_of, is_transposed
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.cursor import Cursor, Factor, added, holds_relation, number, unexpected
from lossproof.notation.tex.imaginary import real_exponent
from lossproof.notation.tex.letters import Symbol, symbol_of
from lossproof.notation.tex.readings import Beyond, Choices, NeedsComponent, NotUnderstood
from lossproof.notation.tex.words import letters_at
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Binary, Call, Condition, Constant, Indexed, Name, Negative, Node, Number, Reduction

MAX_NESTED = 60
"""Formulas and factors inside one another: far below what Python's stack holds."""


class Grammar:
    """One reading of formulas under the conventions of their text.

    ``component`` is the letter of the component that vectors are read by, where the formula is about vectors.
    """

    def __init__(self, conventions: Conventions, choices: Choices | None = None, component: str | None = None) -> None:
        self.conventions = conventions
        self.choices = choices or Choices()
        self.component = component
        self.left_out: set[str] = set()
        self.covered: list[Condition] = []
        self.fresh = 0
        self.depth = 0

    def read(self, row: Row) -> Node:
        """The tree of the whole row."""
        cursor = Cursor(row)
        node = self.formula(cursor)
        cursor.skip_text()
        if cursor.atom is not None:
            raise unexpected(cursor.atom)
        return node

    def formula(self, cursor: Cursor) -> Node:
        """A sum of products; dots among the terms stand for those that continue the pattern."""
        self.deeper(1)
        terms: list[tuple[str, Node | None]] = [self.signed(cursor, first=True)]
        while cursor.at_sign():
            terms.append(self.signed(cursor, first=False))
            self.refuse_many(len(terms), cursor)
        self.deeper(-1)
        if any(term is None for _, term in terms):
            return ellipsis.filled_sum(self, terms, cursor)
        node = added([(sign, term) for sign, term in terms if term is not None])
        refuse_large(node, cursor)
        return node

    def refuse_many(self, number: int, cursor: Cursor) -> None:
        if number > MAX_PARTS:
            raise NotUnderstood(f"More than {MAX_PARTS} things stand side by side here.", cursor.end)

    def deeper(self, levels: int) -> None:
        self.depth += levels
        if self.depth > MAX_NESTED:
            raise NotUnderstood("This formula is nested too deep.")

    def signed(self, cursor: Cursor, first: bool) -> tuple[str, Node | None]:
        """A sign and the product after it; None for dots."""
        sign = cursor.take_sign() or ("" if first else "+")
        if cursor.take("dots"):
            return sign, None
        return sign, self.unary(cursor) if sign and cursor.at_sign() else self.product(cursor)

    def unary(self, cursor: Cursor) -> Node:
        """A product with signs of its own in front."""
        sign = cursor.take_sign()
        node = self.unary(cursor) if cursor.at_sign() else self.product(cursor)
        return Negative(node) if sign == "-" else node

    def product(self, cursor: Cursor) -> Node:
        """Factors side by side or with signs between them."""
        factors: list[tuple[str, Factor | None]] = [("", self.factor(cursor))]
        while (sign := cursor.take_times()) is not None:
            if cursor.take("dots"):
                factors.append((sign, None))
                cursor.at_times_again()
            elif cursor.at_sign():
                factors.append((sign, Factor(self.unary_factor(cursor))))
            else:
                factor = self.factor(cursor)
                factors.append((sign, self.below(factor, cursor) if sign == "/" else factor))
            self.refuse_many(len(factors), cursor)
        if any(factor is None for _, factor in factors):
            return ellipsis.filled_product(self, [(sign, f and self.scalar(f)) for sign, f in factors], cursor)
        node = self.multiplied([(sign, factor) for sign, factor in factors if factor is not None])
        refuse_large(node, cursor)
        return node

    def below(self, first: Factor, cursor: Cursor) -> Factor:
        """What a slash divides by: ``a/bc`` is a over b, times c, to some and a over bc to others."""
        if not _is_side_by_side(cursor) or not self.choices.choose(_SLASH):
            return first
        factors = [("", first)]
        while _is_side_by_side(cursor):
            factors.append(("", self.factor(cursor)))
            self.refuse_many(len(factors), cursor)
        return Factor(self.multiplied(factors))

    def unary_factor(self, cursor: Cursor) -> Node:
        sign = cursor.take_sign()
        node = self.unary_factor(cursor) if cursor.at_sign() else self.scalar(self.factor(cursor))
        return Negative(node) if sign == "-" else node

    def multiplied(self, factors: Sequence[tuple[str, Factor]]) -> Node:
        """The factors from left to right; two vectors side by side are their inner product."""
        place, node = 0, None
        while place < len(factors):
            sign, factor = factors[place]
            taken = 1
            value: Node
            if place + 1 < len(factors) and self.is_inner(factor, *factors[place + 1]):
                value, taken = self.inner(factor, factors[place + 1][1]), 2
            else:
                value = self.scalar(factor)
            node = value if node is None else Binary("/" if sign == "/" else "*", node, value)
            place += taken
        assert node is not None
        return node

    def is_inner(self, left: Factor, sign: str, right: Factor) -> bool:
        """Whether two factors side by side are vectors whose inner product is meant."""
        if left.vector is None or right.vector is None or sign == "/":
            return False
        if right.vector.transposed and not left.vector.transposed:
            raise Beyond("A column times a row is a matrix: beyond scalar formulas.")
        return left.vector.transposed or sign in {"", "*"}

    def inner(self, left: Factor, right: Factor) -> Node:
        """``w^T x_i`` is the sum of ``w[l] x[i,l]`` over l."""
        assert left.vector is not None
        assert right.vector is not None
        for symbol in (left.vector, right.vector):
            if symbol.name[0].isupper():
                raise Beyond("Products of matrices are beyond scalar formulas.")
        letter = self.fresh_letter()
        body = Binary("*", self.component_of(left.vector, letter), self.component_of(right.vector, letter))
        return Reduction("sum", body, letter, Number(Fraction(1)), Name(f"?{letter}"))

    def component_of(self, symbol: Symbol, letter: str) -> Indexed:
        return Indexed(symbol.name, (*self.index_nodes(symbol.indices), Name(letter)))

    def fresh_letter(self) -> str:
        self.fresh += 1
        return "l" if self.fresh == 1 and "l" not in self.conventions.bound else f"l{self.fresh}"

    def scalar(self, factor: Factor) -> Node:
        """The factor as a number; a vector is its component where the formula is read by components."""
        if factor.vector is None:
            return factor.node
        if factor.vector.name[0].isupper() or factor.vector.transposed:
            raise Beyond("Products of matrices are beyond scalar formulas.")
        if self.component is None:
            raise NeedsComponent("A vector stands here where a number is needed.")
        return self.component_of(factor.vector, self.component)

    def factor(self, cursor: Cursor) -> Factor:
        """One factor with what stands behind it."""
        cursor.skip_text()
        atom = cursor.atom
        if atom is None:
            raise NotUnderstood("A value is missing here.", cursor.end)
        if start := derivatives.slash_derivative(cursor):
            return Factor(derivatives.read_slash(self, cursor, start))
        rule = _FACTORS.get(atom.kind)
        if rule is None:
            raise unexpected(atom)
        cursor.advance()
        self.deeper(1)
        found = rule(self, atom, cursor)
        self.deeper(-1)
        found = found if isinstance(found, Factor) else Factor(found)
        while cursor.atom is not None and cursor.atom.kind == "operator" and cursor.atom.text == "!":
            cursor.advance()
            found = Factor(Call("factorial", (self.scalar(found),)))
        return found

    def number(self, atom: Atom, cursor: Cursor) -> Node:
        if atom.font in {"bold", "double"} and atom.text == "1":
            return environments.indicator(self, atom, cursor)
        if (
            cursor.atom is not None
            and atom.text == "1"
            and cursor.atom.kind == "bracket"
            and cursor.atom.text in "({["
            and holds_relation(cursor.atom)
        ):
            return environments.indicator(self, atom, cursor)
        return self.raised(number(atom), atom)

    def raised(self, base: Node, atom: Atom) -> Node:
        """``base`` with the superscript of ``atom`` as exponent."""
        if atom.sub is not None and atom.sup is not None and atom.kind == "bracket":
            raise Beyond("The difference of the values at two ends is beyond scalar formulas.", atom.start)
        if atom.sub is not None:
            raise NotUnderstood("A subscript stands only at a name.", atom.start)
        if atom.primes:
            raise NotUnderstood("A prime stands only at a function or a name.", atom.start)
        return base if atom.sup is None else Binary("^", base, self.inside(atom.sup))

    def inside(self, row: Row) -> Node:
        """The formula in a group, an exponent, an argument: a formula of its own."""
        return self.read(row)

    def letter(self, atom: Atom, cursor: Cursor) -> Node | Factor:
        """A symbol, a function of the text with its argument, or a row of letters that is one name."""
        if atom.text == "top":
            raise Beyond("A transpose of something that is no vector is beyond scalar formulas.", atom.start)
        word = self.word_at(atom, cursor)
        if word is not None:
            atom = word
        if changed := self.changed(atom, cursor):
            atom = changed
        if (value := calls.applied(self, atom, cursor)) is not None:
            return value
        if known := calls.special_symbol(self, atom, cursor):
            return known
        symbol = symbol_of(atom, self.conventions)
        if calls.is_called(self, atom, symbol, cursor):
            return calls.call(self, atom, symbol, cursor)
        if symbol.primes:
            return calls.primed(self, atom, symbol)
        return self.quantity(atom, symbol)

    def word_at(self, atom: Atom, cursor: Cursor) -> Atom | None:
        """``yp`` where the text uses these letters as one name, ``x1`` where a digit follows at once."""
        if atom.kind != "letter" or not atom.bare or atom.font:
            return None
        row, place = cursor.row, cursor.place - 1
        run = letters_at(row, place)
        for length in range(len(run), 1, -1):
            word = run[:length]
            digits = word[1:].isdecimal() and length == _digits_end(run)
            if word in self.conventions.words or digits:
                return cursor.joined(place, word)
        return None

    def changed(self, atom: Atom, cursor: Cursor) -> Atom | None:
        """``\\delta f_t`` as one name where the text uses the sign for changes of other letters alone."""
        following = cursor.atom
        is_sign = atom.text in self.conventions.differences and atom.bare
        if not is_sign or following is None or following.kind != "letter":
            return None
        cursor.advance()
        return replace(following, kind="word", text=f"{atom.text}_{following.text}", start=atom.start)

    def quantity(self, atom: Atom, symbol: Symbol) -> Node | Factor:
        """A name or an element, raised to its exponent; a vector where it has an index less than elsewhere."""
        if base_of(atom) in self.conventions.matrices and len(symbol.indices) < 2:
            raise Beyond("Products of matrices are beyond scalar formulas.", atom.start)
        vector = self.as_vector(atom, symbol)
        if vector:
            return Factor(Name(symbol.name), symbol)
        return self.power(atom, symbol)

    def power(self, atom: Atom, symbol: Symbol) -> Node:
        """The value of a symbol, raised to its exponent; a power of e is the exponential function."""
        node = self.value(atom, symbol)
        if symbol.exponent is None:
            return node
        exponent = self.inside(real_exponent(symbol.exponent, node, self.conventions))
        return Call("exp", (exponent,)) if node == Constant("e") else Binary("^", node, exponent)

    def as_vector(self, atom: Atom, symbol: Symbol) -> bool:
        if symbol.exponent is not None:
            return False
        return symbol.transposed or (base_of(atom) in self.conventions.vectors and not self.has_component(atom, symbol))

    def has_component(self, atom: Atom, symbol: Symbol) -> bool:
        """Whether a vector carries its component already: ``w_j`` of w, ``x_{ij}`` of the x_i, ``x_j^{(i)}``."""
        if base_of(atom) in self.conventions.counted:
            return len(symbol.indices) > (atom.sup is not None)
        most = 2 if base_of(atom) in self.conventions.arrays and self.conventions_of_data(atom) else 1
        return len(symbol.indices) >= most

    def conventions_of_data(self, atom: Atom) -> bool:
        """Whether one index of a vector says which one it is: ``x_i`` in ``w^T x_i``."""
        return base_of(atom) in self.conventions.families

    def value(self, atom: Atom, symbol: Symbol) -> Node:
        if symbol.indices:
            is_element = len(symbol.indices) == 2 and base_of(atom) in self.conventions.matrices
            name = self.conventions.rows.get(symbol.name, symbol.name) if is_element else symbol.name
            return Indexed(name, self.index_nodes(symbol.indices))
        if symbol.name == "pi" and "pi" not in self.conventions.arrays and not self.conventions.pi_varies:
            return Constant("pi")
        if symbol.name == "e" and not atom.marks and not self.is_own_e(symbol):
            return Constant("e")
        return Name(symbol.name if symbol.name not in {"pi", "e"} else f"{symbol.name}_")

    def is_own_e(self, symbol: Symbol) -> bool:
        """Whether e is a quantity of the text, ``e_j`` or ``e = y - t``; ``e^{e_j}`` is a power of the number.

        ``e^2`` of an e that the text names is its square.
        """
        if "e" not in self.conventions.arrays | self.conventions.named:
            return False
        above = symbol.exponent
        is_square = above is not None and len(above) == 1 and above[0].kind == "number"
        return above is None or (is_square and "e" in self.conventions.named)

    def index_nodes(self, rows: Sequence[Row]) -> tuple[Node, ...]:
        return tuple(self.index_node(row) for row in rows)

    def index_node(self, row: Row) -> Node:
        plain = Grammar(Conventions(bound=self.conventions.bound))
        node = plain.read(row)
        if not is_index(node):
            raise NotUnderstood("An index is made of letters and whole numbers with + and -.", row[0].start)
        return node

    def group(self, atom: Atom, cursor: Cursor) -> Node | Factor:
        """``{...}``: a formula that holds together, or one factor in braces."""
        inside = atom.parts[0]
        if not inside and atom.sup is None:
            return self.scalar(self.factor(cursor))
        if atom.marks:
            raise NotUnderstood("An accent stands on one letter.", atom.start)
        if len(inside) == 1 and atom.bare:
            inner = Cursor(inside)
            found = self.factor(inner)
            if inner.atom is None:
                return found
        return self.raised(self.inside(inside), atom)

    def bracket(self, atom: Atom, cursor: Cursor) -> Node:
        rule = _BRACKETS.get(atom.text)
        if rule is None:
            raise Beyond("Rounding brackets and inner products in angles are beyond scalar formulas.", atom.start)
        return rule(self, atom)

    def parenthesis(self, atom: Atom) -> Node:
        if atom.text == "[" and holds_relation(atom):
            return environments.indicator_of(self, atom)
        if is_transposed(atom):
            raise Beyond("Products of matrices are beyond scalar formulas.", atom.start)
        separators = {part.text for part in atom.parts[0] if part.kind == "separator"} & {",", ";", "|"}
        if separators == {","} and atom.text in "([":
            raise Beyond("A vector written out by its components is beyond scalar formulas.", atom.start)
        if separators:
            raise NotUnderstood("Several things stand side by side in this bracket.", atom.start)
        return self.raised(self.inside(atom.parts[0]), atom)

    def absolute(self, atom: Atom) -> Node:
        return self.raised(Call("Abs", (self.inside(atom.parts[0]),)), atom)

    def norm(self, atom: Atom) -> Node:
        """``\\|w\\|^2`` is the sum of the squares of the components."""
        squared = atom.sup is not None and len(atom.sup) == 1 and atom.sup[0].text == "2"
        if atom.sub is not None and "".join(part.text for part in atom.sub) != "2":
            raise Beyond("Norms other than the Euclidean one are beyond scalar formulas.", atom.start)
        letter = self.fresh_letter()
        inner = Grammar(self.conventions, self.choices, letter)
        inner.fresh = self.fresh
        body = Binary("^", inner.inside(atom.parts[0]), Number(Fraction(2)))
        total = Reduction("sum", body, letter, Number(Fraction(1)), Name(f"?{letter}"))
        return total if squared else self.raised(Call("sqrt", (total,)), atom)

    def fraction(self, atom: Atom, cursor: Cursor) -> Node:
        if derivatives.is_derivative(atom):
            return derivatives.read_fraction(self, atom, cursor)
        above, below = (self.inside(part) for part in atom.parts)
        made = Call("binomial", (above, below)) if atom.text == "binom" else Binary("/", above, below)
        return self.raised(made, atom)

    def root(self, atom: Atom, cursor: Cursor) -> Node:
        radicand, degree = atom.parts
        inside = self.inside(radicand)
        if degree and not (len(degree) == 1 and degree[0].text == "2"):
            return self.raised(Binary("^", inside, Binary("/", Number(Fraction(1)), self.inside(degree))), atom)
        return self.raised(Call("sqrt", (inside,)), atom)

    def beyond(self, atom: Atom, cursor: Cursor) -> Node:
        if atom.text.startswith(("the command", "\\")):
            raise NotUnderstood(f"This is not understood: {atom.text}.", atom.start)
        raise Beyond(f"{atom.text[0].upper()}{atom.text[1:]} is beyond scalar formulas.", atom.start)


_SLASH = ("the slash divides by the first factor behind it", "the slash divides by the whole product behind it")
_BESIDE = frozenset({"letter", "word", "number", "bracket", "sqrt", "group"})


def _is_side_by_side(cursor: Cursor) -> bool:
    """Whether a factor follows without a sign; a sum or a function begins anew."""
    cursor.skip_text()
    return cursor.atom is not None and cursor.atom.kind in _BESIDE


def refuse_large(node: Node, cursor: Cursor) -> None:
    """What no text may build, found without recursion: deep trees are what recursion must not meet."""
    stack: list[tuple[Part, int]] = [(node, 1)]
    count = 0
    while stack:
        part, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise NotUnderstood("This formula is too large.", cursor.end)
        stack.extend((child, depth + 1) for child in children(part))


def _digits_end(run: str) -> int:
    """How far a letter with digits behind it goes: 2 in ``x1y``."""
    end = 1
    while end < len(run) and run[end].isdecimal():
        end += 1
    return end


_FACTORS: dict[str, Callable[[Grammar, Atom, Cursor], Node | Factor]] = {
    "number": Grammar.number,
    "letter": Grammar.letter,
    "word": Grammar.letter,
    "group": Grammar.group,
    "bracket": Grammar.bracket,
    "frac": Grammar.fraction,
    "sqrt": Grammar.root,
    "function": calls.function,
    "big": big.read_big,
    "environment": environments.read_environment,
    "partial": derivatives.lonely_partial,
    "nabla": derivatives.read_nabla,
    "beyond": Grammar.beyond,
}
_BRACKETS: dict[str, Callable[[Grammar, Atom], Node]] = {
    "(": Grammar.parenthesis,
    "[": Grammar.parenthesis,
    "{": Grammar.parenthesis,
    ".": Grammar.parenthesis,
    "|": Grammar.absolute,
    "‖": Grammar.norm,
}
