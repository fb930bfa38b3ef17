"""What runs: the published formulas as they are computed, why that is the same, how exact, and the code."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from lossproof.chapters.chapter import Chapter
from lossproof.chapters.running import Running, RunningPart
from lossproof.errors import CallerError
from lossproof.lowering.code.loss_formulas import Component
from lossproof.lowering.forms.choice import GOOD_ENOUGH, Measured
from lossproof.lowering.forms.choice import POINTS as CHOICE_POINTS
from lossproof.lowering.forms.code_functions import extended, parts
from lossproof.lowering.forms.code_functions import formula as in_floats
from lossproof.lowering.forms.rewriting import Applied
from lossproof.lowering.measure.accuracy import Row
from lossproof.notation import from_sympy, to_latex
from lossproof.referee.steps.examine import STRENGTH
from lossproof.referee.steps.report import StepVerdict
from lossproof.site.curve import Curve, drawn, error_curve, power_of_ten
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    equation,
    folded,
    front_matter,
    inline,
    number,
    numbers,
    page_title,
    plain,
    said,
    step_link,
    table,
    tick,
)
from lossproof.site.pages.step_lines import ARROW
from lossproof.site.pages.step_verdict import conditions, counterexample, evidence, proof, rewriting
from lossproof.site.readable import first_sentence
from lossproof.site.words import ENGLISH, CodeWords, Words

_LARGE = 1e4
_READABLE = 200


@dataclass(frozen=True)
class CodeView:
    """What the parts of the page are made from."""

    chapter: Chapter
    running: Running
    all_words: Words

    @cached_property
    def curve(self) -> Curve | None:
        """The errors of the value all along its first predictor; None where there is nothing to draw."""
        return error_curve(self.running.loss, self.chapter.derivation, self.running.parts[0].step)

    @property
    def words(self) -> CodeWords:
        """The phrases of this page."""
        return self.all_words.code


def code_page(chapter: Chapter, running: Running, words: Words = ENGLISH) -> str:
    """The page of what runs as Markdown."""
    view = CodeView(chapter, running, words)
    return "\n\n".join(text for text in (part(view) for part in PARTS) if text) + "\n"


def _head(view: CodeView) -> str:
    published = view.chapter.report.published.values()
    verdicts = [*(part.verdict for part in view.running.parts), *(each.verdict for each in published)]
    weakest = min((verdict.status for verdict in verdicts), key=STRENGTH.index)
    return front_matter(
        title=page_title(view.words.title, view.chapter.title),
        description=first_sentence(f"{view.chapter.title}. {view.words.lead}"),
        status=weakest.value,
        hide=["toc"],
    )


def _where(view: CodeView) -> str:
    return block("lp-where", f"[{plain(view.chapter.title)}](index.md)", searched=False)


def _title(view: CodeView) -> str:
    classes = view.running.classes
    note = block("lp-reason", plain(view.words.of_classes.format(classes=classes))) if classes else ""
    return (
        f"# {plain(view.words.title)}\n\n"
        + block("lp-reason", plain(view.words.lead))
        + (f"\n\n{note}" if note else "")
    )


def _forms(view: CodeView) -> str:
    return "\n\n".join(_form(view, part) for part in view.running.parts)


def _form(view: CodeView, part: RunningPart) -> str:
    """Published -> computed, the verdict on the two, and what else was measured."""
    heading = f"## {_name(part.component, view)}"
    return "\n\n".join([heading, _move(view, part), _verdict(view, part), _candidates(view, part)])


def _derivatives(view: CodeView) -> str:
    """The published slope and curvature against the published value: each row's verdict and its counterexample."""
    lines = [_derivative(each, view) for each in view.chapter.report.published.values()]
    if not lines:
        return ""
    return "\n\n".join([f"## {plain(view.words.derivatives)}", plain(view.words.derivatives_note), *lines])


