"""`lossproof equal LHS RHS`: judge claims written as text, one or a file of them."""

from __future__ import annotations

import codecs
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lossproof.cli.output import coloured, echo, print_json, shown, verdict_as_data
from lossproof.errors import CallerError, InternalError, counted

if TYPE_CHECKING:
    from lossproof.referee.verdict import Verdict

_GOOD = {"proved", "corroborated"}
_END_OF_LINE = re.compile(rb"\r\n|\r|\n")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("lhs", required=False)
@click.argument("rhs", required=False)
@click.option("--where", default="", metavar="TEXT", help='Assumptions: "yt in {0,1}; 0<yp<1; M integer >=1".')
@click.option("--batch", type=click.Path(path_type=Path), help="JSON lines {id, lhs, rhs, where}, one answer a line.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def equal(lhs: str | None, rhs: str | None, where: str, batch: Path | None, as_json: bool) -> None:
    """Judge one claim LHS = RHS written as text of the grammar.

    Exit code 0 when every claim is proved or corroborated, 1 when one is refuted or undecided, 2 when the
    text is rejected.

    \b
    lossproof equal "(yp-yt)/(yp*(1-yp))" "-yt/yp + (1-yt)/(1-yp)" --where "0<yp<1; yt in {0,1}"
    """
    if batch is not None:
        if lhs is not None or where:
            raise click.UsageError("--batch takes its claims from the file: give no LHS, RHS or --where with it.")
        sys.exit(_judge_batch(batch, as_json))
    if lhs is None or rhs is None:
        raise click.UsageError("two formulas are needed: LHS and RHS (or --batch FILE).")
    sys.exit(_judge_one(lhs, rhs, where, as_json))


def _judge_one(lhs: str, rhs: str, where: str, as_json: bool) -> int:
    answer, verdict = _judged({"lhs": lhs, "rhs": rhs, "where": where})
    if as_json:
        print_json(answer)
    elif answer["status"] == "rejected":
        echo(answer["message"], err=True)
    elif verdict is None:
        echo(f"{coloured(answer['status'])}  {answer['method']}")
    else:
        _print_for_people(verdict, _supposed(verdict, lhs, rhs, where))
    return _exit_code(answer)


def _judge_batch(path: Path, as_json: bool) -> int:
    from lossproof.referee import equal as _warm  # noqa: F401  start-up is not part of a claim's seconds

    worst = 0
    for record in _read_records(path):
        answer = record if "status" in record else {"id": record["id"], **judge_record(record)}
        answer.pop("evidence", None)
        print_json(answer) if as_json else _print_line(answer)
        sys.stdout.flush()
        worst = max(worst, 0 if answer["status"] in _GOOD else 1)
    return worst


def judge_record(record: dict[str, Any]) -> dict[str, Any]:
    """The verdict on ``{"lhs", "rhs", "where"}`` as plain data with the wall time that it took.

    Text outside the grammar gives the status "rejected" with a ``message`` for people; a claim on which the
    referee itself fails is undecided and says so, and the claims after it are judged.
    """
    return _judged(record)[0]


def _judged(record: dict[str, Any]) -> tuple[dict[str, Any], Verdict | None]:
    """The answer as plain data, and the verdict where there is one."""
    from lossproof.referee import equal as judge

    start, verdict = time.perf_counter(), None
    try:
        verdict = judge(record["lhs"], record["rhs"], where=record.get("where", ""))
        answer = verdict_as_data(verdict)
    except CallerError as error:
        answer = _refusal(str(error))
    except InternalError as error:
        answer = {"status": "undecided", "method": str(error), "witness": None}
    return {**answer, "seconds": time.perf_counter() - start}, verdict


def _read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The claims of a JSON-lines file; a line that is no claim becomes a "rejected" answer in its place."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.__class__.__name__
        raise CallerError(f"--batch: {path} cannot be read ({reason}); give a UTF-8 file of JSON lines.") from error
    for number, line in enumerate(_END_OF_LINE.split(content.removeprefix(codecs.BOM_UTF8)), 1):
        if line.strip():
            yield _read_record(line, number)


def _read_record(line: bytes, number: int) -> dict[str, Any]:
    """One claim, or the answer that says what is wrong with its line."""
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_no_number)
        # What cannot be written again, such as 1e999, could not be answered.
        json.dumps(record, allow_nan=False)
    except UnicodeDecodeError as error:
        return _rejected(None, f"line {number} is not UTF-8 (byte {error.start + 1})")
    except (ValueError, RecursionError):
        return _rejected(None, f"line {number} is not JSON")
    if not isinstance(record, dict):
        return _rejected(None, f"line {number} is not a JSON object")
    claim = {"lhs": record.get("lhs"), "rhs": record.get("rhs"), "where": record.get("where")}
    claim["where"] = "" if claim["where"] is None else claim["where"]
    for key, text in claim.items():
        if not isinstance(text, str):
            return _rejected(record.get("id"), f"line {number} has no text under {key!r}")
    return {"id": record.get("id"), **claim}


def _no_number(name: str) -> NoReturn:
    """Python reads NaN and Infinity; JSON has no such numbers."""
    raise ValueError(name)


def _rejected(identifier: Any, message: str) -> dict[str, Any]:
    return {"id": identifier, **_refusal(message)}


def _refusal(message: str) -> dict[str, Any]:
    return {"status": "rejected", "method": "", "witness": None, "seconds": 0.0, "message": message}


def _exit_code(answer: dict[str, Any]) -> int:
    if answer["status"] == "rejected":
        return 2
    return 0 if answer["status"] in _GOOD else 1


def _print_line(answer: dict[str, Any]) -> None:
    detail = answer.get("message", answer["method"]).splitlines()
    status = "rejected" if answer["status"] == "rejected" else coloured(answer["status"])
    name = "" if answer["id"] is None else shown(answer["id"])
    echo(f"{name}\t{status}\t{shown(detail[0]) if detail else ''}")


def _supposed(verdict: Verdict, lhs: str, rhs: str, where: str) -> list[str]:
    """What formulas in LaTeX ask for and ``where`` does not say."""
    from lossproof.notation import assumptions_text, parse_assumptions, read_pair
    from lossproof.notation.tex import is_latex
    from lossproof.notation.tex.tex_or_text import are_latex, where_meant

    if not (is_latex(lhs) or is_latex(rhs) or are_latex((lhs, rhs))):
        return []
    said = assumptions_text(parse_assumptions(where_meant(where, (lhs, rhs), read_pair(lhs, rhs))))
    return [clause for clause in verdict.evidence.assumptions if clause not in said]


def _print_for_people(verdict: Verdict, supposed: list[str]) -> None:
    from lossproof.notation import to_text
    from lossproof.referee.steps.report_text import point_of
    from lossproof.words import ENGLISH

    echo(f"{coloured(verdict.status)}  {ENGLISH.all_of(verdict.ways)}")
    if witness := verdict.witness:
        echo(f"  at      {', '.join(ENGLISH.shown(each) for each in point_of(witness))}")
        echo(f"  left    {witness.lhs}\n  right   {witness.rhs}\n  differs {witness.difference}")
        return
    if supposed:
        echo(f"  where   {'; '.join(supposed)}, which the formulas ask for")
    for rule in verdict.evidence.rules:
        echo(f"  {ENGLISH.rules[rule.name]}: {to_text(rule.before)}  ->  {to_text(rule.after)}")
    if verdict.evidence.points:
        echo(
            f"  {counted(verdict.evidence.points, 'point agrees', 'points agree')} in ball arithmetic,"
            f" largest radius {verdict.evidence.radius}"
        )
