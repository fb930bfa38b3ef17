"""Whether a step is true, in one line that opens into the evidence; the pieces that other pages show of a verdict."""

from __future__ import annotations

import html
from collections.abc import Sequence

from lossproof.derivation import Step
from lossproof.derivation.step import UNCHECKED
from lossproof.notation import to_latex, to_text
from lossproof.notation.tree import Node
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import FALLEN, Part, StepVerdict
from lossproof.referee.verdict import Rule, Status, Witness
from lossproof.site.assumed import clause_latex, relevant
from lossproof.site.pages.glossary import status_term, way_term
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    folded,
    inline,
    number,
    numbers,
    opening,
    plain,
    tick,
)
from lossproof.site.pages.second_kernel import accepted_too, second_kernel
from lossproof.site.pages.step_lines import ARROW
from lossproof.site.pages.view import StepView
from lossproof.site.proofs import Row, Section, rows, sections
from lossproof.site.symbols import quantities_in
from lossproof.site.words import Words

_READABLE = 160  # characters of a side of a rule that is set as a formula
_MANY, _READABLE_OF_MANY = 60, 80  # rules of one list, and what is set of them: set formulas are what pages weigh


def verdict(view: StepView) -> str:
    """One line that opens into the evidence; of what is only stated, what that is and under which assumptions."""
    step, words, found = view.step, view.words, view.judged.verdict
    if step.relation in UNCHECKED and found.status is Status.GIVEN:
        said = block("lp-verdict lp-given", plain(words.said.relations[step.relation]), _conditions(view))
        return f"## {plain(words.stated[step.relation])}\n\n{said}"
    parts = (
        f"{status_term(found.status, words)}: {plain(words.said.statuses[found.status])}",
        _obligations(view),
        counterexample(found.witness, words),
        _figures(view),
        _conditions(view),
        _weakness(view),
        _survivors(view.judged.mutants.survived, words),
        second_kernel(view),
        _proof(view),
    )
    inside = block(f"lp-verdict lp-{found.status.value}", *parts)
    doubtful = found.status in FALLEN or bool(view.judged.mutants.survived)
    return f"## {plain(words.verdict)}\n\n" + opening(
        _line(view), inside, name="lp-folded lp-line-of", is_open=doubtful
    )


def _line(view: StepView) -> str:
    """``proved · 3 rules · 512 points · 24 of 24 wrong versions refuted · also accepted by Coq``."""
    words = [badge(view.judged.verdict.status, view.words), *counted(view.judged, view.words)]
    return " · ".join([*words, *accepted_too(view)])


def counted(judged: StepVerdict, words: Words) -> list[str]:
    """What supports a verdict, in a few words each."""
    mutants, rules = judged.mutants, sum(len(section.rows) for section in sections(judged))
    figures = [words.count(words.counted_rules, rules)] if rules else []
    points = judged.verdict.evidence.points
    figures += [words.count(words.counted_points, points)] if points else []
    of_all = mutants.tried - mutants.dropped
    return figures + ([words.counted_mutants.format(refuted=mutants.refuted, counted=of_all)] if of_all else [])


def _obligations(view: StepView) -> str:
    """What had to hold, and how each was settled."""
    lines = [f"- {tick(part.verdict.status, view.words)} {_settled(part, view)}" for part in view.judged.parts]
    return block("lp-parts", "\n".join(lines)) if lines else ""


def _settled(part: Part, view: StepView) -> str:
    """The obligation and the method, with the referee's words explained."""
    ways = "; ".join(way_term(way, view.said(way)) for way in part.verdict.ways)
    return f"{view.said(part.obligation)} <span>· {ways}</span>"


def counterexample(witness: Witness | None, words: Words) -> str:
    """The point, both values and their difference; nothing where there is no witness."""
    if witness is None:
        return ""
    point = ", ".join(code(f"{name} = {_value(value)}") for name, value in witness.point.items())
    values = words.witness_values.format(lhs=witness.lhs, rhs=witness.rhs, difference=witness.difference)
    return block("lp-witness", f"**{plain(words.witness)}** {point}", plain(values))


def _value(value: object) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else str(value)


def _figures(view: StepView) -> str:
    return numbers([number(shown, text) for shown, text in evidence(view.judged, view.words)])