def _derivative(judged: StepVerdict, view: CodeView) -> str:
    verdict, words = judged.verdict, view.all_words
    duties = said((part.obligation for part in judged.parts), view.chapter, words)
    line = f"{tick(verdict.status, words)} {duties} <span>· {said(verdict.ways, view.chapter, words)}</span>"
    shown = proof(verdict.evidence.rules, words)
    return block(f"lp-verdict lp-{verdict.status.value}", line, counterexample(verdict.witness, words), shown)


def _name(component: Component, view: CodeView) -> str:
    kind = plain(view.words.kinds[component.kind])
    if not component.place:
        return kind
    names = ", ".join(inline(to_latex(from_sympy(view.running.loss.predictors[p]))) for p in component.place)
    return f"{kind} {view.words.by.format(names=names)}"


def _move(view: CodeView, part: RunningPart) -> str:
    words, chosen = view.words, part.chosen.best
    link = step_link(view.chapter.steps[part.step.name], view.chapter.numbers[part.step.name])
    before = block("lp-line", block("lp-label", link), displayed(equation(part.step, view.chapter.steps)))
    if chosen.expr == part.component.expr:
        return block("lp-move", before, _turn(words.as_published))
    named = dict.fromkeys(_rule_name(each, view.all_words) for each in chosen.applied)
    applied = view.all_words.said.comma.join(named)
    after = block("lp-line lp-result", formula(in_floats(chosen.expr)), _elsewhere(chosen.expr, words))
    return block("lp-move", before, _turn(words.rewritten, applied), after)


def _turn(what: str, how: str = "") -> str:
    """The arrow where there is something below, and the rules that lead there."""
    return block("lp-turn", f"{ARROW} **{plain(what)}** <span>{plain(how)}</span>" if how else f"**{plain(what)}**")


def _verdict(view: CodeView, part: RunningPart) -> str:
    """Whether what is computed is what was published."""
    verdict, words = part.verdict, view.all_words
    parts = (
        f"{badge(verdict.status, words)} {plain(words.said.statuses[verdict.status])}",
        counterexample(verdict.witness, words),
        numbers([number(shown, text) for shown, text in evidence(StepVerdict(verdict), words)]),
        conditions(verdict.evidence.assumptions, words),
        _applied(part.chosen.best.applied, words),
        proof(verdict.evidence.rules, words),
    )
    return block(f"lp-verdict lp-{verdict.status.value}", *parts)


def _rule_name(applied: Applied, words: Words) -> str:
    return words.rewritings.get(applied.rule.name, applied.rule.name)


def _applied(applied: Sequence[Applied], words: Words) -> str:
    """How the form was rewritten, each step once, to be opened; nothing where it runs as published."""
    counts = Counter((_rule_name(each, words), formula(each.before), formula(each.after)) for each in applied)
    shown = [
        rewriting(number, plain(name) + (f" <span>× {times}</span>" if times > 1 else ""), before, after)
        for number, ((name, before, after), times) in enumerate(counts.items(), 1)
    ]
    return folded(f"{words.code.rewriting} ({len(shown)})", *shown) if shown else ""


def _elsewhere(expr: sympy.Expr, words: CodeWords) -> str:
    """Where the shown form is used, and what happens outside."""
    found = parts(expr)
    if found is None:
        return ""
    bounds = " and ".join(str(bound) for bound in found.inside.args) if found.inside.args else str(found.inside)
    return words.elsewhere.format(inside=code(bounds))


def formula(expr: sympy.Expr, show: Callable[[str], str] = displayed) -> str:
    """The expression as a formula; as code where only code has a word for a part of it."""
    try:
        return show(to_latex(from_sympy(expr)))
    except CallerError:
        return code(str(expr))


