"""What Coq, which has nothing in common with the referee, says to a step: as it was kept, for no build needs Coq."""

from __future__ import annotations

import html
from functools import cache

from lossproof.chapters import Derivation
from lossproof.export.coq import Acceptance, acceptance
from lossproof.site.pages.markup import block, code, plain
from lossproof.site.pages.view import StepView


def second_kernel(view: StepView) -> str:
    """Accepted, with the axioms it rests on; accepted in part; no script yet; or never put to Coq."""
    found, words = _said(view), view.words
    if found is None:
        return block("lp-rests", plain(words.coq_not_run))
    asked = found.lemmas + len(found.missing)
    said = words.coq_partly if found.lemmas else words.coq_none
    text = (words.coq_accepted[asked != 1] if found.accepted else said).format(
        version=html.escape(found.version), accepted=found.lemmas, count=asked
    )
    axioms = ", ".join(code(name.rpartition(".")[2]) for name in found.axioms)
    rests = f" {plain(words.coq_axioms)} {axioms}" if found.lemmas and axioms else ""
    return block("lp-rests", plain(text) + rests)


def accepted_too(view: StepView) -> list[str]:
    """A few words for the line of the verdict, where Coq accepted all that the step asks."""
    found = _said(view)
    return [view.words.coq_counted] if found is not None and found.accepted else []


def _said(view: StepView) -> Acceptance | None:
    return _kept(view.chapter.derivation).get(view.step.name)


@cache
def _kept(derivation: Derivation) -> dict[str, Acceptance]:
    return acceptance(derivation)
