"""A chapter: a derivation, the verdict on every line of it, and what runs where it publishes a loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lossproof.chapters.derivation import Derivation
from lossproof.chapters.running import Running, RunningPart, running
from lossproof.derivation import Step
from lossproof.errors import MoveError, RefutedLoss
from lossproof.referee.steps.examine import check_all
from lossproof.referee.steps.report import FALLEN, Report, StepVerdict


@dataclass(frozen=True)
class Chapter:
    """A derivation, what the referee said of it, and what runs where it publishes a loss.

    ``no_code`` says why a published loss has no numeric code, where it has none.
    """

    derivation: Derivation
    report: Report
    running: Running | None = None
    no_code: str = ""

    @property
    def ok(self) -> bool:
        """The report is good, and what runs is what is published."""
        return self.report.ok and not self.no_code and not any(part.verdict.status in FALLEN for part in self.forms)

    @property
    def forms(self) -> tuple[RunningPart, ...]:
        """The forms that are computed; empty where nothing runs."""
        return self.running.parts if self.running else ()

    @property
    def name(self) -> str:
        """The derivation's name, which is also its folder on the site."""
        return self.derivation.name

    @cached_property
    def digest(self) -> str:
        """The derivation's digest; worked out once, for it reads every step."""
        return self.derivation.digest

    @property
    def title(self) -> str:
        """The derivation's title."""
        return self.derivation.title

    @property
    def introduction(self) -> str:
        """What the script says of itself at its head, as Markdown."""
        return self.derivation.introduction

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Every step by its name, in the order written."""
        return {step.name: step for step in self.derivation.steps}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The place of each step in the chapter, from 1."""
        return {name: number for number, name in enumerate(self.steps, 1)}

    def judged(self, name: str) -> StepVerdict:
        """The verdict on a step with its parts, its mutants and what it rests on."""
        return self.report.verdicts[name]


def judge_chapter(derivation: Derivation, *, use_cache: bool = True, jobs: int = 1) -> Chapter:
    """The chapter that ``derivation`` is; verdicts come from the cache where nothing changed."""
    return judge_chapters([derivation], use_cache=use_cache, jobs=jobs)[0]


def judge_chapters(derivations: Iterable[Derivation], *, use_cache: bool = True, jobs: int = 1) -> tuple[Chapter, ...]:
    """The chapters that the derivations are, judged together."""
    found = tuple(derivations)
    for derivation in found:
        _ = derivation.main_line  # raises where there is none, before anything is judged
    reports = check_all(found, use_cache=use_cache, jobs=jobs)
    return tuple(_chapter(each, report, use_cache) for each, report in zip(found, reports, strict=True))


def _chapter(derivation: Derivation, report: Report, use_cache: bool) -> Chapter:
    try:
        return Chapter(derivation, report, running(derivation, use_cache=use_cache))
    except RefutedLoss:  # the report says so
        return Chapter(derivation, report)
    except MoveError as error:
        return Chapter(derivation, report, no_code=str(error))
