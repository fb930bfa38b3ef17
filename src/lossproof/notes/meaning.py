"""What each formula of a note is: a definition, a claim, an assumption, a condition, an update, or not to be judged.

The note is read twice: once to see what its formulas agree on (indices, names, sizes), once from top to bottom with
what has been named and assumed so far. A chain claims each of its links; the first ``X = ...`` names X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import data_names, free_names, to_text, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.clauses import clauses_of
from lossproof.notation.tex.conventions import Conventions, conventions_of
from lossproof.notation.tex.dimensions import Sizes, data_of
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import Beyond, Choices, NeedsComponent, NotUnderstood, Reading, readings
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import (
    Binary,
    Call,
    Comparison,
    Condition,
    Derivative,
    Indexed,
    Name,
    Node,
    Number,
    Reduction,
)
from lossproof.notes import left_out
from lossproof.notes.assuming import said
from lossproof.notes.definitions import (
    Definition,
    Definitions,
    Unfolding,
    Variable,
    definition_of,
    density_of,
    mean_of,
    noise_of,
    variables_in,
)
from lossproof.notes.densities import not_adding_up
from lossproof.notes.documents import Formula, Lines, Note
from lossproof.notes.findings import Checked, Finding, Kind, Link
from lossproof.notes.judging import GOOD, Context, Outcome, decided, judged
from lossproof.notes.nearest import nearest_form
from lossproof.notes.sides import Side, Way
from lossproof.notes.statements import Parsed, Statement, statements_of
from lossproof.referee.verdict import Status

MAX_FORMULAS = 2_000
ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
UNJUDGED = {
    "∝": "proportionality claims no equality",
    "≈": "an approximation claims no equality",
    "~": "a distribution is named",
    "->": "a limit or a map claims no equality",
    "≪": "a comparison of sizes claims no equality",
    "≫": "a comparison of sizes claims no equality",
    "⊂": "a statement about sets",
    "⊥": "a statement about independence",
    "not": "a negated relation",
    "notin": "a statement about sets",
    "ni": "a statement about sets",
}
_ZERO_WORDS = re.compile(
    r"(?<![\w.])0(?![\w.])|zero|ゼロ|零|\bsolv|解く|解け|令|set(?:ting)? .{0,30}equal", re.IGNORECASE
)
_ONE_HOT = re.compile(r"one[- ]?hot|ワンホット|label|ラベル|正解|独热", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,3} |\\(?:sub)*section|<h[1-3]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of the chain before, which a formula that begins with ``=`` continues; ``right`` held last."""

    last: Side
    right: Side
    broken: bool = False


def check_note(note: Note, where: str = "") -> Checked:
    """What every formula of ``note`` is, under the further assumptions ``where``."""
    return Checked(note.name, tuple(_Book(note, where).findings()), note.text)


