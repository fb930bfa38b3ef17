"""A chapter as one file for coqc: what all of them begin with, the functions that Coq lacks, a lemma for each question.

The lemmas of a step bear its name. A step that has none yet, or none that Coq accepts, is a comment that says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lossproof.derivation import Script, Step
from lossproof.export.coq.coq_terms import LAWS, NotSaid, Terms, definition_of, safe
from lossproof.export.coq.lemmas import FILES, Lemma, lemma
from lossproof.export.coq.premises import clauses
from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation import parse_tree, to_text
from lossproof.notation.function_domains import domains, image
from lossproof.notation.tree import Call, Name
from lossproof.referee.steps.obligations import Obligation
from lossproof.referee.steps.question import question_of


@dataclass(frozen=True)
class Asked:
    """One question about a step: its lemma, or why it has none."""

    step: str
    lemma: Lemma | None
    missing: str = ""

    @property
    def digest(self) -> str:
        """What a verdict of Coq on this lemma depends on: the lemma, the functions in it, and the tactics."""
        if self.lemma is None:
            return ""
        parts = (prelude(self.lemma.files), *functions(self.lemma.functions), self.lemma.text)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def asked(derivation: Script) -> tuple[Asked, ...]:
    """Every question about every step of ``derivation``, in order."""
    return tuple(each for step in derivation.steps for each in _of_step(step, derivation))


def _of_step(step: Step, derivation: Script) -> Iterator[Asked]:
    questions = question_of(step, derivation).obligations
    for number, question in enumerate(questions, 1):
        name = safe(step.name) if len(questions) == 1 else f"{step.name}_{number}"
        yield _asked(step, f"{name}'_" if name in _taken() else name, question, questions)


def _asked(step: Step, name: str, question: Obligation, beside: Sequence[Obligation]) -> Asked:
    try:
        return Asked(step.name, lemma(name, question, beside))
    except NotSaid as error:
        return Asked(step.name, None, f"{to_text(question.lhs)} and {to_text(question.rhs)}: {error}")


def coq_source(derivation: Script, refused: Collection[str] = ()) -> str:
    """The whole file. Lemmas whose digest is among ``refused`` are left out, and a comment says so."""
    questions = asked(derivation)
    kept = [each.lemma for each in questions if each.lemma is not None and each.digest not in refused]
    body = [_text(each, refused) for each in questions]
    needed = dict.fromkeys(name for each in kept for name in each.functions)
    first = heading(derivation, max((each.files for each in kept), default=2))
    return "\n".join([first, *opening(needed), "", *body, "End Chapter.", "", *_last(kept)])


def _last(kept: list[Lemma]) -> list[str]:
    """What all the lemmas together rest on: to ask it of each takes Coq a second a lemma."""
    if not kept:
        return []
    return [
        f"Definition everything := ({', '.join(each.name for each in kept)}, I).",
        "Print Assumptions everything.",
        "",
    ]


def heading(derivation: Script, count: int = len(FILES)) -> str:
    """What the file is, and what it begins with."""
    return (
        f"(* {derivation.title or derivation.name}: what has to hold for each step, for Coq 8.16 or newer with"
        f" Coquelicot.\n   Written by lossproof from the derivation `{derivation.name}`; check it with coqc. *)\n\n"
        f"{prelude(count)}"
    )


def opening(needed: dict[str, None]) -> list[str]:
    """The section with the functions that Coq lacks: defined, or by what is assumed of them."""
    written = list(functions(tuple(needed)))
    defined = [safe(name) for name in needed if definition_of(FUNCTIONS[name])]
    unfolded = f"Ltac unfold_named ::= unfold {', '.join(reversed(defined))} in *." if defined else ""
    return ["Section Chapter.", *written, unfolded]


@cache
def prelude(count: int) -> str:
    """What a file begins with: the first ``count`` of `FILES`."""
    folder = files("lossproof.export.coq")
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in FILES[:count])


@cache
def _taken() -> frozenset[str]:
    """The names that every file begins with: a lemma of that name would be taken for another one."""
    return frozenset(re.findall(r"^(?:Lemma|Ltac|with|Definition|Fixpoint) (\w+)", prelude(len(FILES)), re.M))


def functions(names: tuple[str, ...]) -> Iterator[str]:
    """``names``, each defined by those before it, or else a variable with what is assumed of it."""
    for name in names:
        row, terms = FUNCTIONS[name], Terms(frozenset())
        definition = definition_of(row)
        if definition:
            arguments = " ".join(ARGUMENTS[: row.most or 2])
            yield f"Definition {safe(name)} ({arguments} : R) : R := {terms.real(parse_tree(definition))}."
        else:
            yield from _assumed(name, terms)


def _assumed(name: str, terms: Terms) -> Iterator[str]:
    yield f"Variable {safe(name)} : R -> R."
    row, argument = FUNCTIONS[name], Name("x")
    inside = "".join(f"{clause} -> " for clause in clauses(argument, domains(name)[0], terms))
    if row.derivative:
        slope = terms.real(parse_tree(row.derivative[0]))
        yield f"Hypothesis {name}_slope : forall x : R, {inside}is_derive {safe(name)} x {slope}."
    if name in LAWS:
        left, right = (terms.real(parse_tree(side)) for side in LAWS[name])
        yield f"Hypothesis {name}_law : forall x : R, {inside}{left} = {right}."
    for number, clause in enumerate(clauses(Call(name, (argument,)), image(name), terms)):
        yield f"Hypothesis {name}_range_{number} : forall x : R, {inside}{clause}."


def _text(each: Asked, refused: Collection[str]) -> str:
    if each.lemma is None:
        return f"(* {each.step}: no lemma yet; {each.missing}. *)\n"
    if each.digest in refused:
        return f"(* {each.step}: no script that Coq accepts yet for\n  {each.lemma.statement}. *)\n"
    return each.lemma.text