def _candidates(view: CodeView, part: RunningPart) -> str:
    """Every form that was measured, with its error; nothing where there was no choice."""
    words = view.words
    if len(part.chosen.candidates) < 2:
        return ""
    shown = [form for form in part.chosen.candidates if form is part.chosen.best or worth_a_line(form)]
    rows = [_candidate(form, form is part.chosen.best, words) for form in shown]
    good = f"{GOOD_ENOUGH:g}"
    head = ("", words.form, words.worst, words.bad.format(good=good), words.cost)
    note = words.measured_note.format(points=CHOICE_POINTS, good=good)
    return folded(f"{words.measured} ({len(rows)})", plain(note), block("lp-candidates", table(head, rows)))


def worth_a_line(form: Measured) -> bool:
    """Whether a form that does not run is worth a line: it has values, and is no longer than a reader reads."""
    return math.isfinite(form.ulp) and len(str(form.expr)) <= _READABLE


def _candidate(form: Measured, chosen: bool, words: CodeWords) -> tuple[str, ...]:
    mark = f"**{plain(words.chosen)}**" if chosen else ""
    shown = formula(in_floats(form.expr), inline)
    wide = words.in_wide if form.expr.has(extended) else ""
    return (mark, f"{shown}{wide}", ulp(form.ulp), str(form.bad), str(form.cost))


def ulp(error: float) -> str:
    """An error in units in the last place, as short as it can be read."""
    if math.isinf(error):
        return "∞"
    if error < _LARGE:
        return f"{error:.2f}"
    power = math.floor(math.log10(error))
    return f"{error / 10.0**power:.1f} · {power_of_ten(power)}"


def _exact(view: CodeView) -> str:
    """The certificate."""
    words, accuracy = view.words, view.running.accuracy
    note = words.exact_note.format(points=f"{view.running.points:,}", backend=accuracy.backend)
    names = ", ".join(symbol.name for symbol in view.running.loss.arguments)
    head = (words.function, words.number_format, words.ulp, plain(words.where.format(names=names)), words.tried_points)
    rows = [_row(row) for row in accuracy.rows]
    cancels = any(isinstance(part.chosen.best.expr, sympy.Add) for part in view.running.parts)
    parts = [
        f"## {plain(words.exact)}",
        note,
        block("lp-certificate", table(head, rows)),
        plain(words.difference_note) if cancels else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _row(row: Row) -> tuple[str, ...]:
    point = code(", ".join(map(repr, row.point)))
    return (code(row.function), row.format, f"**{ulp(row.ulp)}**", point, f"{row.points:,}")


def _against(view: CodeView) -> str:
    """The drawing of error against input, and what stands in it in words."""
    words, curve = view.words, view.curve
    if curve is None:
        return ""
    target = inline(f"{to_latex(from_sympy(view.running.loss.target))} = {curve.target:g}")
    predictor = inline(to_latex(from_sympy(view.running.loss.predictors[0])))
    notes = [words.against_note.format(target=target, predictor=predictor), words.neighbours]
    if failures := sorted({place.failure for place in curve.places} - {""}):
        notes.append(words.failed_note.format(failures=" or ".join(failures)))
    if len(view.running.loss.predictors) > 1:
        notes.append(words.others_zero)
    if curve.printed and not curve.evaluated:
        notes.append(words.not_evaluated)
    printed = displayed(to_latex(curve.printed)) if curve.printed else ""
    parts = [f"## {plain(words.against)}", notes[0], printed, " ".join(notes[1:]), drawn(curve, words.curve)]
    return "\n\n".join(part for part in parts if part)


def _source(view: CodeView) -> str:
    words = view.words
    count = view.running.classes
    classes = words.number_of_classes.format(classes=count) if count else ""
    command = words.source_command.format(name=view.chapter.name, classes=classes)
    return "\n\n".join(
        [
            f"## {plain(words.source)}",
            words.source_note,
            f"```` sh\n{command}\n````",
            f"```` python\n{view.running.source.rstrip()}\n````",
            words.back_ends,
        ]
    )


PARTS: tuple[Callable[[CodeView], str], ...] = (_head, _where, _title, _forms, _derivatives, _exact, _against, _source)
