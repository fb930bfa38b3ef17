"""Values that a note gives to its letters in passing: "At $p = 1/2$ ..." holds for its own sentence, not from there on.

A value that is set ("Let $x = 2$", a formula that stands apart) holds until the next heading. What holds only with a
value that was given in passing is not proved by it once the sentence is over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lossproof.notation import to_latex, walk
from lossproof.notation.domains import exact_value
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node
from lossproof.notes.chain_parts import ONE, letters_of
from lossproof.notes.definitions import Definition, Definitions, definition_of
from lossproof.notes.documents import Formula
from lossproof.notes.label_uses import FEATURES, LABELS
from lossproof.notes.usual_readings import set_clause

_SETS = re.compile(
    r"\b(?:let|take|set|sets?ting|assum\w+|suppos\w+|consider|choos\w+|pick|say|given|where|using|example)\b|例",
    re.IGNORECASE,
)
_SET_BEHIND = re.compile(r"\s*(?:とする|とおく|とします|とおき|と置|を考え)")
_AND = re.compile(r"[\s,;]*(?:and|und|と|、|,)?[\s,;]*")
_SHORT = re.compile(r"\b(?:e\.g|i\.e|cf|resp|eq|fig|vs|w\.r\.t|s\.t)\.", re.IGNORECASE)
_MARKS = re.compile(r"\$+|\\[()\[\]]|`")
_END = re.compile(r"[.!?](?=\s|$)|[。！？]|\n[^\S\n]*\n\s*(?=\w)")
_GOES_ON = re.compile(
    r"\s*(?:then|hence|so|thus|this|that|therefore|in this case|here|これ|この|すると|よって)\b", re.IGNORECASE
)
_AT = re.compile(r"\bat\s*$", re.IGNORECASE)
_CASES = re.compile(r"\b(?:uniform\w*|if|when|for|case|at|e\.g\.)\W*(?:\w+\W+){0,3}$|一様", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Special:
    """A value of a letter; ``passing`` says that it is no setting, ``over`` that its sentence has ended."""

    value: Node
    passing: bool = False
    over: bool = False


@dataclass
class Specials:
    """The values given so far to names and elements that nothing defines."""

    held: dict[Name | Indexed, list[Special]] = field(default_factory=dict)
    last: Formula | None = None

    def clear(self) -> None:
        self.held.clear()

    def add(self, node: Name | Indexed, value: Node, formula: Formula) -> None:
        """Let ``node`` have a value: set, or in passing, as the words before the formula say."""
        inherits = self.last is not None and self.last is not formula and _AND.fullmatch(_plain(formula.words))
        if inherits or self.last is formula:
            before = [special for values in self.held.values() for special in values if not special.over]
            passing = before[-1].passing if before else False
        else:
            passing = not formula.display and not _SETS.search(_END.split(_plain(formula.words))[-1])
        self.held.setdefault(node, []).append(Special(value, passing))
        self.last = formula

    def go_on(self, formula: Formula) -> None:
        """What the words before the next formula do: they may end the sentence, or say that a value was set."""
        if self.last is None:
            return
        words = _plain(formula.words)
        is_set = _SET_BEHIND.match(words) is not None
        ends = _END.search(words)
        over = ends is not None and not _GOES_ON.match(words[ends.end() :])
        for node, values in self.held.items():
            self.held[node] = [
                replace(each, passing=each.passing and not (is_set and not each.over), over=each.over or over)
                for each in values
            ]

    def clauses(self, labels: frozenset[str]) -> list[str]:
        """A label that is given several values is one of them: ``y = 1`` here, ``y = 0`` there."""
        several = [
            (name, [each.value for each in values])
            for name, values in self.held.items()
            if name.name in labels | (LABELS - FEATURES) or not any(each.passing for each in values)
        ]
        return [clause for name, values in several for clause in set_clause(name, values)]

    def single(self) -> dict[Name | Indexed, Special]:
        """The values of what has one: that of this sentence, or the only one of all."""
        found: dict[Name | Indexed, Special] = {}
        for name, values in self.held.items():
            if len({each.value for each in values}) == 1 or not values[-1].over:
                found[name] = values[-1]
        return found

    def simplices(self) -> list[str]:
        """``p_k = 1/K`` of a case tells that the p_k are probabilities."""
        return [
            f"{node.name} simplex over 1..{special.value.right.name}"
            for node, special in self.single().items()
            if isinstance(node, Indexed) and isinstance(special.value, Binary) and isinstance(special.value.right, Name)
        ]


def ends_sentence(words: str) -> bool:
    """Whether a sentence ends in the words before a formula."""
    return _END.search(_plain(words)) is not None


def is_place(formula: Formula) -> bool:
    """``At $D = a/(a+b)$``: where something is looked at, not what a letter stands for."""
    return not formula.display and _AT.search(_plain(formula.words[-40:])) is not None


def is_case(node: Node, body: Node, formula: Formula) -> bool:
    """``Uniform: $p_k = 1/K$``: one value for all elements, said in passing, defines no family."""
    if (
        not isinstance(node, Indexed)
        or formula.display
        or not _CASES.search(_plain(formula.words)[-40:].rstrip(" \n:,"))
    ):
        return False
    return isinstance(body, Binary) and body.operator == "/" and body.left == ONE and isinstance(body.right, Name)


def with_values(definitions: Definitions, specials: dict[Name | Indexed, Special]) -> Definitions:
    """The definitions with the values put in for the letters."""
    found = Definitions(list(definitions.held), definitions.means)
    for name, special in specials.items():
        definition: Definition | None = definition_of(name, special.value, 0)
        if definition is not None:
            found.add(definition)
    return found


def told(specials: dict[Name | Indexed, Special]) -> str:
    """``p = 1/2, y = 1`` as the note would write it."""
    return ", ".join(f"{to_latex(name)} = {to_latex(each.value)}" for name, each in specials.items())


def in_general(left: Node, right: Node, specials: dict[Name | Indexed, Special]) -> dict[Name | Indexed, Special]:
    """The values that a link cannot be proved by: given in passing, the sentence over, and it speaks of the letter.

    A number on the right is what comes out with the values, unless the left is a function of the very letter.
    """
    written = letters_of(right) | letters_of(left)
    if exact_value(right) is not None:
        written = frozenset[str]().union(*map(_general, walk(left)))
    return {
        name: special for name, special in specials.items() if special.passing and special.over and name.name in written
    }


def _general(part: object) -> frozenset[str]:
    """The letters that a function is said of, or that a derivative is taken by."""
    if isinstance(part, Derivative):
        return frozenset({part.variable.name})
    if isinstance(part, Call):
        return frozenset(inner.name for inner in part.arguments if isinstance(inner, Name | Indexed))
    return frozenset()


def _plain(words: str) -> str:
    """The words between formulas without what opens and closes these, and without points that end no sentence."""
    return _SHORT.sub(" ", _MARKS.sub("", words))
