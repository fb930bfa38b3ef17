"""The grammar of assumptions: ``yt in {0, 1}; 0 < yp < 1; M integer >= 1; k in 0..M-1; mu = exp(eta)``.

    clause      quantity real [order bound] | quantity integer [order bound]
                quantity order bound | bound order quantity | bound order quantity order bound
                quantity in {number, ...} | quantity in low..high
                (name, name, ...) one-hot | name one-hot over low..high     (simplex likewise)
                name = formula
    quantity    name | name[letter, ...]

Clauses on one quantity are combined (`domains`); clauses that leave no value are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.completion import Circular, order_of_use, ordered_definitions, resolver
from lossproof.notation.domains import combine, exact_value, interval
from lossproof.notation.group_clauses import refuse_empty_group
from lossproof.notation.lexer import ORDERS, Token, rejected, tokens_of
from lossproof.notation.parser import Parser, is_index
from lossproof.notation.tex import is_latex, latex_where
from lossproof.notation.traverse import free_names, index_letters, walk
from lossproof.notation.tree import Constant, Derivative, Indexed, Name, Node, Order, Reduction

MAX_CLAUSES = 200
MAX_MEMBERS = 64
MAX_VALUE = 1_000_000
FLIPPED: dict[Order, Order] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=", "==": "=="}


def parse_assumptions(where: str) -> Assumptions:
    """Every clause of a ``where`` text; `RejectedText`, with a caret under the place, for anything else.

    A clause may be LaTeX, such as ``y \\in \\{0, 1\\}``.
    """
    if isinstance(where, str) and is_latex(where):
        where = latex_where(where)
    found = Clauses(where)
    for tokens in _split(where, tokens_of(where)):
        ClauseParser(found, tokens).read()
    return found.assumptions()


def _split(where: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between semicolons, each list closed by an "end" token at its semicolon."""
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(Token("end", "", token.start) if token.kind in {";", "end"} else token)
        if token.kind == ";":
            clauses.append([])
    found = [clause for clause in clauses if len(clause) > 1]
    if len(found) > MAX_CLAUSES:
        raise rejected(f"There are more than {MAX_CLAUSES} clauses.", where, found[MAX_CLAUSES][0].start)
    return found


