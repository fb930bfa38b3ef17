"""A claim that a reader typed, judged: the referee's verdict as HTML, in the reader's language.

It runs in the page (Pyodide) and natively alike, so that the words are the same. It says which half of the referee
answered: the proof, or the points alone. Formulas are left as Markdown leaves them, for KaTeX to set.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from lossproof.errors import CallerError, InternalError
from lossproof.notation import parse_assumptions, read_pair, to_latex, to_text
from lossproof.notation.tree import Node
from lossproof.referee.judge import equal
from lossproof.referee.verdict import Status, Verdict, Witness
from lossproof.site.assumed import clause_latex
from lossproof.site.counterexamples import formula, point, shortened
from lossproof.site.words import WORDS, Words

REJECTED = "rejected"
LONGEST = 20_000  # characters of a field; what is longer nobody typed
_READABLE = 160
_MOST_RULES = 60


def answered(lhs: str, rhs: str, where: str, language: str) -> str:
    """The answer as a JSON object: ``status``, a `Status` or "rejected"; ``html``."""
    status, told = answer(lhs, rhs, where, WORDS[language])
    return json.dumps({"status": status, "html": told})


def answer(lhs: str, rhs: str, where: str, words: Words) -> tuple[str, str]:
    """The status, or "rejected" for text that is no mathematics; and what the page shows."""
    try:
        for text in (lhs, rhs, where):
            if len(text) > LONGEST:
                raise CallerError(f"A field has {len(text)} characters; give {LONGEST} at most.")
        verdict = equal(lhs, rhs, where)
    except (CallerError, InternalError) as error:
        said = html.escape(words.try_it.rejected)
        return REJECTED, f'<p><strong>{said}</strong></p><pre tabindex="0">{html.escape(str(error))}</pre>'
    return verdict.status.value, shown(verdict, words)


def right_version(lhs: str, rhs: str, where: str, language: str) -> str:
    """What would have been right, one change away from a refuted claim, as HTML; "" where no such change is found."""
    from lossproof.notes.assuming import Claim
    from lossproof.notes.nearest import nearest_form

    (left, right), assumptions = read_pair(lhs, rhs), parse_assumptions(where)
    for side, other, order in ((left, right, "{other} = {found}"), (right, left, "{found} = {other}")):
        found = nearest_form(Claim(side, other), other, [assumptions], lambda tree: tree)
        if found is not None:
            whole = order.format(other=to_latex(side), found=found)
            said = html.escape(WORDS[language].try_it.would_be_right)
            return f"<p><strong>{said}</strong> {formula(whole)}</p>"
    return ""


def shown(verdict: Verdict, words: Words) -> str:
    """A verdict as the page shows it."""
    status = verdict.status
    badge = f'<span class="lp-badge lp-{status.value}">{html.escape(words.status[status])}</span>'
    head = f"<p>{badge} {html.escape(words.said.statuses[status])}</p>"
    return "".join([head, *_counterexample(verdict.witness, words), *_halves(verdict, words), *_rules(verdict, words)])


def _counterexample(witness: Witness | None, words: Words) -> Iterator[str]:
    if witness is None:
        return
    sides = {"left": formula(shortened(witness.lhs)), "right": formula(shortened(witness.rhs))}
    said = words.try_it.sides_at if witness.point else words.try_it.sides_always
    yield f"<p>{html.escape(said).format(point=point(witness), **sides)}</p>"


def _halves(verdict: Verdict, words: Words) -> Iterator[str]:
    """What the proof half and the points say, each by itself."""
    said = ((words.try_it.proof, _proof_half(verdict, words)), (words.try_it.points, _point_half(verdict, words)))
    rows = "".join(f"<dt>{html.escape(name)}</dt><dd>{text}</dd>" for name, text in said)
    yield f"<dl>{rows}</dl>"
    if clauses := verdict.evidence.assumptions:
        under = " ".join(f"<span>{formula(clause_latex(clause))}</span>" for clause in clauses)
        yield f'<p class="lp-under"><strong>{html.escape(words.under)}</strong> {under}</p>'


def _proof_half(verdict: Verdict, words: Words) -> str:
    if verdict.status is Status.REFUTED:
        return html.escape(words.try_it.proof_not_asked)
    ways = words.said.all_of(verdict.ways, _set, html.escape)
    found = verdict.status is Status.PROVED
    said = words.try_it.proof_found if found else words.try_it.proof_not_found
    return f"{html.escape(said)} <span>{ways}</span>"


def _point_half(verdict: Verdict, words: Words) -> str:
    evidence = verdict.evidence
    if verdict.witness is not None:
        return html.escape(words.try_it.points_differ)
    if not evidence.points:
        return html.escape(words.try_it.no_points)
    said = words.try_it.points_exact if evidence.radius == "0" else words.try_it.points_agree
    only = f" <strong>{html.escape(words.try_it.only_points)}</strong>" if verdict.status is Status.CORROBORATED else ""
    return html.escape(said.format(points=evidence.points, radius=evidence.radius)) + only


def _rules(verdict: Verdict, words: Words) -> Iterator[str]:
    rules = verdict.evidence.rules
    if not rules or verdict.status is Status.REFUTED:
        return
    rows = [
        f"<li>{html.escape(words.said.rules[rule.name])}: {_side(rule.before)} → {_side(rule.after)}</li>"
        for rule in rules[:_MOST_RULES]
    ]
    if len(rules) > _MOST_RULES:
        rows.append("<li>…</li>")
    yield f"<details><summary>{html.escape(words.proof)} ({len(rules)})</summary><ol>{''.join(rows)}</ol></details>"


def _set(value: object) -> str:
    return formula(to_latex(value)) if isinstance(value, Node) else html.escape(str(value))


def _side(tree: Node) -> str:
    text = to_text(tree)
    return f"<code>{html.escape(text)}</code>" if len(text) > _READABLE else formula(to_latex(tree))
