"""What Coq accepted, kept beside the chapters in ``coq.json``, and what of it still holds.

A lemma is known by a digest of its text, of the functions in it and of the tactics: where one of them has changed
since Coq saw it, it counts as not seen. The tests put every recorded chapter to Coq again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossproof.derivation import Script
from lossproof.export.coq.coq_text import Asked, asked

FILE = "coq.json"


@dataclass(frozen=True)
class Acceptance:
    """What Coq says to one step.

    ``lemmas`` were accepted by Coq ``version`` and rest on ``axioms``; ``missing`` says of each further question why it
    has no lemma, or that Coq accepts no script for it yet. The step as a whole is accepted where nothing is missing.
    """

    version: str
    lemmas: int
    axioms: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Every question about the step is answered by a lemma that Coq accepted."""
        return self.lemmas > 0 and not self.missing


def acceptance(derivation: Script) -> dict[str, Acceptance]:
    """What Coq says to each step that asks something; empty for a chapter that was never put to Coq."""
    found = read(derivation)
    if not found:
        return {}
    seen, axioms = set(found["accepted"]), tuple(found["axioms"])
    by_step: dict[str, list[Asked]] = {}
    for each in asked(derivation):
        by_step.setdefault(each.step, []).append(each)
    return {
        step: Acceptance(
            version=found["coq"],
            lemmas=sum(each.digest in seen for each in questions),
            axioms=axioms,
            missing=tuple(each.missing or NO_SCRIPT for each in questions if each.digest not in seen),
        )
        for step, questions in by_step.items()
    }


NO_SCRIPT = "no script that Coq accepts yet"


def read(derivation: Script) -> dict[str, Any]:
    """What is recorded of a chapter: the version of Coq, the axioms, the digests of the accepted lemmas."""
    path = _file(derivation)
    if path is None or not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")).get(derivation.name, {})
    return found


def not_accepted(derivation: Script) -> tuple[str, ...]:
    """The digests of the lemmas that a recorded chapter has and Coq has not accepted."""
    found = read(derivation)
    if not found:
        return ()
    seen = set(found["accepted"])
    return tuple(each.digest for each in asked(derivation) if each.lemma is not None and each.digest not in seen)


def _file(derivation: Script) -> Path | None:
    return None if derivation.path is None else derivation.path.parent / FILE
