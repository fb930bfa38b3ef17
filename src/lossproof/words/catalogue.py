"""What a catalogue holds, and how a code and its arguments become a sentence of its language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from lossproof.notation import to_text
from lossproof.notation.tree import Comparison, Condition, Node
from lossproof.words.codes import Code, Mistake, Reason, ReasonName, Relation, RuleName, Said, Status, StepName, Value

Show = Callable[[Node | StepName], str]


def as_text(value: Node | StepName) -> str:
    """A formula in the grammar, a step by its name."""
    return value.name if isinstance(value, StepName) else to_text(value)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language; ``{...}`` are the arguments that a code takes.

    ``{points:point agrees|points agree}`` is a number with the words behind it, for one and for many.

    ``between`` has the words that stand between the two sides of a rule that is no rewriting; ``comma`` and
    ``semicolon`` stand between several arguments and several phrases.
    """

    language: str
    sentences: Mapping[Code, str]
    rules: Mapping[RuleName, str]
    between: Mapping[RuleName, str]
    reasons: Mapping[ReasonName, str]
    mistakes: Mapping[Mistake, str]
    statuses: Mapping[Status, str]
    relations: Mapping[Relation, str]
    comma: str = ", "
    semicolon: str = "; "

    def say(self, said: Said, show: Show = as_text, text: Callable[[str], str] = str) -> str:
        """The sentence; ``show`` writes the formulas and the steps in it, ``text`` everything else."""
        arguments = said.arguments
        return "".join(
            text(words) + ("" if name is None else self._argument(arguments[name], forms or "", show, text))
            for words, name, forms, _ in Formatter().parse(self.sentences[said.code])
        )

    def _argument(self, value: Value, forms: str, show: Show, text: Callable[[str], str]) -> str:
        number = self.shown(value, show, text)
        one, _, many = forms.partition("|")
        return f"{number} {text(one if value == 1 else many)}" if forms else number

    def all_of(self, said: Iterable[Said], show: Show = as_text, text: Callable[[str], str] = str) -> str:
        """Several phrases in one line."""
        return self.semicolon.join(self.say(each, show, text) for each in said)

    def shown(self, value: Value, show: Show = as_text, text: Callable[[str], str] = str) -> str:
        """An argument, or several, as it stands in a sentence."""
        match value:
            case Said():
                return self.say(value, show, text)
            case tuple():
                return self.comma.join(self.shown(each, show, text) for each in value)
            case Comparison("==", left, right):
                return f"{show(left)} = {show(right)}"
            case Comparison(operator, left, right):
                return f"{show(left)} {operator} {show(right)}"
            case Condition():
                return text(to_text(value))
            case Reason(name):
                return text(self.reasons[name])
            case Node() | StepName():
                return show(value)
        return text(str(value))
