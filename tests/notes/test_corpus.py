"""Whole notes in the styles of blogs and lectures: right lines are not accused, a planted mistake is found at its line.

In ``corpus`` a place reads ``⟪right⟫⟪wrong⟫``: the first is the note, the second the mistake that may be planted there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lossproof.notes import Checked, Kind, chains, check_note, note_of
from lossproof.referee.verdict import Status

FOLDER = Path(__file__).with_name("corpus")
NAMES = sorted(path.name for path in FOLDER.iterdir())
PLACE = re.compile(r"⟪([^⟪⟫]*)⟫⟪([^⟪⟫]*)⟫")


@pytest.fixture(autouse=True)
def no_nearest_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be right instead is looked for elsewhere."""
    monkeypatch.setattr(chains, "nearest_form", lambda *given: None)


def checked(text: str, name: str) -> Checked:
    return check_note(note_of(text, name, Path(name).suffix))


def planted(text: str) -> Iterator[tuple[int, str]]:
    """The note with one mistake, and the line where it is; the first and the last place."""
    places = list(PLACE.finditer(text))
    for place in (places[0], places[-1]) if len(places) > 1 else places:
        before, after = (PLACE.sub(r"\1", part) for part in (text[: place.start()], text[place.end() :]))
        yield before.count("\n") + 1, before + place.group(2) + after


@pytest.mark.parametrize("name", NAMES)
def test_no_right_line_is_accused_and_nothing_scalar_is_not_understood(name: str) -> None:
    note = checked(PLACE.sub(r"\1", (FOLDER / name).read_text(encoding="utf-8")), name)
    assert note.ok
    assert not [row.latex for row in note.findings if row.kind is Kind.NOT_UNDERSTOOD]


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_mistake_alone_is_found_at_its_line(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    for line, wrong in planted(text):
        assert {row.line for row in checked(wrong, name).findings if row.status is Status.REFUTED} == {line}