class _Book:
    """One reading of a note from top to bottom."""

    def __init__(self, note: Note, where: str) -> None:
        self.note = note
        self.formulas = note.formulas[:MAX_FORMULAS]
        self.parsed = _parse_all(self.formulas)
        self.conventions = self._conventions()
        self.clauses = [clause for text in (where, *note.clauses) for clause in text.split(";") if clause.strip()]
        self.sizes = self._sizes()
        self.definitions = Definitions(means=self._mean)
        self.specials: dict[Name | Indexed, list[Node]] = {}
        self.varied: set[str] = set()
        self.zeroed = False
        self.section = 0
        self.seen: frozenset[str] = frozenset()
        self.pending: list[Statement] = []
        self.previous: Chain | None = None
        self.covered: list[Condition] = []
        self.assumed: tuple[tuple[str, ...], Assumptions] = ((), Assumptions())
        self.one_hot = False

    def _conventions(self) -> Conventions:
        rows = [row for parsed in self.parsed for statement in parsed.statements for row in _joined(statement)]
        found = conventions_of(rows)
        named = {
            row[0].text
            for row in rows
            if len(row) > 1 and row[0].kind == "letter" and row[0].bare and row[1].text in {"=", ":="}
        }
        found = replace(found, quantities=frozenset(named) - found.functions)
        nodes = [node for _, node in self._numbered(found)]
        return replace(found, fills=True, data=data_of(nodes, found.bound))

    def _sizes(self) -> Sizes:
        """The sizes of data, from the usual readings of all formulas."""
        sizes = Sizes(list(self._numbered(self.conventions)))
        for group in said(self.clauses).groups:
            if group.low is not None and group.high is not None:
                sizes.say(group.members[0], group.low, group.high)
        return sizes

    def _numbered(self, conventions: Conventions) -> Iterator[tuple[int, Node]]:
        """The usual reading of every side, with the number of its formula."""
        for number, parsed in enumerate(self.parsed):
            for side in (side for statement in parsed.statements for side in statement.sides):
                for component in (None, "c"):
                    try:
                        yield number, Grammar(conventions, component=component).read(side)
                        break
                    except RejectedText:
                        continue

    def _mean(self, name: str) -> tuple[Node, Node] | None:
        """``\\bar x`` is the mean of x where x is data and nothing else is said."""
        base = name.removesuffix("bar")
        if base == name or base not in self.conventions.data:
            return None
        size = self.sizes.range_of(base, 0, "i")[1]
        return mean_of(base, size), size

    def findings(self) -> Iterator[Finding]:
        for number, (formula, parsed) in enumerate(zip(self.formulas, self.parsed, strict=True)):
            self.begin(formula)
            if parsed.error is not None:
                yield self.refused(formula, parsed.error)
            else:
                yield from _by_line(self.statements(number, formula, parsed), formula)

    def begin(self, formula: Formula) -> None:
        """What the words before a formula say; ``0`` alone is what a derivative is set to."""
        self.clauses += [clause for text in formula.clauses for clause in text.split(";") if clause.strip()]
        if _HEADING.search(formula.words):
            self.specials.clear()
            self.zeroed = False
            self.section += 1
        if _ZERO_WORDS.search(formula.words) or formula.latex.strip() == "0":
            self.zeroed = True
        self.one_hot = bool(_ONE_HOT.search(formula.words[-200:]))

    def refused(self, formula: Formula, error: RejectedText) -> Finding:
        return Finding(
            formula.line,
            formula.latex.strip(),
            Kind.NOT_UNDERSTOOD,
            formula.start,
            formula.end,
            (),
            str(error),
            formula.cell,
        )

    def statements(self, number: int, formula: Formula, parsed: Parsed) -> Iterator[Finding]:
        """The findings of one formula, several a line where it says several things."""
        held = list(parsed.statements)
        for place, statement in enumerate(held):
            if not statement.condition:
                conditions = [other for other in held[place + 1 : place + 2] if other.condition]
                yield from self.statement(number, formula, statement, [*conditions, *self.pending])
            elif place == 0:
                self.pending = [statement]
                clauses = "; ".join(self.extra([statement]))
                yield _Place(self.note, formula).finding(statement, Kind.ASSUMPTION, clauses)
        if formula.display:
            self.pending = []

    def statement(
        self, number: int, formula: Formula, statement: Statement, conditions: Sequence[Statement]
    ) -> Iterator[Finding]:
        at = _Place(self.note, formula)
        if not statement.relations:
            yield from self.expression(formula, statement, at)
            return
        row = _joined(statement)[0]
        try:
            clauses = clauses_of(row, self.conventions) if statement.sides[0] else None
        except NotUnderstood as error:
            yield at.finding(statement, Kind.BEYOND, f"Not judged: {_lowered(error.sentence)}")
            return
        if clauses is not None:
            self.clauses += clauses
            yield at.finding(statement, Kind.ASSUMPTION, "; ".join(clauses))
            return
        yield from self.equality(number, formula, statement, conditions, at)

    def expression(self, formula: Formula, statement: Statement, at: _Place) -> Iterator[Finding]:
        """A formula without a relation: a mention inside words is passed over, one that stands apart claims nothing."""
        if not formula.display:
            return
        side = self.side(0, statement.sides[0], at, None)
        if side.error is not None:
            yield at.finding(statement, _kind(side.error), at.told(side.error))
        else:
            yield at.finding(statement, Kind.BEYOND, "There is no relation here, so nothing is claimed.")

    def side(self, number: int, row: Row, at: _Place, component: str | None) -> Side:
        """The readings of one side, with the sizes of its sums filled in."""

        def read(choices: Choices) -> Node:
            grammar = Grammar(self.conventions, choices, component)
            node = grammar.read(row)
            self.covered += grammar.covered
            return self.sizes.filled(number, node)

        place = at.place(row)
        try:
            ways = tuple(readings(read))
        except NotUnderstood as error:
            return Side((), *place, error)
        except RejectedText as error:
            return Side((), *place, NotUnderstood(error.sentence))
        return Side(ways, *place)

    def sides(self, number: int, statement: Statement, at: _Place) -> list[Side]:
        """All sides, by components where a vector stands where a number is needed."""
        found = [self.side(number, row, at, None) for row in statement.sides]
        if any(isinstance(side.error, NeedsComponent) for side in found):
            found = [self.side(number, row, at, "c") for row in statement.sides]
        others = [[self.side(number, row, at, None) for row in rows] for rows in statement.other]
        return [
            replace(side, ways=side.ways + tuple(way for other in others for way in _repaired(other[place])))
            for place, side in enumerate(found)
        ]

    def equality(
        self, number: int, formula: Formula, statement: Statement, conditions: Sequence[Statement], at: _Place
    ) -> Iterator[Finding]:
        sides, relations = self.sides(number, statement, at), list(statement.relations)
        continued = False
        if not statement.sides[0]:
            continued = self.previous is not None
            sides, relations = ([self.previous.last], relations) if self.previous else ([], relations[1:])
            rest = self.sides(number, replace(statement, sides=statement.sides[1:], other=()), at)
            sides = [*sides, *rest]
        sides = left_out.put_in(sides, self.conventions.data - self.conventions.vectors)
        walker = _Walker(self, at, sides, relations, continued, self.extra(conditions))
        yield from walker.findings()

    def extra(self, conditions: Sequence[Statement]) -> list[str]:
        """The clauses of ``(i \\ne j)`` behind a claim."""
        found: list[str] = []
        for condition in conditions:
            if condition.relations:
                row = _joined(condition)[0]
                if len(row) == 3 and row[1].text == "=" and row[0].kind == row[2].kind == "letter":
                    found.append(f"{row[0].text} in {row[2].text}..{row[2].text}")
                    continue
                try:
                    found += clauses_of(row, self.conventions) or []
                except NotUnderstood:
                    continue
        return found

    def context(self, kept: frozenset[Variable], extra: Sequence[str]) -> Context:
        labels = [clause for condition in self.covered for clause in _values_of(self.covered, condition)]
        several = [clause for name, values in self.specials.items() for clause in _set_clause(name, values)]
        clauses = (*self.clauses, *extra, *labels, *several)
        if self.assumed[0] != clauses:
            self.assumed = clauses, said(clauses)
        assumptions = self.assumed[1]
        return Context(replace(self.definitions, used=set()), assumptions, self.sizes, kept)