def evidence(judged: StepVerdict, words: Words) -> list[tuple[str, str]]:
    """The evidence in numbers, each with what it counts: rules, points, wrong versions."""
    found, mutants = judged.verdict.evidence, judged.mutants
    counted = mutants.tried - mutants.dropped
    rules = sum(len(section.rows) for section in sections(judged))
    points = words.exactly if found.radius == "0" else words.points.format(radius=found.radius)
    figures = [
        (rules, f"{rules}", words.rules),
        (found.points, f"{found.points}", points),
        (counted, f"{mutants.refuted} / {counted}", words.mutants),
    ]
    return [(shown, text) for count, shown, text in figures if count]


def _conditions(view: StepView) -> str:
    """The clauses that speak of what can be seen on the page: in the step, or in a line that it starts from."""
    looked_at = [view.chapter.steps[view.step.of]] if view.step.of else []
    lines = [quantities_in(view.step), *(quantities_in(step) for step in (*view.before, *looked_at))]
    return conditions(relevant(view.judged.verdict.evidence.assumptions, frozenset().union(*lines)), view.words)


def conditions(clauses: Sequence[str], words: Words) -> str:
    """The clauses of a ``where`` text, each as a formula."""
    if not clauses:
        return ""
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return block("lp-under", f"**{plain(words.under)}** {shown}")


def _weakness(view: StepView) -> str:
    """Weakness travels: what the step rests on that is less than proved, grouped by how much less."""
    groups: dict[Status, list[Step]] = {}
    for name in view.judged.rests_on:
        groups.setdefault(view.chapter.judged(name).verdict.status, []).append(view.chapter.steps[name])
    return "\n\n".join(
        block(f"lp-rests lp-{status.value}", f"{plain(view.words.rests_on[status])} {_joined(view, steps)}")
        for status, steps in groups.items()
    )


def _joined(view: StepView, steps: list[Step]) -> str:
    return ", ".join(view.link(step) for step in steps)


def _survivors(survived: tuple[Mutant, ...], words: Words) -> str:
    lines = "\n".join(
        f"- {code(to_text(mutant.tree))}: {plain(words.said.mistakes[mutant.kind])}" for mutant in survived
    )
    return f"**{plain(words.survived)}**\n\n{lines}" if lines else ""


def _proof(view: StepView) -> str:
    """The rules of each obligation below its name."""
    found = sections(view.judged)
    if not any(section.rows for section in found):
        return ""
    shown = [_section(section, view) for section in found]
    return folded(f"{view.words.proof} ({sum(len(section.rows) for section in found)})", *shown)


def _section(section: Section, view: StepView) -> str:
    words, heading = view.words, view.said(section.part.obligation) if section.part else ""
    none = words.same_formula if section.same else words.as_above
    lines = _listed(section.rows, words) or (plain(none),)
    return "\n\n".join([block("lp-obligation", heading) if heading else "", *lines])


def proof(rules: Sequence[Rule], words: Words) -> str:
    """Rules with their before and after, numbered, to be opened; nothing where there are none."""
    shown = _listed(rows(rules), words)
    return folded(f"{words.proof} ({len(shown)})", *shown) if shown else ""


def _listed(listed: Sequence[Row], words: Words) -> tuple[str, ...]:
    most = _READABLE if len(listed) <= _MANY else _READABLE_OF_MANY
    return tuple(_rule(number, row, words, most) for number, row in enumerate(listed, 1))


def _rule(number: int, row: Row, words: Words, most: int) -> str:
    rule, times = row.rule, f" <span>× {row.count}</span>" if row.count > 1 else ""
    between = words.said.between.get(rule.name)
    named = f"{plain(words.said.rules[rule.name])}{times}"
    return rewriting(number, named, _side(rule.before, most), _side(rule.after, most), between)


def rewriting(number: int, name: str, before: str, after: str, between: str | None = None) -> str:
    """A numbered rule: before and after with an arrow, or with the words of a rule that is no rewriting."""
    turn = ARROW if between is None else f"<span>{html.escape(between)}</span>"
    return block("lp-rule", f"**{number}** {name}", block("lp-rewriting", before, turn, after))


def _side(formula: Node, most: int) -> str:
    """A side of a rule, set where it is of a size to be read."""
    text = to_text(formula)
    return code(text) if len(text) > most else displayed(to_latex(formula))
