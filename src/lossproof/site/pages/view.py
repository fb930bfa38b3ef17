"""What the parts of a step's page are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.referee.steps.report import StepVerdict
from lossproof.site.pages.markup import said, step_link
from lossproof.site.shared_lines import Place
from lossproof.site.words import Words
from lossproof.words.codes import Said


@dataclass(frozen=True)
class StepView:
    """What the parts of a step's page are made from."""

    chapter: Chapter
    step: Step
    words: Words
    elsewhere: tuple[Place, ...] = ()

    @property
    def judged(self) -> StepVerdict:
        """The step's verdict with what it rests on and what became of its mutants."""
        return self.chapter.judged(self.step.name)

    @cached_property
    def before(self) -> tuple[Step, ...]:
        """The steps that this one uses, in the order of its arguments."""
        return tuple(self.chapter.steps[name] for name in self.step.uses)

    @cached_property
    def after(self) -> tuple[Step, ...]:
        """The steps that use this one."""
        return tuple(step for step in self.chapter.steps.values() if self.step.name in step.uses)

    def link(self, step: Step) -> str:
        """A link to another step of the chapter."""
        return step_link(step, self.chapter.numbers[step.name])

    def said(self, *phrases: Said) -> str:
        """What the referee says, with its formulas set and its steps as links."""
        return said(phrases, self.chapter, self.words)