def _repaired(side: Side) -> tuple[Way, ...]:
    return tuple(Reading(way.value, (*way.taken, "a bracket is put where it belongs")) for way in side.ways)


def _parse_all(formulas: Sequence[Formula]) -> list[Parsed]:
    found: list[Parsed] = []
    for formula in formulas:
        found.append(statements_of(formula.latex, found[-1].macros if found else {}))
    return found


def _joined(statement: Statement) -> list[Row]:
    """The sides of a statement as one row with its relations, as they were written."""
    if statement.relations == ("range",):
        return [statement.sides[0]]
    row = list(statement.sides[0])
    for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
        place = side[0].start if side else 0
        row = [*row, Atom("relation", relation, place, place), *side]
    return [tuple(row)]


def _by_line(findings: Iterator[Finding], formula: Formula) -> Iterator[Finding]:
    """The findings of one formula that stand in one line as one row: the gravest kind, all links."""
    held: list[Finding] = []
    for finding in findings:
        if held and held[-1].line == finding.line:
            held[-1] = _merged(held[-1], finding, formula)
        else:
            held.append(finding)
    yield from held


_GRAVITY = [Kind.CONDITION, Kind.UPDATE, Kind.ASSUMPTION, Kind.DEFINITION, Kind.BEYOND, Kind.NOT_UNDERSTOOD, Kind.CLAIM]


def _merged(one: Finding, other: Finding, formula: Formula) -> Finding:
    kind = max((one.kind, other.kind), key=_GRAVITY.index)
    message = " ".join(dict.fromkeys(text for text in (one.message, other.message) if text))
    start, end = min(one.start, other.start), max(one.end, other.end)
    return replace(
        one,
        kind=kind,
        latex=formula.latex[start - formula.start : end - formula.start].strip(),
        start=start,
        end=end,
        links=one.links + other.links,
        message=message,
    )


def _kind(error: NotUnderstood) -> Kind:
    return Kind.BEYOND if isinstance(error, Beyond) else Kind.NOT_UNDERSTOOD


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _values_of(covered: Sequence[Condition], condition: Condition) -> list[str]:
    """``y = 1``, ``y = 0`` as the only cases say that y is one of them."""
    if not isinstance(condition, Comparison) or condition.operator != "==":
        return []
    value = exact_value(condition.right)
    if value not in (Fraction(0), Fraction(1), Fraction(-1)) or not isinstance(condition.left, Name | Indexed):
        return []
    other = Fraction(-1) if value == -1 else 1 - value
    return _set_clause(condition.left, [Number(value), Number(other)])


def _set_clause(name: Name | Indexed, values: Sequence[Node]) -> list[str]:
    """A quantity that is given several values is one of them."""
    numbers = sorted({value for node in values if (value := exact_value(node)) is not None})
    if len(numbers) < 2:
        return []
    letters = isinstance(name, Indexed) and all(isinstance(index, Name) for index in name.indices)
    target = to_text(name) if isinstance(name, Name) or letters else name.name
    return [f"{target} in {{{', '.join(map(str, numbers))}}}"]


class _Place:
    """Where things of one formula stand in the note."""

    def __init__(self, note: Note, formula: Formula) -> None:
        self.formula = formula
        self.lines = Lines.of(formula.latex)
        lead = len(formula.latex) - len(formula.latex.lstrip())
        self.first = formula.line - self.lines.at(lead)

    def line(self, place: int) -> int:
        return self.first + self.lines.at(place)

    def place(self, row: Row) -> tuple[str, int, int, int]:
        """The LaTeX of a row, its line, and its places in the note."""
        if not row:
            return "", self.formula.line, self.formula.start, self.formula.start
        start, end = row[0].start, max(atom.end for atom in row)
        latex = self.formula.latex[start:end].strip()
        return latex, self.line(start), self.formula.start + start, self.formula.start + end

    def finding(self, statement: Statement, kind: Kind, message: str = "") -> Finding:
        row = tuple(atom for side in statement.sides for atom in side)
        latex, line, start, end = self.place(tuple(sorted(row, key=lambda atom: atom.start)))
        return Finding(line, latex, kind, start, end, (), message, self.formula.cell)

    def told(self, error: NotUnderstood) -> str:
        """The sentence, with a caret under the place where there is one."""
        if error.place is None:
            return error.sentence
        return str(RejectedText(error.sentence, self.formula.latex, error.place))