class Clauses:
    """What has been read of one ``where`` text; every name remembers its place for the caret."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.scalars: dict[str, Domain] = {}
        self.arrays: dict[str, Domain] = {}
        self.groups: list[Group] = []
        self.definitions: dict[str, Node] = {}
        self.letters: dict[str, tuple[str, ...]] = {}
        self.places: dict[str, int] = {}
        self.index_counts: dict[str, int] = {}

    def restrict(self, quantity: Name | Indexed, domain: Domain) -> None:
        domains = self.arrays if isinstance(quantity, Indexed) else self.scalars
        if isinstance(quantity, Indexed):
            self.letters.setdefault(quantity.name, index_letters(quantity) or ())
        domains[quantity.name] = combine(domains.get(quantity.name, Interval()), domain)

    def assumptions(self) -> Assumptions:
        """All clauses together; `RejectedText` where they do not fit together."""
        self.refuse_clauses_on_defined_names()
        try:
            definitions = ordered_definitions(self.definitions)
            resolved = resolver(definitions)
            scalars = {name: resolved(domain) for name, domain in self.scalars.items()}
            arrays = {name: resolved(domain) for name, domain in self.arrays.items()}
            groups = tuple(map(resolved, self.groups))
            order_of_use({name: _bounded_by(domain) for name, domain in scalars.items()})
        except Circular as error:
            raise rejected(error.sentence, self.where, self.places[error.name]) from None
        except RejectedText as error:
            raise rejected(error.sentence, self.where, 0) from None
        found = Assumptions(scalars, arrays, groups, definitions, self.letters)
        self.refuse_empty_groups(found)
        return found

    def refuse_empty_groups(self, found: Assumptions) -> None:
        for group in found.groups:
            try:
                refuse_empty_group(group, found)
            except RejectedText as error:
                raise rejected(error.sentence, self.where, self.places[group.members[0]]) from None

    def refuse_clauses_on_defined_names(self) -> None:
        members = {member for group in self.groups if group.low is None for member in group.members}
        for name in self.definitions:
            if name in self.scalars or name in members:
                sentence = f"{name!r} is defined by '='; what holds for it follows from there."
                raise rejected(sentence, self.where, self.places[name])


def _bounded_by(domain: Domain) -> frozenset[str]:
    """The names that must have values before this quantity can be given one."""
    if isinstance(domain, FiniteSet):
        return frozenset()
    excluded = domain.excluded if isinstance(domain, Interval) else ()
    ends = [node for node in (domain.low, domain.high, *excluded) if node is not None]
    return frozenset[str]().union(*map(free_names, ends))


class ClauseParser(Parser):
    """One clause; what it says is added to ``found``."""

    def __init__(self, found: Clauses, tokens: Sequence[Token]) -> None:
        super().__init__(found.where, tokens)
        self.index_counts = found.index_counts
        self.found = found
        self.first = tokens[0]

    def read(self) -> None:
        try:
            if self.names_in_parentheses():
                self.group_of_names()
            elif any(token.kind == "=" for token in self.tokens):
                self.definition()
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

    def definition(self) -> None:
        token = self.expect("name", "A definition gives a name to a formula: mu = exp(eta).")
        if self.token.kind != "=":
            self.reject("A definition gives a name to a formula: mu = exp(eta).", token)
        name = self.variable(token)
        self.advance()
        if name in self.found.definitions:
            self.reject(f"{name!r} is defined twice.", token)
        self.found.definitions[name] = self.formula().node
        self.found.places[name] = token.start

    def quantity(self) -> None:
        """The clauses that begin with a quantity or with a bound of one."""
        left = self.formula().node
        reader = _AFTER_QUANTITY.get(self.token.text)
        if reader is not None:
            reader(self, self.as_quantity(left))
        elif self.token.kind in ORDERS:
            self.comparisons(left)
        else:
            self.reject(_HINTS.get(self.token.text, _CLAUSE_SENTENCE))

    def as_quantity(self, node: Node) -> Name | Indexed:
        if isinstance(node, Constant):
            self.reject(f"{node.name!r} is a constant; nothing is assumed of it.", self.first)
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
            order = self.expect_order()
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
        self.expect("..", "A range is written low..high.")
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
        """``x > 0``, ``1 <= x``, ``0 < yp < 1``."""
        order = self.expect_order()
        middle = self.formula().node
        if self.token.kind not in ORDERS:
            self.one_comparison(left, order, middle)
            return
        second = self.expect_order()
        right = self.formula().node
        if {order, second} - {"<", "<="} and {order, second} - {">", ">="}:
            self.reject("Two comparisons in one clause point the same way: 0 < x < 1.", self.first)
        quantity = self.as_quantity(middle)
        self.bounded(quantity, FLIPPED[order], left)
        self.bounded(quantity, second, right)

    def one_comparison(self, left: Node, order: Order, right: Node) -> None:
        """The quantity is the left side, or the right one where only that is a quantity or is data."""
        data_on_the_right = isinstance(right, Indexed) and isinstance(left, Name)
        if isinstance(right, Name | Indexed) and (data_on_the_right or not isinstance(left, Name | Indexed)):
            left, order, right = right, FLIPPED[order], left
        self.bounded(self.as_quantity(left), order, right)

    def bounded(self, quantity: Name | Indexed, order: Order, bound: Node) -> None:
        if order == "==":
            self.reject(f"'==' stands in conditions; a definition is written {quantity.name} = formula.", self.first)
        self.refuse_bounds(quantity, bound)
        self.found.restrict(quantity, interval(order, bound))

    def refuse_bounds(self, quantity: Name | Indexed, *ends: Node) -> None:
        """A bound is made of numbers and scalars; on data it holds for every element."""
        letters = frozenset(index_letters(quantity) or ()) if isinstance(quantity, Indexed) else {quantity.name}
        for end in ends:
            if any(isinstance(part, Indexed | Reduction | Derivative) for part in walk(end)):
                self.reject("A bound is made of numbers and names without an index.", self.first)
            if letters & free_names(end):
                self.reject("A bound cannot contain the quantity itself or its index.", self.first)


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
    ",": "One clause is about one quantity; clauses are separated by ';'.",
}
