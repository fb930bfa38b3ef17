"""The proof half alone, no ball switched on, proves nothing that fails where a logarithm or a root is not real.

The witness is mpmath with principal complex values, which shares nothing with the referee.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import mpmath
import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import Proof, prove_zero
from lossproof.referee.verdict import Status

Complex = mpmath.mpc
SOMETIMES_NEGATIVE = "((x^2-2)^2-1/1000)"
FROM_25 = "M integer >= 1; v[m] real"
REVIEWED = [
    ("log(prod(v[m], m, 25, M)^2)", "2*log(prod(v[m], m, 25, M))", FROM_25),
    ("log(prod(1/v[m], m, 25, M))", "-log(prod(v[m], m, 25, M))", FROM_25),
    ("log((1+sum(v[m], m, 25, M))^2) + Abs(x)", "2*log(1+sum(v[m], m, 25, M)) + Abs(x)", FROM_25),
    (f"log({SOMETIMES_NEGATIVE}^2) + Abs(x)", f"2*log{SOMETIMES_NEGATIVE} + Abs(x)", "x real"),
    (f"log({SOMETIMES_NEGATIVE}^2) + sqrt(1+x^2)", f"2*log{SOMETIMES_NEGATIVE} + sqrt(1+x^2)", "x real"),
    (f"log({SOMETIMES_NEGATIVE}^3) + Max(x, 0)", f"3*log{SOMETIMES_NEGATIVE} + Max(x, 0)", "x real"),
    (f"log(exp(a*log{SOMETIMES_NEGATIVE}))", f"a*log{SOMETIMES_NEGATIVE}", "a real"),
    (f"log(exp(a*log{SOMETIMES_NEGATIVE}))", f"a*log{SOMETIMES_NEGATIVE}", "a in {1, 2, 3}"),
    (f"log(exp(xlogy(a, {SOMETIMES_NEGATIVE})))", f"xlogy(a, {SOMETIMES_NEGATIVE})", "a real"),
    ("log(exp(a*log(1+sum(v[m], m, 25, M))))", "a*log(1+sum(v[m], m, 25, M))", FROM_25),
    (f"log(Abs(y)/{SOMETIMES_NEGATIVE})", f"log(Abs(y)) - log{SOMETIMES_NEGATIVE}", "y real"),
    ("log(Abs(x)/y)", "log(Abs(x)) - log(y)", "x real; y real"),
    ("sum(log(exp(log(v[m]))^a), m, 1, M)", "a*sum(log(v[m]), m, 1, M)", "M integer >= 1; a real"),
    ("sum(exp(2*log(v[m]))^(1/4), m, 1, M)", "sum(exp(log(v[m])/2), m, 1, M)", "M integer >= 1"),
]


def proof_of(lhs: str, rhs: str, where: str) -> Proof | None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    return prove_zero(difference(left, right, scope), assumptions, scope)


@pytest.mark.parametrize(("lhs", "rhs", "where"), REVIEWED)
def test_what_fails_beyond_the_reals_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    assert proof_of(lhs, rhs, where) is None


@pytest.mark.parametrize("name", ["claims_given.jsonl", "claims_given2.jsonl"])
def test_no_false_claim_of_the_collections_has_a_proof(reference_data: Path, name: str) -> None:
    claims = [json.loads(line) for line in (reference_data / name).read_text("utf-8").splitlines()]
    false = [claim for claim in claims if not claim["truth"]]
    assert len(false) > 30
    assert not [claim["id"] for claim in false if proof_of(claim["lhs"], claim["rhs"], claim["where"])]


FORMULAS: dict[str, Callable[[Complex, Complex], Complex]] = {
    "x": lambda x, y: x,
    "(-x)": lambda x, y: -x,
    "(x*y)": lambda x, y: x * y,
    "(x-y)": lambda x, y: x - y,
    "(x^3)": lambda x, y: x**3,
    "(1+x^2)": lambda x, y: 1 + x**2,
    "log(x)": lambda x, y: mpmath.log(x),
    "sqrt(x)": lambda x, y: mpmath.sqrt(x),
    "(y*log(x))": lambda x, y: y * mpmath.log(x),
    "(log(x)^2)": lambda x, y: mpmath.log(x) ** 2,
    "exp(sqrt(y))": lambda x, y: mpmath.exp(mpmath.sqrt(y)),
    "exp(x)": lambda x, y: mpmath.exp(x),
    "(x^y)": lambda x, y: mpmath.power(x, y),
}


def real(value: Complex) -> Complex:
    """Abs and sign have no value beyond the reals."""
    if abs(mpmath.im(value)) > mpmath.mpf(10) ** -30:
        raise ValueError
    return mpmath.re(value)


log, sqrt, exp = mpmath.log, mpmath.sqrt, mpmath.exp
Law = tuple[str, str, Callable[[Complex, Complex, Complex], Complex], Callable[[Complex, Complex, Complex], Complex]]
LAWS: list[Law] = [
    ("log(F^2)", "2*log(F)", lambda f, g, a: log(f**2), lambda f, g, a: 2 * log(f)),
    ("log(F^2)", "2*log(Abs(F))", lambda f, g, a: log(f**2), lambda f, g, a: 2 * log(abs(real(f)))),
    ("log(F*G)", "log(F) + log(G)", lambda f, g, a: log(f * g), lambda f, g, a: log(f) + log(g)),
    ("log(F/G)", "log(F) - log(G)", lambda f, g, a: log(f / g), lambda f, g, a: log(f) - log(g)),
    ("log(1/F)", "-log(F)", lambda f, g, a: log(1 / f), lambda f, g, a: -log(f)),
    ("log(exp(F))", "F", lambda f, g, a: log(exp(f)), lambda f, g, a: f),
    ("log(exp(F)*G)", "F + log(G)", lambda f, g, a: log(exp(f) * g), lambda f, g, a: f + log(g)),
    ("log(F^a)", "a*log(F)", lambda f, g, a: log(mpmath.power(f, a)), lambda f, g, a: a * log(f)),
    ("sqrt(F^2)", "F", lambda f, g, a: sqrt(f**2), lambda f, g, a: f),
    ("sqrt(F^2*G)", "Abs(F)*sqrt(G)", lambda f, g, a: sqrt(f**2 * g), lambda f, g, a: abs(real(f)) * sqrt(g)),
    ("sqrt(F*G)", "sqrt(F)*sqrt(G)", lambda f, g, a: sqrt(f * g), lambda f, g, a: sqrt(f) * sqrt(g)),
    ("1/sqrt(F)", "sqrt(1/F)", lambda f, g, a: 1 / sqrt(f), lambda f, g, a: sqrt(1 / f)),
    ("exp(F)^a", "exp(a*F)", lambda f, g, a: mpmath.power(exp(f), a), lambda f, g, a: exp(a * f)),
    ("(F*G)^a", "F^a*G^a", lambda f, g, a: (f * g) ** a, lambda f, g, a: f**a * g**a),
    ("log(F^2) + Abs(x)", "2*log(F) + Abs(x)", lambda f, g, a: log(f**2), lambda f, g, a: 2 * log(f)),
    ("log1p(F^2-1)", "2*log(F)", lambda f, g, a: log(f**2), lambda f, g, a: 2 * log(f)),
    ("exp(log(F)/2)", "sqrt(F)", lambda f, g, a: exp(log(f) / 2), lambda f, g, a: sqrt(f)),
    ("logit(F)", "log(F) - log(1-F)", lambda f, g, a: log(f / (1 - f)), lambda f, g, a: log(f) - log(1 - f)),
]
POINTS = [(x, y, a) for x in (-2.7, -0.6, 0.4, 1.9, 5.3) for y in (-3.1, -0.7, 0.3, 2.2) for a in (-1.5, 0.4, 2, 3)]


def is_false(law: Law, f: str, g: str) -> bool:
    """Does mpmath find a point at which both sides have values that differ?"""
    with mpmath.workdps(40):
        for x, y, a in POINTS:
            try:
                inside = [FORMULAS[name](mpmath.mpf(x), mpmath.mpf(y)) for name in (f, g)]
                left, right = (side(*inside, mpmath.mpf(a)) for side in law[2:])
            except (ValueError, ZeroDivisionError):
                continue
            if abs(left - right) > mpmath.mpf(10) ** -20 * (1 + abs(left)):
                return True
    return False


def pairs() -> list[tuple[Law, str, str]]:
    chance = random.Random(20)
    whole = [(law, f, g) for law in LAWS for f in FORMULAS for g in FORMULAS if "G" in law[0] or g == "x"]
    return chance.sample(whole, 300)


def test_no_law_of_real_numbers_is_proved_where_mpmath_finds_it_false() -> None:
    false = [(law, f, g) for law, f, g in pairs() if is_false(law, f, g)]
    assert len(false) > 100
    texts = [[side.replace("F", f).replace("G", g) for side in law[:2]] for law, f, g in false]
    assert not [(lhs, rhs) for lhs, rhs in texts if proof_of(lhs, rhs, "x real; y real; a real")]


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("log(x^2)", "2*log(Abs(x))", "x real"),
        ("log(exp(x)*y)", "x + log(y)", "x real; y real"),
        ("log(exp(a*log(x)))", "a*log(x)", "x > 0; a real"),
        ("log((1+x^2)^a) + Abs(y)", "a*log(1+x^2) + Abs(y)", "x real; y real; a real"),
        ("sqrt(log(x)^2)", "Abs(log(x))", "x > 0"),
        ("log(sqrt(1+x^2) - x) + log(sqrt(1+x^2) + x)", "0", "x > 0"),
    ],
)
def test_what_is_real_keeps_its_proof(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED
