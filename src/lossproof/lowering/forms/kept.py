"""The choice of a form, once in a process and once on a machine: kept with its measurements, by content.

The key names the question and everything that the answer depends on: the sources of rewriting, measuring and of the
numbers, and the versions of what they call. What is kept is formulas as data, rules by their name, and numbers; it
is read as nothing else, and what cannot be read is chosen anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sympy
from sympy import Expr, Symbol

from lossproof import store
from lossproof.lowering.forms import rewriting
from lossproof.lowering.forms.as_data import from_data, to_data
from lossproof.lowering.forms.choice import Chosen, Measured, Weakness, choose
from lossproof.lowering.forms.plain_form import plain_form
from lossproof.lowering.forms.sample import Question

KIND, PLAIN = "forms", "plain"
LIBRARIES = ("sympy", "numpy", "python-flint", "scipy")
PACKAGE = Path(__file__).parents[2]
ROOMS = ("functions", "notation", "lowering/forms", "lowering/measure", "lowering/numbers", "lowering/code")
TABLES = (rewriting.STABLE, rewriting.COMPACT, rewriting.OPENED, rewriting.ASYMPTOTIC, rewriting.SCALED)
RULES = {rule.name: rule for rule in (*(rule for table in TABLES for rule in table.rules), rewriting.AFFINE)}


@lru_cache(maxsize=256)
def chosen(question: Question) -> Chosen:
    """What `choose` answers, from what is kept where the same was asked before."""
    key = _key(question)
    kept = store.recall(KIND, key)
    found = None if kept is None else _read(kept, question.arguments)
    if found is None:
        found = choose(question)
        if (data := _written(found, question.arguments)) is not None:
            store.keep(KIND, key, data)
    return found


@lru_cache(maxsize=256)
def plain(question: Question) -> Expr:
    """What `plain_form` answers, from what is kept where the same was asked before."""
    key = "\n".join([PLAIN, _key(question)])
    data = store.recall(KIND, key)
    if data is not None:
        with suppress(ValueError, TypeError, KeyError, IndexError):
            known: Expr = from_data(json.loads(data), question.arguments)
            return known
    found = plain_form(question)
    if (written := to_data(found, question.arguments)) is not None:
        store.keep(KIND, key, json.dumps(written).encode())
    return found


def _key(question: Question) -> str:
    formulas = [sympy.srepr(expr) for expr in (question.expr, *question.derivatives, *question.arguments)]
    return "\n".join(
        [_environment(), *map(repr, (question.domain, *question.columns, *question.predictors)), *formulas]
    )


@cache
def _environment() -> str:
    found = sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        found.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _written(found: Chosen, symbols: Sequence[Symbol]) -> bytes | None:
    """The answer as JSON; None where a formula in it has no data."""
    forms = [_form_to_data(form, symbols) for form in (found.best, *found.candidates)]
    if None in forms:
        return None
    weak = found.weakness
    weakness = None if weak is None else [weak.error, weak.point, weak.box]
    return json.dumps({"forms": forms, "weakness": weakness}).encode()


def _form_to_data(form: Measured, symbols: Sequence[Symbol]) -> dict[str, Any] | None:
    applied = [[a.rule.name, to_data(a.before, symbols), to_data(a.after, symbols)] for a in form.applied]
    expr = to_data(form.expr, symbols)
    if expr is None or any(None in each for each in applied):
        return None
    numbers = [form.ulp, form.excused, form.bad, form.lossy, form.cost]
    return {"expr": expr, "applied": applied, "numbers": numbers}


def _read(kept: bytes, symbols: Sequence[Symbol]) -> Chosen | None:
    try:
        data = json.loads(kept)
        best, *candidates = (_form_from_data(form, symbols) for form in data["forms"])
        weak = data["weakness"]
        weakness = None if weak is None else Weakness(weak[0], tuple(weak[1]), tuple(map(tuple, weak[2])))
        same = next((form for form in candidates if form == best), best)
        return Chosen(same, tuple(candidates), weakness)
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _form_from_data(form: dict[str, Any], symbols: Sequence[Symbol]) -> Measured:
    applied = tuple(
        rewriting.Applied(RULES[rule], from_data(before, symbols), from_data(after, symbols))
        for rule, before, after in form["applied"]
    )
    return Measured(from_data(form["expr"], symbols), applied, *form["numbers"])
