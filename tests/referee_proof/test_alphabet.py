"""A verdict depends on the claim, and not on what its symbols are called."""

from __future__ import annotations

import re

import pytest

import lossproof
from lossproof import equal
from lossproof.notation import free_names, parse_assumptions, parse_tree, to_text
from lossproof.notation.renaming import Renaming, names_assumed, names_written
from lossproof.referee import alphabet, judge
from lossproof.referee.steps.convexity import convex
from lossproof.referee.steps.relations import at_least, same_optimum
from lossproof.referee.verdict import Verdict

ORDERED = (
    "indicator(k == 1)*expit(c[1]-eta) + indicator(k > 1)*(expit(c[k]-eta)-expit(c[k-1]-eta))",
    "indicator(k == 1)/(1+exp(eta-c[1])) + indicator(k > 1)*(1/(1+exp(eta-c[k])) - 1/(1+exp(eta-c[k-1])))",
    "K integer >= 2; k in 1..K; c[k] real; eta real",
)
CLAIMS = [
    pytest.param(*ORDERED, id="data and an index"),
    pytest.param("sum(x[m]*sum(a[k, m], k, 1, K), m, 1, M)", "sum(sum(x[m]*a[k, m], m, 1, M), k, 1, K)", "", id="sums"),
    pytest.param("log(a*b/c)", "log(a) + log(b) - log(c)", "a > 0; b > 0; c > 0", id="a proof"),
    pytest.param("log(a*b/c)", "log(a) + log(b) - log(c)", "a > 0; b > 0", id="a counterexample"),
    pytest.param("Max(a, b) + Min(a, b)", "b + a", "", id="cases"),
    pytest.param("delta(i*j, 77)", "0", "i integer; j integer", id="only points"),
    pytest.param("1/(x-x)", "y", "", id="no domain"),
]
NAMES = re.compile(r"[A-Za-z_]\w*")
KEPT = {"log", "exp", "expit", "sum", "Max", "Min", "delta", "indicator", "real", "integer", "in"}


def reversed_alphabet(text: str) -> str:
    """The text with every name turned round in the alphabet: a becomes z9, b y9."""

    def other(found: re.Match[str]) -> str:
        name = found[0]
        return name if name in KEPT else "".join(chr(219 - ord(c)) for c in name.lower()) + ("9" * (1 + name.isupper()))

    return NAMES.sub(other, text)


def said(verdict: Verdict) -> tuple[object, ...]:
    found, witness = verdict.evidence, verdict.witness
    rules = [rule.name for rule in found.rules]
    shown = witness and ([*witness.point.values()], witness.lhs, witness.rhs)
    return verdict.status, found.points, found.radius, rules, shown


@pytest.mark.parametrize(("lhs", "rhs", "where"), CLAIMS)
def test_a_claim_under_other_names_has_the_same_verdict(lhs: str, rhs: str, where: str) -> None:
    own, other = equal(lhs, rhs, where), equal(*map(reversed_alphabet, (lhs, rhs, where)))
    assert said(own) == said(other)
    points = [[*verdict.witness.point] if verdict.witness else [] for verdict in (own, other)]
    assert [*map(reversed_alphabet, points[0])] == points[1]


@pytest.mark.parametrize(("lhs", "rhs", "where"), CLAIMS)
def test_a_verdict_speaks_in_the_names_of_its_claim(lhs: str, rhs: str, where: str) -> None:
    verdict = equal(lhs, rhs, where)
    rules = [to_text(side) for rule in verdict.evidence.rules for side in (rule.before, rule.after)]
    shown = " ".join([str(verdict), *rules, *verdict.evidence.assumptions, str(verdict.witness)])
    assert not re.search(r"\bv_", shown)
    assert free_names(parse_tree(lhs)) & set(NAMES.findall(shown))


def test_a_counterexample_has_the_same_values_in_the_same_order() -> None:
    sides = "x^2 + y*z", "y*z + x^2 + 1e-9*(x - y)*(y - z)"
    claims = [
        [Renaming(dict(zip("xyz", names, strict=True))).of(parse_tree(side)) for side in sides]
        for names in ("xyz", "zxy")
    ]
    one, other = (equal(*claim).witness for claim in claims)
    assert one
    assert other
    assert ([*one.point], [*other.point]) == (["x", "y", "z"], ["z", "x", "y"])
    assert [*one.point.values()] == [*other.point.values()]


def test_letters_of_a_proof_do_not_catch_those_of_the_author() -> None:
    verdict = equal("sum(i*x[j]*k, j, 1, l)", "k*i*sum(x[j], j, 1, l)", "i real; k real; l integer >= 1")
    assert verdict.status == "proved"
    for rule in verdict.evidence.rules:
        assert free_names(rule.before) <= {"i", "k", "l"}
        assert equal(rule.before, rule.after, "l integer >= 1").status == "proved"


def test_what_cannot_be_asked_is_said_in_the_names_of_the_claim() -> None:
    with pytest.raises(lossproof.RejectedText, match="'mu'"):
        equal("diff(mu^2, mu)", "2*mu", "mu = exp(eta)")


def test_inequalities_and_optima_are_judged_under_any_names() -> None:
    for a, b in (("a", "b"), ("z", "c")):
        lhs, rhs, clauses = parse_tree(f"{a}^2 + {b}^2"), parse_tree(f"2*{a}*{b}"), parse_assumptions("")
        assert at_least(lhs, rhs, clauses).status == "proved"
        witness = at_least(rhs, lhs, clauses).witness
        assert witness
        assert [*witness.point] == [a, b]
        assert convex(lhs, parse_tree(f"2*{a}_v^2 + 2*{b}_v^2"), frozenset({a, b}), clauses).status == "proved"
        assert same_optimum(lhs, parse_tree(f"3*({a}^2 + {b}^2)"), clauses, frozenset({a})).status == "proved"


def test_a_renaming_reaches_every_part_of_what_is_assumed() -> None:
    clauses = parse_assumptions(
        "0 < p < q; x[m] > s; (t1, t2) simplex; mu = exp(eta); c[k] < c[k+1]; z[j] = w*x[j]; r != h; u in {0, 1};"
        "g one-hot over 1..K"
    )
    names = names_assumed(clauses)
    assert {*"pqxmsckzjwrhugK", "t1", "t2", "mu", "eta"} <= {*names}
    numbered = Renaming.in_order(names)
    changed = numbered.assumptions(clauses)
    assert all(name.startswith("v_") for name in names_assumed(changed))
    assert numbered.inverse.assumptions(changed) == clauses


def test_names_follow_one_another_as_they_are_written() -> None:
    written = names_written(parse_tree("sum(z[m] + b, m, 1, a)"))
    assert written == ("m", "z", "b", "a")
    assert [*Renaming.in_order(written).names.values()] == ["v_aa", "v_ab", "v_ac", "v_ad"]
    many = [*Renaming.in_order(f"x{n}" for n in range(700)).names.values()]
    assert many == sorted(set(many))


def test_a_proof_keeps_its_own_letters_apart() -> None:
    tree = parse_tree("sum(v_aa*i + v_ab1, i, 1, v_ab)")
    speaker = alphabet.Speaker(Renaming({"v_aa": "i", "v_ab": "M"}))
    assert to_text(speaker.value(tree)) == "sum(i*j + M1, j, 1, M)"


def test_judging_happens_under_numbered_names(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(judge, "_judge", lambda sides, *_: seen.append(to_text(sides[0])) or Verdict("given", ()))
    equal("zeta + a", "a")
    assert seen == ["v_aa + v_ab"]
