"""The grammar of assumptions: ``yt in {0, 1}; 0 < yp < 1; M integer >= 1; k in 0..M-1; mu = exp(eta)``.

    clause      quantity real [order bound] | quantity integer [order bound]
                quantity order bound [integer] | bound order quantity | bound order quantity order bound
                quantity in {number, ...} | quantity in low..high
                (name, name, ...) one-hot | name one-hot over low..high     (simplex likewise)
                name = formula | name[letter, ...] = formula                (a definition)
                formula order formula [order formula] | formula = formula   (a tie between quantities)
                clause, clause | clause and clause | quantity, quantity, clause
    quantity    name | name[letter, ...]

Clauses on one quantity are combined (`domains`); clauses that leave no value are refused. ``x, y > 0`` says the same
of both. ``Abs(x) < 1`` is -1 < x < 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeGuard

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.domains import CannotCombine, exact_value, interval
from lossproof.notation.gathered_clauses import GatheredClauses
from lossproof.notation.lexer import ORDERS, Token, rejected, tokens_of
from lossproof.notation.parser import Parser, is_index
from lossproof.notation.read_conditions import expect_order
from lossproof.notation.tex import is_latex, latex_where
from lossproof.notation.traverse import free_names, index_letters, walk
from lossproof.notation.tree import (
    Call,
    Constant,
    Derivative,
    Indexed,
    Name,
    Negative,
    Node,
    Order,
    Reduction,
    Total,
)

MAX_CLAUSES = 200
MAX_MEMBERS = 64
MAX_VALUE = 1_000_000
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
FLIPPED: dict[Order, Order] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=", "==": "=="}


def parse_assumptions(where: str) -> Assumptions:
    """Every clause of a ``where`` text; `RejectedText`, with a caret under the place, for anything else.

    A clause may be LaTeX, such as ``y \\in \\{0, 1\\}``.
    """
    if isinstance(where, str) and is_latex(where):
        where = latex_where(where)
    found = GatheredClauses(where)
    parts = [part for clause in _split(where, tokens_of(where)) for part in _parts(clause)]
    if len(parts) > MAX_CLAUSES:
        raise rejected(f"There are more than {MAX_CLAUSES} clauses.", where, parts[MAX_CLAUSES][0].start)
    for tokens in _each_whole(parts):
        ClauseParser(found, tokens).read()
    return found.assumptions()


def _split(where: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between semicolons, each list closed by an "end" token at its semicolon."""
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(Token("end", "", token.start) if token.kind in {";", "end"} else token)
        if token.kind == ";":
            clauses.append([])
    return [clause for clause in clauses if len(clause) > 1]