class _Walker:
    """One chain from left to right."""

    def __init__(
        self, book: _Book, at: _Place, sides: list[Side], relations: list[str], continued: bool, extra: Sequence[str]
    ) -> None:
        self.book, self.at, self.extra = book, at, list(extra)
        self.sides, self.relations, self.continued = sides, relations, continued
        self.right = book.previous.right if continued and book.previous else (sides[0] if sides else None)
        self.broken = bool(continued and book.previous and book.previous.broken)
        self.varied: frozenset[Variable] | None = None

    def findings(self) -> Iterator[Finding]:
        if len(self.sides) < 2:
            self.remember()
            yield from self.alone()
            return
        self.drop_zero()
        for place in range(len(self.sides) - 1):
            yield self.link(place)
        self.remember()

    def alone(self) -> Iterator[Finding]:
        """A chain that begins with ``=`` after nothing, and has one side."""
        for side in self.sides:
            kind = _kind(side.error) if side.error else Kind.BEYOND
            message = (
                self.at.told(side.error) if side.error else "There is nothing before this '=', so nothing is claimed."
            )
            yield self.row(side, side, kind, message)

    def remember(self) -> None:
        if self.sides:
            last = self.sides[-1]
            self.book.previous = Chain(last, self.right or last, self.broken)
            nodes = [side.node for side in self.sides if side.ways]
            self.book.varied |= {variable.name for variable in variables_in(nodes)}
            self.book.seen = self.book.seen.union(*map(_letters, nodes))

    def drop_zero(self) -> None:
        """``... = 0`` behind a derivative asks for the place where it vanishes."""
        last = self.sides[-1]
        is_zero = bool(last.ways) and last.node == ZERO and self.relations[-1] == "="
        if is_zero and (len(self.sides) > 2 or (self.sides[0].ways and variables_in([self.sides[0].node]))):
            self.book.zeroed = True
            self.sides, self.relations = self.sides[:-1], self.relations[:-1]
            if len(self.sides) == 1:
                self.sides = [*self.sides, last]
                self.relations = ["=0"]

    def row(self, left: Side, right: Side, kind: Kind, message: str = "", links: tuple[Link, ...] = ()) -> Finding:
        """A finding in the line of the right side."""
        new_line = right.line != left.line
        start = right.start if new_line or self.continued_from(left) else left.start
        latex = right.latex if new_line or self.continued_from(left) else f"{left.latex} = {right.latex}"
        line = right.line if right.line else left.line
        return Finding(line, latex, kind, start, right.end, links, message, self.at.formula.cell)

    def continued_from(self, left: Side) -> bool:
        return self.continued and left is self.sides[0]

    def link(self, place: int) -> Finding:
        """What stands between two neighbours of the chain."""
        left, right, relation = self.sides[place], self.sides[place + 1], self.relations[place]
        if relation == "=0":
            return self.row(left, right, Kind.CONDITION)
        if relation in UNJUDGED or relation in {"<", ">", "<=", ">=", "!=", "in", "range"}:
            message = UNJUDGED.get(relation, "an inequality is not judged")
            return self.row(left, right, Kind.BEYOND, f"Not judged: {message}.")
        if relation == "<-":
            return self.row(left, right, Kind.UPDATE)
        if error := left.error or right.error:
            return self.unread(place, left, right, error)
        return self.equality(place, left, right, relation)

    def unread(self, place: int, left: Side, right: Side, error: NotUnderstood) -> Finding:
        """A side that cannot be read: what can be read stands for it from here on."""
        if place == 0 and right.ways and not self.continued:
            self.right = right
        return self.row(left, right, _kind(error), self.at.told(error))

    def equality(self, place: int, left: Side, right: Side, relation: str) -> Finding:
        first = place == 0 and not self.continued
        if first and (kind := self.named(left, right, relation)) is not None:
            self.right = right
            return self.adding_up(left, right) or self.row(left, right, kind)
        if not first and self.names_function(left):
            self.define(left, right)
            return self.row(left, right, Kind.DEFINITION)
        return self.claim(place, left, right)

    def adding_up(self, left: Side, right: Side) -> Finding | None:
        """The finding that what was just named as a probability does not add up to 1."""
        held = self.book.definitions.held
        if not isinstance(left.node, Call) or not held or held[0].line != left.line:
            return None
        context = self.book.context(frozenset(), self.extra)
        found = not_adding_up(held[0], context.assumptions, lambda claim: decided(claim, context))
        return self.row(left, right, Kind.DEFINITION, found[1], (found[0],)) if found else None

    def names_function(self, side: Side) -> bool:
        """``a = s(z) = ...`` in the middle of a chain says what s is, where nothing did."""
        node = side.node
        return isinstance(node, Call) and node.function not in FUNCTIONS and not self.is_defined(node)

    def is_defined(self, node: Node) -> bool:
        definitions = self.book.definitions
        if isinstance(node, Name):
            return definitions.of(node.name) is not None
        if isinstance(node, Indexed):
            return definitions.family(node) is not None
        if isinstance(node, Call) and node.function in {"log", "ln"}:
            return self.is_defined(node.arguments[0])
        if isinstance(node, Call):
            known = (node.function, len(node.arguments)) in KNOWN and node.function != "sigma"
            return definitions.of(node.function, len(node.arguments)) is not None or known
        return False

    def named(self, left: Side, right: Side, relation: str) -> Kind | None:
        """What the first link of a chain is where it claims nothing; None where it claims."""
        node, body = left.node, right.node
        if group := self.group(node, body):
            self.book.clauses.append(group)
            return Kind.ASSUMPTION
        if self.is_update(node, body):
            return Kind.UPDATE
        definition = definition_of(node, body, left.line)
        if definition is None:
            return None
        if (noise := noise_of(node, body, left.line)) is not None:
            self.book.definitions.add(replace(noise, section=self.book.section))
            return Kind.ASSUMPTION
        if isinstance(node, Name | Indexed) and exact_value(body) is not None and not self.is_defined(node):
            self.book.specials.setdefault(node, []).append(body)
            return Kind.ASSUMPTION
        if relation == ":=":
            self.define(left, right)
            return Kind.DEFINITION
        if self.is_condition(definition.name):
            return Kind.CONDITION
        if self.is_defined(node) or self.comes_back(node, body):
            return None
        self.define(left, right)
        return Kind.DEFINITION

    def comes_back(self, node: Node, body: Node) -> bool:
        """``p = 1/(1 + e^{-\\mathrm{logit}(p)})`` claims: what is left stands on the right too, or in a name there."""
        if not isinstance(node, Name | Indexed):
            return False
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        try:
            unfolded = Unfolding(definitions, frozenset()).of(_without_derivatives(body))
        except NotUnderstood:
            unfolded = body
        return any(part == node for side in (body, unfolded) for part in walk(side))

    def is_condition(self, name: str) -> bool:
        """The solution of ``dL/dp = 0``: what was varied, perhaps with a hat, after a derivative was set to 0."""
        base = re.sub(r"(?:hat|star|_star|_ML|_MLE|_opt|tilde)+$", "", name)
        return self.book.zeroed and base in self.book.varied

    def is_update(self, node: Node, body: Node) -> bool:
        """``w = w - ...``."""
        while isinstance(body, Binary) and body.operator in "+-":
            if body.left == node:
                return True
            body = body.left
        return False

    def group(self, node: Node, body: Node) -> str | None:
        """``\\sum_k t_k = 1`` says that the t_k are one-hot, or that they are probabilities."""
        if not isinstance(node, Reduction) or node.kind != "sum" or body != ONE:
            return None
        data = node.body
        if not isinstance(data, Indexed) or data.indices != (Name(node.index),):
            return None
        if self.is_defined(data):
            return None
        is_label = self.book.one_hot or any(
            clause.replace(" ", "").startswith(f"{data.name}[") and "{0,1}" in clause.replace(" ", "")
            for clause in self.book.clauses
        )
        kind = "one-hot" if is_label else "simplex"
        return f"{data.name} {kind} over {to_text(node.low)}..{to_text(node.high)}"

    def define(self, left: Side, right: Side) -> None:
        """Name the left side by the first side of the chain that says it without a derivative."""
        if density := density_of(left.node, right.node, left.line):
            self.book.definitions.add(density)
            return
        after = self.sides[self.sides.index(right) :]
        bodies = [side.node for side in after if side.ways and not self.is_opaque(side.node)]
        plain = [node for node in bodies if not variables_in([node])]
        body = next(iter(plain or bodies), right.node)
        definition = definition_of(left.node, body, left.line)
        if definition is not None:
            others = tuple(node for node in plain if node != body)
            self.book.definitions.add(replace(definition, section=self.book.section, others=others))
            self.define_element(left, right)

    def define_element(self, left: Side, right: Side) -> None:
        """``y = w x + b`` of data says the same of every element."""
        one, other = (left_out.element(side) for side in (left, right))
        if one is not None and other is not None and (found := definition_of(one, other, left.line)) is not None:
            self.book.definitions.add(replace(found, section=self.book.section))

    def is_opaque(self, node: Node) -> bool:
        """Whether a function occurs that nothing defines."""
        return any(
            isinstance(part, Call)
            and part.function not in FUNCTIONS
            and not self.is_defined(part)
            and (part.function, len(part.arguments)) not in KNOWN
            for part in walk(node)
        )

    def claim(self, place: int, left: Side, right: Side) -> Finding:
        kept = self.kept()
        context = self.book.context(kept, self.extra)
        try:
            self.refuse_one_sided(left, right)
            outcome = self.judged(left, right, context)
        except NotUnderstood as error:
            self.right = right
            return self.row(left, right, _kind(error), error.sentence)
        said: tuple[str, ...] = ()
        if outcome.status is Status.REFUTED and self.broken and self.right is not None and right.line != left.line:
            again = self.against_last_right(right, context)
            if again is not None and again.status in GOOD:
                outcome, said = again, (f"agrees with line {self.right.line} again",)
                left = self.right
        if outcome.status is Status.REFUTED and "const" in _letters(left.node) | _letters(right.node):
            return self.row(left, right, Kind.BEYOND, "Not judged: a constant that is not written out.")
        if outcome.status is Status.REFUTED and place == 0 and self.is_named_anew(left, right):
            self.define(left, right)
            return self.row(left, right, Kind.DEFINITION, "named anew: it stood for something else before")
        if outcome.status is Status.REFUTED and (names := self.unheard_of(left, right)):
            self.right = right
            return self.row(left, right, Kind.NOT_UNDERSTOOD, f"{names[0]!r} is not defined in this note.")
        if outcome.status is Status.REFUTED and self.ends_as_condition(left, right):
            self.book.zeroed = True
            self.book.varied |= free_names(left.node) | data_names(left.node)
            return self.row(left, right, Kind.CONDITION)
        self.broken = outcome.status is Status.REFUTED
        if not self.broken:
            self.right = right
        return self.row(left, right, Kind.CLAIM, self.sentence(outcome, said), (self.made(left, right, outcome, said),))

    def unheard_of(self, left: Side, right: Side) -> list[str]:
        """The names on the right that stand nowhere before: what they mean is not said."""
        before = self.book.seen | _letters(left.node) | _bound(left.node) | _bound(right.node)
        for side in self.sides[: self.sides.index(right)]:
            before |= _letters(side.node) if side.ways else frozenset()
        return sorted(_letters(right.node) - before - self.indices(right.node))

    def indices(self, node: Node) -> frozenset[str]:
        inside = [index for part in walk(node) if isinstance(part, Indexed) for index in part.indices]
        return frozenset[str]().union(*map(free_names, inside)) if inside else frozenset()

    def is_named_anew(self, left: Side, right: Side) -> bool:
        """A name that is given to something with other letters in it, or under another heading, is a new one."""
        before = self.definition_behind(left.node)
        if before is None or definition_of(left.node, right.node, left.line) is None or self.continued:
            return False
        return (
            before.section != self.book.section or not _letters(right.node) <= _letters(before.body) | self.introduced()
        )

    def definition_behind(self, node: Node) -> Definition | None:
        definitions = self.book.definitions
        if isinstance(node, Name):
            return definitions.of(node.name)
        if isinstance(node, Indexed):
            return definitions.family(node)
        return definitions.of(node.function, len(node.arguments)) if isinstance(node, Call) else None

    def introduced(self) -> frozenset[str]:
        """The names that definitions stand for: a new formula for something may use them."""
        return frozenset(held.name for held in self.book.definitions.held)

    def judged(self, left: Side, right: Side, context: Context) -> Outcome:
        """The verdict; where it is no, once more with the values that the note has just given to its names."""
        outcome = judged(left.ways, right.ways, context)
        if outcome.status not in GOOD:
            outcome = self.by_other_sides(left, right, context) or outcome
        single = {name: values[0] for name, values in self.book.specials.items() if len(values) == 1}
        if outcome.status in GOOD or not single:
            return outcome
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        for name, value in single.items():
            definition = definition_of(name, value, 0)
            if definition is not None:
                definitions.add(definition)
        again = judged(left.ways, right.ways, replace(context, definitions=definitions))
        if again.status in GOOD:
            told = ", ".join(f"{to_text(name)} = {to_text(value)}" for name, value in single.items())
            return replace(again, said=(*again.said, f"with {told}"))
        return outcome

    def by_other_sides(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with names put in by other sides of the chains that defined them, where it is a yes."""
        held = context.definitions.held
        names = _letters(left.node) | _letters(right.node)
        for place, definition in enumerate(held):
            for body in definition.others if definition.name in names else ():
                changed = [*held[:place], replace(definition, body=body), *held[place + 1 :]]
                again = replace(context, definitions=Definitions(changed, context.definitions.means))
                outcome = judged(left.ways, right.ways, again)
                if outcome.status in GOOD:
                    return outcome
        return None

    def against_last_right(self, right: Side, context: Context) -> Outcome | None:
        assert self.right is not None
        try:
            return self.judged(self.right, right, context)
        except NotUnderstood:
            return None

    def ends_as_condition(self, left: Side, right: Side) -> bool:
        """``... = 0`` that does not hold everywhere is an equation to be solved."""
        return right.node == ZERO and len(self.sides) == 2

    def kept(self) -> frozenset[Variable]:
        """What the derivatives of the chain vary: those of its first side, or of all where it has none."""
        if self.varied is None:
            first = variables_in([self.sides[0].node] if self.sides[0].ways else [])
            self.varied = first or variables_in([side.node for side in self.sides if side.ways])
        return self.varied

    def refuse_one_sided(self, left: Side, right: Side) -> None:
        """A function that nothing defines and that stands on one side alone is not known."""
        opaque = [self.opaque_functions(side.node) for side in (left, right)]
        for name in sorted(opaque[0] ^ opaque[1]):
            raise NotUnderstood(f"The function {name!r} is not defined in this note.")

    def opaque_functions(self, node: Node) -> frozenset[str]:
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        unfolding = Unfolding(definitions, frozenset())
        unfolding.of(_without_derivatives(node))
        return frozenset(unfolding.opaque_names)

    def sentence(self, outcome: Outcome, said: Sequence[str]) -> str:
        parts = (
            [f"holds if {'; '.join(outcome.assumed)}, which the note does not say"]
            if outcome.assumed and outcome.status in GOOD
            else []
        )
        parts += [f"read so: {text}" for text in outcome.said]
        return "; ".join([*said, *parts])

    def made(self, left: Side, right: Side, outcome: Outcome, said: Sequence[str]) -> Link:
        nearest = None
        if outcome.status is Status.REFUTED and outcome.claim is not None and outcome.assumptions is not None:
            nearest = nearest_form(outcome.claim, right.node, outcome.assumptions, self.put_in)
        told = (*said, *outcome.said)
        assumed = outcome.assumed if outcome.status in GOOD else ()
        return Link(left.latex, right.latex, outcome.status, outcome.witness, nearest, assumed, told)

    def put_in(self, node: Node) -> Node:
        """A changed right side with its names put in, as the right side was."""
        context = self.book.context(self.kept(), self.extra)
        found: Node = Unfolding(context.definitions, context.kept).of(node)
        return found


def _bound(node: Node) -> frozenset[str]:
    """The indices and ends of sums, which nobody needs to define."""
    sums = [part for part in walk(node) if isinstance(part, Reduction)]
    ends = [end for part in sums for end in (part.low, part.high)]
    return frozenset(part.index for part in sums).union(*map(free_names, ends))


def _letters(node: Node) -> frozenset[str]:
    """The names and data of a formula."""
    return free_names(node) | data_names(node)


def _without_derivatives(node: Node) -> Node:
    """The same names without derivatives, which need no carrying out to see what occurs."""
    if isinstance(node, Derivative):
        return _without_derivatives(node.body)
    return rebuild(
        node, [_without_derivatives(child) if isinstance(child, Node) else child for child in children(node)]
    )
