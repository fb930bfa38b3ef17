"""What a note is about to solve: a derivative was set to 0, so that equations hold at the solution alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from lossproof.notes.definitions import Definition, Definitions


@dataclass
class Solving:
    """``zeroed`` says that something was set to 0 in this section, ``now`` that the equation is just being solved.

    ``before`` counts the definitions at that time: what is named later does not vary. ``given`` are names that were
    said to be a number for good, in no case of several.
    """

    zeroed: bool = False
    now: bool = False
    before: int = 0
    given: set[str] = field(default_factory=set)

    def begin(self, definitions: Definitions) -> None:
        self.zeroed = self.now = True
        self.before = len(definitions.held)

    def end(self) -> None:
        self.zeroed = self.now = False

    def named_since(self, definitions: Definitions) -> list[Definition]:
        """The definitions made since something was set to 0."""
        return definitions.held[: max(len(definitions.held) - self.before, 0)]
