"""A file of claims is judged line by line, whatever stands on some of its lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GOOD = b'{"id": "good", "lhs": "x + y", "rhs": "y + x"}'


def run_on(folder: Path, content: bytes, *options: str, **environment: str) -> tuple[list[str], int]:
    """The lines that answer a file of these bytes, and the exit code; a process of its own shows real output."""
    file = folder / "claims.jsonl"
    file.write_bytes(content)
    command = [sys.executable, "-m", "lossproof.cli", "equal", "--batch", str(file), *options]
    surroundings = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, check=False, env=surroundings, timeout=120)
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode().splitlines(), done.returncode


def judged(folder: Path, content: bytes, **environment: str) -> tuple[list[dict[str, Any]], int]:
    """The answers as data."""
    lines, code = run_on(folder, content, "--json", **environment)
    return [json.loads(line) for line in lines], code


BAD_LINES = {
    "a byte that is not UTF-8": b'{"id": "bad", "lhs": "x\xff", "rhs": "x"}',
    "bytes of zero": b"\x00\x00\x00",
    "a zero in a text": b'{"id": "bad", "lhs": "x\x00", "rhs": "x"}',
    "no JSON": b"x = y",
    "a list": b"[1, 2]",
    "a text": b'"x"',
    "null": b"null",
    "no left side": b'{"id": "bad", "rhs": "x"}',
    "a number for a side": b'{"id": "bad", "lhs": 1, "rhs": "x"}',
    "assumptions that are a number": b'{"id": "bad", "lhs": "x", "rhs": "x", "where": 0}',
    "assumptions that are a list": b'{"id": "bad", "lhs": "x", "rhs": "x", "where": []}',
    "assumptions that are false": b'{"id": "bad", "lhs": "x", "rhs": "x", "where": false}',
    "an id that is no JSON": b'{"id": NaN, "lhs": "x", "rhs": "x"}',
    "an id beyond all numbers": b'{"id": 1e999, "lhs": "x", "rhs": "x"}',
    "a number of too many digits": b'{"id": ' + b"1" * 5000 + b', "lhs": "x", "rhs": "x"}',
    "an id nested deep": b'{"id": ' + b"[" * 5000 + b"]" * 5000 + b', "lhs": "x", "rhs": "x"}',
    "half a character": b'{"id": "bad", "lhs": "\\ud800", "rhs": "x"}',
    "a very long formula": b'{"id": "bad", "lhs": "' + b"x+" * 500_000 + b'x", "rhs": "x"}',
    "a derivative by a defined name": b'{"id": "bad", "lhs": "diff(t, t)", "rhs": "1", "where": "t = x"}',
    "assumptions that contradict": b'{"id": "bad", "lhs": "x", "rhs": "x", "where": "x > 1; x < 0"}',
}


def test_a_bad_line_is_rejected_with_a_sentence_and_the_others_are_judged(tmp_path: Path) -> None:
    answers, code = judged(tmp_path, b"\n".join([GOOD, *(part for bad in BAD_LINES.values() for part in (bad, GOOD))]))
    assert [answer["status"] for answer in answers] == ["proved", *["rejected", "proved"] * len(BAD_LINES)]
    for what, answer in zip(BAD_LINES, answers[1::2], strict=True):
        assert answer["message"], what
        assert len(answer["message"]) < 400, what
    assert code == 1


def test_every_kind_of_bad_line_is_a_line_for_people_too(tmp_path: Path) -> None:
    lines, code = run_on(tmp_path, b"\n".join([*BAD_LINES.values(), GOOD]))
    assert [line.split("\t")[1] for line in lines] == [*["rejected"] * len(BAD_LINES), "proved"]
    assert code == 1


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_marks_of_encoding_and_of_lines_are_no_part_of_a_claim(tmp_path: Path, ending: bytes) -> None:
    answers, code = judged(tmp_path, b"\xef\xbb\xbf" + ending.join([GOOD, b"", b"  ", GOOD]) + ending)
    assert [answer["status"] for answer in answers] == ["proved", "proved"]
    assert code == 0


def test_a_text_may_hold_other_marks_of_the_end_of_a_line(tmp_path: Path) -> None:
    answers, code = judged(tmp_path, '{"id": "a\u2028b\x85c", "lhs": "x", "rhs": "x"}'.encode())
    assert [(answer["id"], answer["status"]) for answer in answers] == [("a\u2028b\x85c", "proved")]
    assert code == 0


def test_an_id_comes_back_as_it_was_given(tmp_path: Path) -> None:
    ids = [7, 1.5, True, None, "", "é", "\ud800", ["a", 1], {"k": []}]
    lines = [json.dumps({"id": identifier, "lhs": "x", "rhs": "x"}).encode() for identifier in ids]
    answers, code = judged(tmp_path, b"\n".join(lines))
    assert [answer["id"] for answer in answers] == ids
    assert code == 0


def test_a_terminal_of_few_characters_gets_every_answer(tmp_path: Path) -> None:
    line = '{"id": "\u00e9", "lhs": "x", "rhs": "x"}\n{"id": 2, "lhs": "\u0301", "rhs": "x"}'.encode()
    answers, _ = judged(tmp_path, line, PYTHONIOENCODING="ascii")
    assert [answer["status"] for answer in answers] == ["proved", "rejected"]
    assert answers[0]["id"] == "\u00e9"


def test_a_formula_of_bytes_that_are_no_text_is_rejected(tmp_path: Path) -> None:
    command: list[Any] = [sys.executable, "-m", "lossproof.cli", "equal", b"x\xff", "x"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_an_id_neither_forges_a_row_nor_commands_the_terminal(tmp_path: Path) -> None:
    identifier = "a\tproved\nb\tproved\x1b[31m\u202e"
    claim = json.dumps({"id": identifier, "lhs": "x", "rhs": "x + 1"}).encode()
    lines, code = run_on(tmp_path, claim)
    assert code == 1
    (line,) = lines
    name, status, _ = line.split("\t")
    assert name == r"a\tproved\nb\tproved\x1b[31m\u202e"
    assert "refuted" in status
