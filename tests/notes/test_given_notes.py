"""Formulas and notes that other people wrote, with a key: every wrong link is refuted and no right one accused."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lossproof.notes import Checked, Finding, Kind, check_note, note_of, read_note
from lossproof.referee.verdict import Status

GOOD = {Status.PROVED, Status.CORROBORATED}


@cache
def rows_of(folder: Path) -> tuple[tuple[dict[str, Any], tuple[Finding, ...]], ...]:
    """Each given case with what was found in its formula, its context read before it as a note would have it."""
    lines = (folder / "notes_given.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple((case, findings(case)) for case in map(json.loads, lines))


def findings(case: dict[str, Any]) -> tuple[Finding, ...]:
    wrapped = [text if "$$" in text else f"$${text}$$" for text in (*case["context"], case["latex"])]
    start = len("\n\n".join(wrapped[:-1]))
    note = check_note(note_of("\n\n".join(wrapped), case["id"], ".md"))
    return tuple(row for row in note.findings if row.start >= start)


def statuses(rows: tuple[Finding, ...]) -> list[Status]:
    return [link.status for row in rows for link in row.links]


def test_no_claim_is_answered_wrongly(reference_data: Path) -> None:
    wrong = []
    for case, rows in rows_of(reference_data):
        if case["kind"] == "claim" and (found := statuses(rows)):
            holds = all(link["truth"] for link in case["links"])
            answered = Status.REFUTED not in found
            wrong += [case["id"]] if answered != holds else []
    assert wrong == []


def test_right_links_are_proved_and_most_claims_are_judged(reference_data: Path) -> None:
    count: Counter[Status | str] = Counter()
    for case, rows in rows_of(reference_data):
        if case["kind"] == "claim":
            found = statuses(rows)
            count.update(found or ["not judged"])
    assert count[Status.CORROBORATED] <= 0.05 * (count[Status.PROVED] + count[Status.CORROBORATED])
    assert count[Status.UNDECIDED] == 0
    assert count["not judged"] <= 7


def test_what_is_beyond_gets_no_tick(reference_data: Path) -> None:
    """What was beyond scalar formulas when the cases were written may be read since; then it is said to be true."""
    beyond = [(case, set(statuses(rows))) for case, rows in rows_of(reference_data) if case["kind"] == "beyond"]
    ticked = [case for case, found in beyond if found & GOOD]
    assert [case["id"] for case in ticked if case["needs"] != "matrix calculus; true"] == []
    assert [case["id"] for case, found in beyond if Status.REFUTED in found] == []


def test_updates_and_conditions_are_named(reference_data: Path) -> None:
    kinds = {case["id"]: {row.kind for row in rows} for case, rows in rows_of(reference_data)}
    assert kinds["r026"] == kinds["v110"] == {Kind.UPDATE}
    assert kinds["r160"] == {Kind.CONDITION}


NOTES = ("n04_ja_softmax", "n05_en_gauss", "n06_en_kl", "n08_en_coin", "n10_ja_tanjun_kaiki", "n11_en_backprop")


def whole(folder: Path, name: str) -> tuple[Checked, dict[int, str]]:
    key = json.loads((folder / "notes" / "keys.json").read_text(encoding="utf-8"))[f"{name}.md"]
    verdicts = {row["line"]: row["verdict"] for row in key["formulas"]}
    return check_note(read_note(folder / "notes" / f"{name}.md")), verdicts


@pytest.mark.parametrize("name", NOTES)
def test_in_a_whole_note_the_planted_mistakes_alone_are_found(reference_data: Path, name: str) -> None:
    note, key = whole(reference_data, name)
    assert {row.line for row in note.findings if row.is_wrong} == {
        line for line, word in key.items() if word == "wrong"
    }
    right = {line for line, word in key.items() if word == "right"}
    assert right <= {row.line for row in note.findings if row.status in GOOD}


@pytest.mark.parametrize("name", NOTES)
def test_in_a_whole_note_what_is_beyond_is_said_to_be(reference_data: Path, name: str) -> None:
    note, key = whole(reference_data, name)
    beyond = {line for line, word in key.items() if word == "beyond"}
    assert not beyond & {row.line for row in note.findings if row.status in GOOD or row.is_wrong}
