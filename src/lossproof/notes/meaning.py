"""What each formula of a note is: a definition, a claim, an assumption, a condition, an update, or not to be judged.

The note is read twice: once to see what its formulas agree on (indices, names, sizes), once from top to bottom with
what has been named and assumed so far. A chain claims each of its links; the first ``X = ...`` names X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lossproof.errors import RejectedText
from lossproof.notation import free_names, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tex.atom_looks import walk_atoms
from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.components import with_components
from lossproof.notation.tex.conventions import Conventions, conventions_of
from lossproof.notation.tex.declared import declared_in
from lossproof.notation.tex.dimensions import Sizes, data_of
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.latex_clauses import ORDERS, clauses_of
from lossproof.notation.tex.listed import with_listed
from lossproof.notation.tex.matrices import LETTERS
from lossproof.notation.tex.readings import Beyond, Choices, NeedsComponent, NotUnderstood, Reading, readings
from lossproof.notation.tex.tensors import Mismatch
from lossproof.notation.tree import (
    Condition,
    Indexed,
    Node,
    Reduction,
)
from lossproof.notes import abbreviated, left_out, shapes
from lossproof.notes.any_sample import samples_of
from lossproof.notes.assuming import said
from lossproof.notes.chains import Chain, Walker
from lossproof.notes.constraints import SUPPOSED, satisfying
from lossproof.notes.definitions import Definitions, Variable
from lossproof.notes.documents import Formula, Note
from lossproof.notes.findings import Checked, Finding, Kind
from lossproof.notes.foreseen import foresee
from lossproof.notes.judging import Context
from lossproof.notes.label_uses import Uses, label_uses
from lossproof.notes.likelihoods import of_line_before
from lossproof.notes.note_letters import letters_of_note
from lossproof.notes.numbers_in_functions import of_one_number
from lossproof.notes.orders_in_sentences import Cases, says_order
from lossproof.notes.own_functions import own_functions
from lossproof.notes.places import Place, by_line, kind_of
from lossproof.notes.put_in import mean_of, variables_in
from lossproof.notes.sides import Side, Way
from lossproof.notes.slips import CARET, Slip, lost_carets
from lossproof.notes.solving import Solving
from lossproof.notes.specials import Specials
from lossproof.notes.spelled_out import spelled_out
from lossproof.notes.spoken import words_of
from lossproof.notes.spoken_signs import one_hot_spoken, signs_spoken
from lossproof.notes.stated import definitions_in, names_in, plain_clauses, refuse_unfit
from lossproof.notes.statements import Parsed, Statement, statements_of
from lossproof.notes.usual_readings import filled_sides, joined, usual_reading, values_of

MAX_FORMULAS = 2_000
_ZERO_WORDS = re.compile(
    r"(?:to|equals?|=|を|等于|为)\s*(?:0(?!\.?\w)|zero\b)|0\s*と(?:お|し|な)|ゼロ|零|\bsolv|解く|解け|vanish",
    re.IGNORECASE,
)
_ONE_HOT = re.compile(r"one[- ]?hot|ワンホット|label|ラベル|正解|独热", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,4} |\\(?:sub)*section|<h[1-4]", re.MULTILINE)
_BOLD = re.compile(r"^\*\*[^*\n]{1,60}\*\*|\\paragraph|<(?:b|strong)>", re.MULTILINE)


def check_note(note: Note, where: str = "") -> Checked:
    """What every formula of ``note`` is, under the further assumptions ``where``.

    `RejectedText` where these, or the clauses of the note, cannot be read or contradict one another.
    """
    refuse_unfit(note, where)
    return Checked(note.name, tuple(Book(note, where).findings()), note.text)


class Book:
    """One reading of a note from top to bottom."""

    def __init__(self, note: Note, where: str) -> None:
        self.note = note
        self.words = words_of(note.text)
        self.formulas = note.formulas[:MAX_FORMULAS]
        self.parsed = spelled_out(_parse_all(self.formulas))
        self.conventions = self._conventions()
        self.read = tuple(self._numbered(self.conventions))
        self.definitions = Definitions(means=self._mean)
        self.seen: frozenset[str] = frozenset()
        self.unheard: set[str] = set()
        self.stated: list[str] = []
        self.fixed: set[str] = set()
        self.clauses: list[str] = []
        self.state((where, *(stated.text for stated in note.clauses)))
        self.sizes = self._sizes()
        self.samples = samples_of((node for _, node in self.read), self.conventions.vectors, self.sizes)
        self.uses = label_uses(node for _, node in self.read) | Uses(classes=one_hot_spoken(note.text))
        written = frozenset(atom.text for row in self._rows() for atom in walk_atoms(row))
        self.letters = letters_of_note((node for _, node in self.read), written)
        self.spoken = signs_spoken(note.text, self.letters)
        self.ends = self._ends()
        self.supposed = list(satisfying(self._supposed()))
        self.specials = Specials()
        self.cases = Cases()
        self.varied: set[str] = set()
        self.solving = Solving()
        self.foreseen: set[tuple[str, int]] = set()
        self.section = (0, 0)
        self.pending: list[Statement] = []
        self.previous: Chain | None = None
        self.covered: list[Condition] = []
        self.assumed: tuple[tuple[str, ...], Assumptions] = ((), Assumptions())
        self.one_hot = False

    def state(self, texts: Sequence[str]) -> None:
        """Let clauses hold from here on: those that define a name put it in."""
        self.stated = [*dict.fromkeys((*self.stated, *(clause for text in texts for clause in plain_clauses(text))))]
        for definition in definitions_in(self.stated):
            if definition.name not in self.fixed:
                self.definitions.add(definition)
                self.fixed.add(definition.name)
        self.seen |= names_in(self.stated)

    def _conventions(self) -> Conventions:
        rows = self._rows()
        found = with_listed(conventions_of(rows), rows)
        named = {
            row[0].text
            for row in rows
            if len(row) > 1 and row[0].kind == "letter" and row[0].bare and row[1].text in {"=", ":="}
        }
        held = found.quantities | (frozenset(named) - found.functions)
        found = replace(found, quantities=held, named=frozenset(named))
        found = replace(found, own=own_functions(self._equations(), self.note.text))
        found = with_components(shapes.with_shapes(found, rows, self._equations()), rows)
        nodes = [node for _, node in self._numbered(found)]
        return replace(found, fills=True, data=data_of(nodes, found.bound))

    def _equations(self) -> list[tuple[Row, ...]]:
        """The sides of every chain that is more than one."""
        statements = (statement for parsed in self.parsed for statement in parsed.statements)
        return [filled_sides(statement) for statement in statements if set(statement.relations) & {"=", ":="}]

    def _sizes(self) -> Sizes:
        """The sizes of data, from the usual readings of all formulas."""
        sizes = Sizes(list(self.read))
        for group in said(self.stated).groups:
            if group.low is not None and group.high is not None:
                sizes.say(group.members[0], group.low, group.high)
        shapes.say_sizes(self._rows(), self.conventions, sizes)
        return sizes

    def _rows(self) -> list[Row]:
        return [row for parsed in self.parsed for statement in parsed.statements for row in joined(statement)]

    @property
    def data(self) -> frozenset[str]:
        """The names that stand for one number a sample."""
        return self.conventions.data - self.conventions.vectors

    def _numbered(self, conventions: Conventions) -> Iterator[tuple[int, Node]]:
        """The usual reading of every side, with the number of its formula."""
        for number, parsed in enumerate(self.parsed):
            for place, statement in enumerate(parsed.statements):
                found = [usual_reading(side, conventions) for side in statement.sides]
                asks = None in found or _has_identity(statement, conventions)
                if asks and (read := shapes.fitting(filled_sides(statement), conventions, place)):
                    found = list(read)
                yield from ((number, node) for node in found if node is not None)

    def usual(self, statement: Statement) -> list[Node]:
        """The usual readings of the sides of a statement; none where a side has none."""
        found = [usual_reading(side, self.conventions) for side in statement.sides]
        return [node for node in found if node is not None] if None not in found else []

    def _ends(self) -> frozenset[str]:
        """The names that sums end at: counts that nothing needs to define."""
        parts = (part for _, node in self.read for part in walk(node))
        return frozenset[str]().union(*(free_names(part.high) for part in parts if isinstance(part, Reduction)))

    def _supposed(self) -> Iterator[tuple[Node, Node]]:
        """The equations that the words before them say are no claims."""
        for number, (formula, parsed) in enumerate(zip(self.formulas, self.parsed, strict=True)):
            if not SUPPOSED.search(formula.words[-100:]):
                continue
            for statement in parsed.statements:
                sides = self.usual(statement) if statement.relations == ("=",) else []
                if len(sides) == 2:
                    yield self.sizes.filled(number, sides[0]), sides[1]

    def _mean(self, name: str) -> tuple[Node, Node] | None:
        """``\\bar x`` is the mean of x where x is data and nothing else is said."""
        base = name.removesuffix("bar")
        if base == name or base not in self.conventions.data:
            return None
        size = self.sizes.range_of(base, -1, "i")[1]
        return mean_of(base, size), size

    def findings(self) -> Iterator[Finding]:
        for number, (formula, parsed) in enumerate(zip(self.formulas, self.parsed, strict=True)):
            self.begin(formula)
            if formula.fault:
                yield self.refused(formula, RejectedText(formula.fault))
            elif parsed.error is not None:
                yield self.refused(formula, parsed.error)
            else:
                foresee(self, number)
                found = sorted(self.statements(number, formula, parsed), key=lambda finding: finding.line)
                yield from by_line(found, formula)
        for formula in self.note.formulas[MAX_FORMULAS:]:
            yield self.refused(
                formula, RejectedText(f"The note is too long: its first {MAX_FORMULAS} formulas are read.")
            )

    def begin(self, formula: Formula) -> None:
        """What the words before a formula say; ``0`` alone is what a derivative is set to."""
        self.state([stated.text for stated in formula.clauses])
        self.specials.go_on(formula)
        self.cases.go_on(formula)
        if _HEADING.search(formula.words):
            self.specials.clear()
            self.solving.end()
            self.section = self.section[0] + 1, 0
        elif _BOLD.search(formula.words):
            self.section = self.section[0], self.section[1] + 1
        if _ZERO_WORDS.search(formula.words) or formula.latex.strip() == "0":
            self.solving.begin(self.definitions)
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
                yield Place(self.note, formula).finding(statement, Kind.ASSUMPTION, clauses)
        if formula.display:
            self.pending = []

    def statement(
        self, number: int, formula: Formula, statement: Statement, conditions: Sequence[Statement]
    ) -> Iterator[Finding]:
        at = Place(self.note, formula)
        if not statement.relations:
            yield from self.expression(formula, statement, at)
            return
        row = joined(statement)[0]
        if statement.sides[0] and (declared := list(declared_in(row))):
            told = "; ".join(f"{each.name} is a {'matrix' if len(each.sizes) == 2 else 'vector'}" for each in declared)
            yield at.finding(statement, Kind.ASSUMPTION, told)
            return
        try:
            clauses = clauses_of(row, self.conventions) if statement.sides[0] else None
        except NotUnderstood as error:
            is_order = set(statement.relations) <= ORDERS
            if is_order and says_order(formula):
                yield from self.equality(number, formula, statement, conditions, at)
                return
            said = "an inequality is not judged." if is_order else _lowered(error.sentence)
            yield at.finding(statement, Kind.BEYOND, f"Not judged: {said}")
            return
        if clauses is not None:
            self.clauses += clauses
            yield at.finding(statement, Kind.ASSUMPTION, "; ".join(clauses))
            return
        yield from self.equality(number, formula, statement, conditions, at)

    def expression(self, formula: Formula, statement: Statement, at: Place) -> Iterator[Finding]:
        """A formula without a relation: a mention inside words is passed over, one that stands apart claims nothing."""
        if not formula.display:
            return
        side = self.side(0, statement.sides[0], at, None)
        if side.error is not None:
            yield at.finding(statement, kind_of(side.error), at.told(side.error))
        else:
            yield self.without_relation(statement, side, at)

    def without_relation(self, statement: Statement, side: Side, at: Place) -> Finding:
        """A formula that claims nothing, unless it is the logarithm of the product in the line before."""
        if self.previous is not None:
            walker = Walker(self, at, [self.previous.last, side], ["="], True, [])
            if (link := of_line_before(walker, self.previous.last, side)) is not None:
                return replace(at.finding(statement, Kind.CLAIM, link[1]), links=(link[0],))
        return at.finding(statement, Kind.BEYOND, "There is no relation here, so nothing is claimed.")

    def side(
        self, number: int, row: Row, at: Place, component: str | None, conventions: Conventions | None = None
    ) -> Side:
        """The readings of one side, with the sizes of its sums filled in."""

        def read(choices: Choices) -> Node:
            grammar = Grammar(conventions or self.conventions, choices, component)
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
        return Side(ways, *place, row=row)

    def lost_caret(self, side: Side, at: Place) -> Slip | None:
        """What a side would be with carets where a number stands behind what it multiplies."""
        row = lost_carets(side.row)
        read = None if row is None else self.side(0, row, at, None)
        return Slip(read.node, CARET) if read is not None and read.ways else None

    def sides(self, number: int, statement: Statement, at: Place) -> list[Side]:
        """All sides, by components where a vector stands where a number is needed."""
        of_number = of_one_number(statement.sides, self.conventions)
        found = [self.side(number, row, at, None, of_number) for row in statement.sides]
        if any(isinstance(side.error, NeedsComponent) for side in found):
            found = self.by_components(number, statement, at)
        if any(side.error for side in found) or _has_identity(statement, self.conventions):
            found = self.by_elements(number, statement, at) or self.explained(statement, found)
        others = [[self.side(number, row, at, None) for row in rows] for rows in statement.other]
        return [
            replace(side, ways=side.ways + tuple(way for other in others for way in _repaired(other[place])))
            for place, side in enumerate(found)
        ]

    def by_components(self, number: int, statement: Statement, at: Place) -> list[Side]:
        """The sides, vectors by one component; data that run as what is varied does are vectors here too."""
        found = [self.side(number, row, at, LETTERS[0]) for row in statement.sides]
        nodes = [side.node for side in found if side.ways]
        varied = {variable.name for variable in variables_in(nodes) if isinstance(variable, Indexed)}
        bare = frozenset[str]().union(*map(free_names, nodes)) & self.conventions.arrays
        alike = frozenset(name for name in bare if any(self.sizes.alike(name, other) for other in varied))
        if not alike:
            return found
        wider = replace(self.conventions, vectors=self.conventions.vectors | alike)
        return [self.side(number, row, at, LETTERS[0], wider) for row in statement.sides]

    def explained(self, statement: Statement, found: list[Side]) -> list[Side]:
        """The sides with the reason why their vectors and matrices are not read, where there is one."""
        reason = shapes.why_not(filled_sides(statement), self.conventions)
        if reason is None or self.conventions.matrices == frozenset():
            return found
        return [replace(side, error=reason) if isinstance(side.error, Beyond) else side for side in found]

    def by_elements(self, number: int, statement: Statement, at: Place) -> list[Side] | None:
        """The sides of a chain of vectors or matrices, each as its element; None where they are not read so."""
        statements = self.parsed[number].statements
        place = next((n for n, each in enumerate(statements) if each.sides[-1] == statement.sides[-1]), 0)
        try:
            nodes = shapes.elements(filled_sides(statement), self.conventions, place)
        except Mismatch as error:
            return [Side((), *at.place(row), error) for row in statement.sides]
        if nodes is None or len(nodes) != len(statement.sides):
            return None
        ways = [(Reading(self.sizes.filled(number, node), ()),) for node in nodes]
        return [Side(way, *at.place(row)) for way, row in zip(ways, statement.sides, strict=True)]

    def equality(
        self, number: int, formula: Formula, statement: Statement, conditions: Sequence[Statement], at: Place
    ) -> Iterator[Finding]:
        sides, relations = self.sides(number, statement, at), list(statement.relations)
        continued = False
        if not statement.sides[0]:
            is_next = formula.display or not any(character.isalpha() for character in formula.words)
            before = self.previous if is_next else None  # "the error" $= a - b$ has its left side in words
            continued = before is not None
            sides, relations = ([before.last], relations) if before else ([], relations[1:])
            rest = self.sides(number, replace(statement, sides=statement.sides[1:], other=()), at)
            sides = [*sides, *rest]
        sides = abbreviated.put_in(left_out.put_in(sides, self.data, self.samples), self.definitions)
        walker = Walker(self, at, sides, relations, continued, self.extra(conditions))
        try:
            yield from walker.findings()
        except NotUnderstood as error:  # one formula that is not understood must not end the note
            yield at.finding(statement, kind_of(error), at.told(error))

    def extra(self, conditions: Sequence[Statement]) -> list[str]:
        """The clauses of ``(i \\ne j)`` behind a claim."""
        found: list[str] = []
        for condition in conditions:
            if condition.relations:
                row = joined(condition)[0]
                if len(row) == 3 and row[1].text in {"=", "!="} and row[0].kind == row[2].kind == "letter":
                    one, other = row[0].text, row[2].text
                    found.append(f"{one} in {other}..{other}" if row[1].text == "=" else f"{one} != {other}")
                    continue
                try:
                    found += clauses_of(row, self.conventions) or []
                except NotUnderstood:
                    continue
        return found

    def context(self, kept: frozenset[Variable], extra: Sequence[str]) -> Context:
        labels = [clause for condition in self.covered for clause in values_of(self.covered, condition)]
        several = self.specials.clauses(self.uses.binary)
        clauses = (*self.stated, *self.clauses, *extra, *labels, *several, *self.spoken)
        if self.assumed[0] != clauses:
            self.assumed = clauses, said(clauses)
        assumptions = self.assumed[1]
        varied = frozenset(variable for variable in kept if variable.name not in self.fixed)
        definitions = replace(self.definitions, used=set())
        apart = self.words.draws_apart
        return Context(definitions, assumptions, self.sizes, varied, self.uses, varied != kept, apart)


def _has_identity(statement: Statement, conventions: Conventions) -> bool:
    """``I w`` where w is a vector: I is the identity matrix though nothing else in the formula is a matrix."""
    letters = {atom.text for row in statement.sides for atom in walk_atoms(row) if atom.kind == "letter"}
    return "I" in letters and bool(letters & (conventions.vectors | conventions.matrices))


def _repaired(side: Side) -> tuple[Way, ...]:
    return tuple(Reading(way.value, (*way.taken, "a bracket is put where it belongs")) for way in side.ways)


def _parse_all(formulas: Sequence[Formula]) -> list[Parsed]:
    found: list[Parsed] = []
    for formula in formulas:
        macros = found[-1].macros if found else {}
        found.append(Parsed((), macros) if formula.fault else statements_of(formula.latex, macros))
    return found


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