def _parts(clause: Sequence[Token]) -> list[list[Token]]:
    """What commas and the word ``and`` separate in a clause, outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in clause:
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth == 0 and (token.kind == "," or token.text == "and"):
            parts[-1].append(Token("end", ",", token.start))
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _each_whole(parts: list[list[Token]]) -> list[list[Token]]:
    """``x, y > 0`` as ``x > 0`` and ``y > 0``: a quantity alone takes what is said of the next one."""
    for place in range(len(parts) - 2, -1, -1):
        part, following = parts[place], parts[place + 1]
        if part[-1].text == "," and len(part) > 1 and _quantity_length(part) == len(part) - 1:
            parts[place] = [*part[:-1], *following[_quantity_length(following) :]]
    return parts


def _quantity_length(tokens: Sequence[Token]) -> int:
    """How many tokens the quantity takes that stands at the beginning; 0 where none does."""
    if tokens[0].kind != "name":
        return 0
    if tokens[1].kind != "[":
        return 1
    closing = (place for place, token in enumerate(tokens) if token.kind == "]")
    return next(closing, -1) + 1


class ClauseParser(Parser):
    """One clause; what it says is added to ``found``."""

    def __init__(self, found: GatheredClauses, tokens: Sequence[Token]) -> None:
        super().__init__(found.where, tokens)
        self.index_counts = found.index_counts
        self.found = found
        self.first = tokens[0]

    def read(self) -> None:
        if self.first.kind == "end":
            self.reject("A clause is missing beside this comma.")
        try:
            if self.names_in_parentheses():
                self.group_of_names()
            elif any(token.kind == "=" for token in self.tokens):
                self.equation()
            else:
                self.quantity()
        except RejectedText as error:
            if error.position is not None:
                raise
            self.reject(error.sentence, self.first)
        self.close("end", "The clause should end here; clauses are separated by ';'.")

    def close(self, kind: str, sentence: str) -> None:
        """`expect` with this sentence whatever stands here instead."""
        if not (self.token.kind == "end" if kind == "end" else self.take(kind)):
            self.reject(sentence)

    def names_in_parentheses(self) -> bool:
        closing = next((i for i, token in enumerate(self.tokens) if token.kind == ")"), len(self.tokens))
        after = self.tokens[closing + 1 : closing + 2]
        return self.token.kind == "(" and bool(after) and after[0].text in {"one", "simplex"}

    def group_of_names(self) -> None:
        self.advance()
        members = [self.member()]
        while self.take(","):
            members.append(self.member())
        self.expect(")", "The names of a group are separated by commas and closed by ')'.")
        kind = self.group_kind()
        if not 2 <= len(set(members)) == len(members) <= MAX_MEMBERS:
            self.reject(f"A group has 2 to {MAX_MEMBERS} different names.", self.first)
        self.add_group(Group(kind, tuple(members)))

    def member(self) -> str:
        token = self.expect("name", "A group is made of names: (t1, t2, t3) one-hot.")
        self.found.places.setdefault(token.text, token.start)
        return self.variable(token)

    def group_kind(self) -> str:
        if self.advance().text == "simplex":
            return "simplex"
        hot = self.take("-") and self.token.text == "hot"
        if not hot:
            self.reject("Write one-hot.")
        self.advance()
        return "one-hot"

    def add_group(self, group: Group) -> None:
        taken = {(member, held.low is None) for held in self.found.groups for member in held.members}
        if any((member, group.low is None) in taken for member in group.members):
            self.reject("A quantity belongs to one group only.", self.first)
        self.found.groups.append(group)

    def equation(self) -> None:
        """``mu = exp(eta)`` and ``p[m] = expit(w*x[m])`` define; ``a + b = 1`` ties quantities together."""
        left = self.formula().node
        token = self.expect("=", "A definition gives a name to a formula: mu = exp(eta).")
        right = self.formula().node
        if isinstance(left, Name):
            self.definition(left.name, right)
        elif isinstance(left, Indexed):
            self.found.equations.append((left, right, self.first.start))
        elif isinstance(left, Constant):
            self.reject(f"{left.name!r} is a constant; nothing is assumed of it.", self.first)
        else:
            self.tie(left, "==", right, token)

    def definition(self, name: str, body: Node) -> None:
        self.variable(self.first)
        if name in self.found.definitions:
            self.reject(f"{name!r} is defined twice.", self.first)
        self.found.definitions[name] = body
        self.found.places[name] = self.first.start

    def tie(self, left: Node, order: Order, right: Node, token: Token) -> None:
        """A relation between quantities that is no bound on one of them."""
        parts = [part for side in (left, right) for part in walk(side)]
        if any(isinstance(part, Derivative | Total) for part in parts):
            self.reject("A clause has no derivatives, integrals or sums without end in it.", self.first)
        if not any(isinstance(part, Name | Indexed) for part in parts):
            self.reject("A clause is about a quantity, a name or data such as p[m].", self.first)
        if left == right:
            self.reject("Both sides are the same; a clause says something of a quantity.", token)
        self.found.ties.append((Tie(left, order, right), self.first.start))

    def quantity(self) -> None:
        """The clauses that begin with a quantity or with a bound of one."""
        left = self.formula().node
        if isinstance(left, Constant) and self.token.text in {"one", "simplex"}:
            left = Name(left.name)  # a group over a range is of data, and data may be named pi
        reader = _AFTER_QUANTITY.get(self.token.text)
        if reader is not None:
            reader(self, self.as_quantity(left))
        elif self.token.kind in ORDERS:
            self.comparisons(left)
        else:
            self.reject(_HINTS.get(self.token.text, _CLAUSE_SENTENCE))

    def as_quantity(self, node: Node) -> Name | Indexed:
        if isinstance(node, Constant):
            sentence = f"{node.name!r} is a constant; nothing is assumed of it. Data of that name have an index: "
            self.reject(f"{sentence}{node.name}[k].", self.first)
        if not isinstance(node, Name | Indexed):
            self.reject("A clause is about one quantity, a name or data such as p[m].", self.first)
        if isinstance(node, Indexed) and not index_letters(node):
            self.reject("A clause on data is for every element; write different letters: q[i, j].", self.first)
        self.found.places.setdefault(node.name, self.first.start)
        return node

    def kind_of_number(self, quantity: Name | Indexed) -> None:
        """``real`` or ``integer``, perhaps with one comparison."""
        self.found.restrict(quantity, Interval(integer=self.advance().text == "integer"))
        if self.token.kind in ORDERS:
            order = expect_order(self)
            self.bounded(quantity, order, self.formula().node)

    def membership(self, quantity: Name | Indexed) -> None:
        self.advance()
        if self.token.kind == "{":
            self.found.restrict(quantity, self.finite_set())
        elif self.token.kind == "[" or _interval_ahead(self.tokens[self.place :]):
            self.reject("An interval is written as a comparison: 0 < x < 1.")
        else:
            low, high = self.range()
            self.refuse_bounds(quantity, low, high)
            self.found.restrict(quantity, IndexRange(low, high))

    def finite_set(self) -> FiniteSet:
        self.advance()
        if self.token.kind == "}":
            self.reject("The values are missing in this set.")
        values = [self.value()]
        while self.take(","):
            values.append(self.value())
        self.close("}", "Values are separated by ',' and the set is closed by '}'.")
        if len(values) > MAX_MEMBERS:
            self.reject(f"A set has at most {MAX_MEMBERS} values.", self.first)
        return FiniteSet(tuple(dict.fromkeys(values)))

    def value(self) -> Fraction:
        token = self.token
        value = exact_value(self.formula().node)
        if value is None or abs(value) > MAX_VALUE:
            self.reject(f"A set holds numbers up to {MAX_VALUE}, such as 0, -1 or 1/2.", token)
        return value

    def range(self) -> tuple[Node, Node]:
        """``low..high``."""
        token = self.token
        low = self.formula().node
        self.expect("..", "A set is written {0, 1}, a range low..high; of any number say x real, of counts n integer.")
        high = self.formula().node
        if not (is_index(low) and is_index(high)):
            self.reject("The ends of a range are made of names and whole numbers with +, - and *.", token)
        first, last = exact_value(low), exact_value(high)
        if first is not None and last is not None and first > last:
            self.reject("This range is empty.", token)
        return low, high

    def group_over_range(self, quantity: Name | Indexed) -> None:
        kind = self.group_kind()
        if isinstance(quantity, Indexed) and len(quantity.indices) != 1:
            self.reject("One index runs through a group: t one-hot over 1..K.", self.first)
        if self.token.text != "over":
            self.reject(f"The range of the index is missing: {quantity.name} {kind} over 1..K.")
        self.advance()
        low, high = self.range()
        self.add_group(Group(kind, (quantity.name,), low, high))

    def comparisons(self, left: Node) -> None:
        """``x > 0``, ``1 <= x``, ``0 < yp < 1``, ``Abs(x) < 1``; ``y[m] <= n[m]`` and ``a*b < 1`` are ties."""
        order = expect_order(self)
        middle = self.formula().node
        if self.token.kind not in ORDERS:
            self.one_comparison(left, order, middle)
            return
        second = expect_order(self)
        right = self.formula().node
        if {order, second} - {"<", "<="} and {order, second} - {">", ">="}:
            self.reject("Two comparisons in one clause point the same way: 0 < x < 1.", self.first)
        self.bounded(middle, FLIPPED[order], left)
        self.bounded(middle, second, right)
        self.perhaps_integer(middle)

    def one_comparison(self, left: Node, order: Order, right: Node) -> None:
        """The quantity is the left side, or the right one where only that is a quantity or is data."""
        data_on_the_right = isinstance(right, Indexed) and isinstance(left, Name)
        if isinstance(right, Name | Indexed) and (data_on_the_right or not isinstance(left, Name | Indexed)):
            left, order, right = right, FLIPPED[order], left
        if _is_absolute(right) and not isinstance(left, Name | Indexed):
            left, order, right = right, FLIPPED[order], left
        self.bounded(left, order, right)
        self.perhaps_integer(left)

    def perhaps_integer(self, quantity: Node) -> None:
        """``M >= 1 integer``."""
        if self.token.text in {"integer", "real"}:
            self.found.restrict(self.as_quantity(quantity), Interval(integer=self.advance().text == "integer"))

    def bounded(self, quantity: Node, order: Order, bound: Node) -> None:
        if order == "==":
            self.reject("'==' stands in conditions; an equation is written with '=': a + b = 1.", self.first)
        if isinstance(quantity, Constant):
            self.as_quantity(quantity)
        if _is_absolute(quantity) and order in {"<", "<="}:
            inside = quantity.arguments[0]
            self.bounded(inside, order, bound)
            self.bounded(inside, FLIPPED[order], Negative(bound))
        elif isinstance(quantity, Name | Indexed) and _bounds_alone(quantity, bound):
            try:
                self.found.restrict(self.as_quantity(quantity), interval(order, bound))
            except CannotCombine:
                self.tie(quantity, order, bound, self.first)
        else:
            self.tie(quantity, order, bound, self.first)

    def refuse_bounds(self, quantity: Name | Indexed, *ends: Node) -> None:
        """A bound is made of numbers and scalars; on data it holds for every element."""
        if not all(_bounds_alone(quantity, end) for end in ends):
            self.reject(
                "The ends of a range are made of names without an index, and not of the index itself.", self.first
            )


def _is_absolute(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function == "Abs"


def _bounds_alone(quantity: Name | Indexed, end: Node) -> bool:
    """Whether a comparison with ``end`` speaks of this quantity alone, and of all its elements alike."""
    letters = set(index_letters(quantity) or ()) if isinstance(quantity, Indexed) else {quantity.name}
    plain = not isinstance(quantity, Indexed) or bool(letters)
    simple = not any(isinstance(part, Indexed | Reduction | Derivative | Total) for part in walk(end))
    return plain and simple and not letters & free_names(end)


def _interval_ahead(tokens: Sequence[Token]) -> bool:
    """Whether ``(0, 1)`` or ``(0, 1]`` follows: a parenthesis with a comma in it."""
    return tokens[0].kind == "(" and not any(token.kind == ".." for token in tokens)


_AFTER_QUANTITY: dict[str, Callable[[ClauseParser, Name | Indexed], None]] = {
    "real": ClauseParser.kind_of_number,
    "integer": ClauseParser.kind_of_number,
    "in": ClauseParser.membership,
    "one": ClauseParser.group_over_range,
    "simplex": ClauseParser.group_over_range,
}
_CLAUSE_SENTENCE = (
    "A clause says: x real, n integer, x > 0, 0 < x < 1, x in {0, 1}, k in 1..K, (a, b) one-hot, "
    "p simplex over 1..K, or mu = formula."
)
_HINTS = {
    "positive": "Write x > 0.",
    "negative": "Write x < 0.",
    "nonnegative": "Write x >= 0.",
    "nonzero": "Write x != 0.",
    "natural": "Write n integer >= 1.",
    "binary": "Write y in {0, 1}.",
    "boolean": "Write y in {0, 1}.",
}
