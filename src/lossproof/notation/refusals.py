"""The sentences that say why a token cannot stand where it does, and what would do."""

from __future__ import annotations

import difflib

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.lexer import ORDERS
from lossproof.notation.vocabulary import CONSTANTS, FORMS, NEAR_MISSES


def unknown_function(name: str) -> str:
    if name in CONSTANTS:
        return f"{name!r} is a constant, not a function; write {name}*(...) for a product."
    if name in NEAR_MISSES:
        return f"There is no function {name!r} here; write {NEAR_MISSES[name]}."
    alike = [known for known in (*FUNCTIONS, *FORMS) if known[0].lower() == name[0].lower()]
    near = difflib.get_close_matches(name, alike, 1, 0.75)
    hint = f"did you mean {near[0]!r}?" if near else f"for a product write {name}*(...)."
    return f"There is no function {name!r} here; {hint}"


def index_sentence(name: str, expected: int, given: int, most: int) -> str:
    if expected != given:
        return f"{name!r} has {expected} and {given} indices in one formula; it can have only one number of them."
    return f"{name!r} has {given} indices; {most} are the most."


OPEN_CALL = "The parenthesis of {}(...) is not closed: ')' or ',' is missing here."

WRONG_TOKEN = {
    "=": "'=' defines or equates; inside a formula there is none: a range is sum(f, m, 1, M), a condition has '=='.",
    ";": "';' separates clauses of assumptions; a formula has none.",
    "{": "Braces have no meaning in formulas; sets such as {0, 1} stand in assumptions only.",
    "}": "Braces have no meaning in formulas; sets such as {0, 1} stand in assumptions only.",
    "..": "'..' stands in assumptions only: k in 1..K.",
    ")": "This ')' closes nothing that was opened, or a value is missing before it.",
    "]": "This ']' closes nothing that was opened, or a value is missing before it.",
    "[": "A bracket follows the name of indexed data: p[m]; there are no lists.",
    ",": "A comma stands only between the arguments of a function or between indices.",
    "*": "A value is missing before this '*'.",
    "/": "A value is missing before this '/'.",
    "^": "A value is missing before this power.",
    **dict.fromkeys(ORDERS, "A comparison stands only in a condition: Piecewise((value, condition), ...)."),
}
WRONG_WORD = {
    "and": "'and' joins conditions; it stands only in Piecewise or indicator.",
    "or": "'or' joins conditions; it stands only in Piecewise or indicator.",
    "not": "There is no 'not'; turn the comparison around instead.",
    "in": "'in' stands in assumptions only: yt in {0, 1}; a range is sum(f, m, 1, M).",
    "True": "'True' is a condition, not a number.",
    "False": "'False' is not a number; a piece that never applies is left out.",
    "None": "'None' is not mathematics.",
    "oo": "'oo' stands for an infinity, at an end of a sum or integral alone: sum(f, k, 0, oo); formulas hold numbers.",
}
