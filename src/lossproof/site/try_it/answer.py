"""A claim that a reader typed, judged: the referee's verdict as HTML, in the reader's language.

It runs in the page (Pyodide) and natively alike, so that the words are the same. It says which half of the referee
answered: the proof, or the points alone. Formulas are left as Markdown leaves them, for KaTeX to set.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from lossproof.errors import CallerError, InternalError
from lossproof.notation import to_latex, to_text
from lossproof.notation.tree import Name, Node
from lossproof.referee.judge import claim_of
from lossproof.referee.verdict import Status, Verdict
from lossproof.site.assumed import clause_latex
from lossproof.site.counterexamples import formula, point, shortened
from lossproof.site.try_it.judged import Claim, Judged, Unclear, judged, read
from lossproof.site.try_it.reader_question import Asked, Asks
from lossproof.site.try_it.refused_in_words import refusal
from lossproof.site.try_it.right_one import right_one
from lossproof.site.words import WORDS, Words

REJECTED = "rejected"
LONGEST = 20_000  # characters of a field; what is longer nobody typed
_READABLE = 160
_MOST_RULES = 60
_SIGNS = {Asks.AT_LEAST: r"\ge", Asks.AT_MOST: r"\le", Asks.MORE_THAN: ">", Asks.LESS_THAN: "<"}


def answered(lhs: str, rhs: str, where: str, language: str, relation: str = "=", varying: str = "") -> str:
    """The answer as a JSON object: ``status``, a `Status` or "rejected"; ``html``."""
    asked = Asked(lhs, rhs, where, Asks(relation), varying)
    status, told = answer(asked, WORDS[language])
    return json.dumps({"status": status, "html": told})


def answer(asked: Asked, words: Words) -> tuple[str, str]:
    """The status, or "rejected" for what is no mathematics or no whole question; and what the page shows."""
    said = words.try_it
    if (long := max(map(len, (asked.lhs, asked.rhs, asked.where, asked.varying)))) > LONGEST:
        return REJECTED, _paragraph(said.too_long.format(given=long, most=LONGEST))
    try:
        found = judged(read(asked))
    except Unclear as error:
        return REJECTED, _paragraph(said.unclear[error.what].format(name=error.name))
    except (CallerError, InternalError) as error:
        return REJECTED, f'{_paragraph(said.rejected)}<pre tabindex="0">{html.escape(refusal(error, words))}</pre>'
    return found.verdict.status.value, shown(found, words)


def right_version(lhs: str, rhs: str, where: str, language: str, relation: str = "=", varying: str = "") -> str:
    """What would have been right, one change away from a refuted claim, as HTML; "" where no such change is found."""
    asked, words = Asked(lhs, rhs, where, Asks(relation), varying), WORDS[language]
    found = _right_equation(asked) if asked.relation is Asks.EQUAL else _right_relation(read(asked), words)
    return f"<p><strong>{html.escape(words.try_it.would_be_right)}</strong> {found}</p>" if found else ""


def _right_equation(asked: Asked) -> str:
    from lossproof.notes import assuming
    from lossproof.notes.nearest import nearest_form

    left, right, assumptions = claim_of(asked.lhs, asked.rhs, asked.where)
    for side, other, order in ((left, right, "{other} = {found}"), (right, left, "{found} = {other}")):
        found = nearest_form(assuming.Claim(side, other), other, [assumptions], lambda tree: tree)
        if found is not None:
            return formula(order.format(other=to_latex(side), found=found))
    return ""


def _right_relation(claim: Claim, words: Words) -> str:
    found = right_one(claim)
    if found is None:
        return ""
    left, names = formula(to_latex(found.left)), formula(", ".join(sorted(to_latex(Name(n)) for n in found.varying)))
    if found.relation is Asks.CONVEX:
        return html.escape(words.try_it.is_convex).format(left=left, varying=names)
    right = to_latex(found.right) if found.right is not None else ""
    if found.relation is Asks.SAME_OPTIMUM:
        return html.escape(words.try_it.is_best_where).format(left=left, right=formula(right), varying=names)
    return formula(f"{to_latex(found.left)} {_SIGNS[found.relation]} {right}")


def shown(found: Judged, words: Words) -> str:
    """A verdict as the page shows it."""
    verdict = found.verdict
    badge = f'<span class="lp-badge lp-{verdict.status.value}">{html.escape(words.status[verdict.status])}</span>'
    head = f"<p>{badge} {html.escape(words.said.statuses[verdict.status])}</p>"
    return "".join([head, *_counterexample(found, words), *_halves(verdict, words), *_rules(verdict, words)])


def _counterexample(found: Judged, words: Words) -> Iterator[str]:
    verdict, said = found.verdict, words.try_it
    if (witness := verdict.witness) is None:
        return
    sides = {"left": formula(shortened(witness.lhs)), "right": formula(shortened(witness.rhs))}
    sentence = said.sides_always if found.shows == "sides" and not witness.point else said.differs[found.shows]
    yield f"<p>{html.escape(sentence).format(point=point(witness), **sides)}</p>"
    if found.shows == "places":
        yield f"<p>{words.said.all_of(verdict.ways, _set, html.escape)}</p>"


def _paragraph(sentence: str) -> str:
    return f"<p><strong>{html.escape(sentence)}</strong></p>"


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
