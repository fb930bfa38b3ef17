"""What a ``where`` text says: clauses as data, combined, contradictions refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pytest

import lossproof
from lossproof.errors import RejectedText
from lossproof.notation import (
    apply_definitions,
    assumptions_text,
    complete_assumptions,
    parse_assumptions,
    parse_tree,
    put_in_formulas,
    to_text,
)
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.tree import Call, Name, Node, Number, Order


def n(text: str) -> Node:
    return parse_tree(text)


ZERO, ONE = n("0"), n("1")

SCALARS: dict[str, tuple[str, Domain]] = {
    "x real": ("x", Interval()),
    "x > 0": ("x", Interval(low=ZERO, low_open=True)),
    "x >= 1": ("x", Interval(low=ONE)),
    "1 <= x": ("x", Interval(low=ONE)),
    "x < 0": ("x", Interval(high=ZERO, high_open=True)),
    "0 > x": ("x", Interval(high=ZERO, high_open=True)),
    "x != 0": ("x", Interval(excluded=(ZERO,))),
    "0 != x": ("x", Interval(excluded=(ZERO,))),
    "x real > 0": ("x", Interval(low=ZERO, low_open=True)),
    "0 < yp < 1": ("yp", Interval(ZERO, ONE, True, True)),
    "1 > yp >= 0": ("yp", Interval(ZERO, ONE, False, True)),
    "-1/2 < x <= pi": ("x", Interval(n("-1/2"), n("pi"), True, False)),
    "n integer": ("n", Interval(integer=True)),
    "n integer >= 1": ("n", Interval(low=ONE, integer=True)),
    "M integer >=1": ("M", Interval(low=ONE, integer=True)),
    "k integer; 0 <= k <= n": ("k", Interval(ZERO, Name("n"), integer=True)),
    "0 <= k <= n; k integer": ("k", Interval(ZERO, Name("n"), integer=True)),
    "k <= n - 1": ("k", Interval(high=n("n - 1"))),
    "yt in {0, 1}": ("yt", FiniteSet((Fraction(0), Fraction(1)))),
    "y in {-1, 1/2, 0.25}": ("y", FiniteSet((Fraction(-1), Fraction(1, 2), Fraction(1, 4)))),
    "y in {1, 1, 0}": ("y", FiniteSet((Fraction(1), Fraction(0)))),
    "y in {0, 1, 2}; y > 0": ("y", FiniteSet((Fraction(1), Fraction(2)))),
    "y >= 1/2; y in {0, 1}": ("y", FiniteSet((Fraction(1),))),
    "y in {0, 1}; y in {1, 2}": ("y", FiniteSet((Fraction(1),))),
    "y in {0, 1/2}; y integer": ("y", FiniteSet((Fraction(0),))),
    "k in 1..K": ("k", IndexRange(ONE, Name("K"))),
    "k in 0..M-1": ("k", IndexRange(ZERO, n("M - 1"))),
    "k in 0..M-1; k integer": ("k", IndexRange(ZERO, n("M - 1"))),
    "k in 0..9; k >= 2": ("k", Interval(n("2"), n("9"), integer=True)),
    "x > 0; x > 2; x < 9; x <= 5": ("x", Interval(n("2"), n("5"), True, False)),
    "x > 0; x >= 0": ("x", Interval(ZERO, low_open=True)),
    "x > a; x > b; x > c": ("x", Interval(Call("Max", (Name("a"), Name("b"), Name("c"))), low_open=True)),
    "x <= a; x <= b; x <= a": ("x", Interval(high=Call("Min", (Name("a"), Name("b"))))),
    "x > 0; x != 1; x != 1": ("x", Interval(ZERO, low_open=True, excluded=(ONE,))),
}


@pytest.mark.parametrize("where", SCALARS)
def test_a_clause_on_a_scalar_is_read(where: str) -> None:
    name, domain = SCALARS[where]
    assert parse_assumptions(where).scalars == {name: domain}


@pytest.mark.parametrize("letters", [("m",), ("i", "j")])
@pytest.mark.parametrize("where", SCALARS)
def test_the_same_clause_on_data_holds_for_every_element(where: str, letters: tuple[str, ...]) -> None:
    name, domain = SCALARS[where]
    indexed = f"{name}[{', '.join(letters)}]"
    clauses = [" ".join(indexed if word == name else word for word in _words(clause)) for clause in where.split(";")]
    found = parse_assumptions(";".join(clauses))
    assert (found.arrays, found.scalars) == ({name: domain}, {})
    assert found.letters == {name: letters}


def _words(clause: str) -> list[str]:
    for sign in ("{", "}", ",", "-", "..", "/", ">=", "<="):
        clause = clause.replace(sign, f" {sign} ")
    return clause.split()


def test_a_bound_on_data_may_stand_on_either_side() -> None:
    below = {"y": Interval(high=Name("n"))}
    assert parse_assumptions("y[m] <= n").arrays == parse_assumptions("n >= y[m]").arrays == below


def test_scalars_and_data_of_one_name_are_two_quantities() -> None:
    found = parse_assumptions("yt in {0, 1}; yt[m] > 0")
    assert set(found.scalars) == set(found.arrays) == {"yt"}
    assert found.scalar("yt") != found.array("yt")
    assert found.scalar("z") == Interval()


def test_groups_bind_scalars_or_data() -> None:
    found = parse_assumptions("(t1, t2, t3) one-hot; t one-hot over 1..K; (a, b) simplex; p[k] simplex over 0..K-1")
    assert found.groups == (
        Group("one-hot", ("t1", "t2", "t3")),
        Group("one-hot", ("t",), ONE, Name("K")),
        Group("simplex", ("a", "b")),
        Group("simplex", ("p",), ZERO, n("K - 1")),
    )
    assert parse_assumptions("pi simplex over 1..K").groups == (Group("simplex", ("pi",), ONE, Name("K")),)


def test_definitions_come_in_an_order_that_resolves_them() -> None:
    found = parse_assumptions("v = 2*w; w = exp(eta); u = v + w")
    assert [name for name, _ in found.definitions] == ["u", "v", "w"]
    assert apply_definitions(n("u*x"), found) == n("(2*exp(eta) + exp(eta))*x")


def test_definitions_are_put_into_bounds_and_ranges() -> None:
    found = parse_assumptions("n = 2*M; 0 <= k <= n; j in 1..n; p simplex over 1..n")
    assert found.scalars["k"] == Interval(ZERO, n("2*M"))
    assert found.scalars["j"] == IndexRange(ONE, n("2*M"))
    assert found.groups[0].high == n("2*M")


def test_a_definition_does_not_reach_under_a_sum_that_binds_its_name() -> None:
    found = parse_assumptions("m = 3; c = m1 + 1")
    assert apply_definitions(n("sum(x[m]*m, m, 0, M) + m"), found) == n("sum(x[m]*m, m, 0, M) + 3")
    assert apply_definitions(n("sum(c*x[m1], m1, 1, K)"), found) == n("sum((m1 + 1)*x[m2], m2, 1, K)")


@pytest.mark.parametrize("where", ["", " ", ";", " ; ;", "\n"])
def test_no_clause_assumes_nothing(where: str) -> None:
    assert parse_assumptions(where) == Assumptions()


REFUSED = {
    "x": "clause says",
    "x y": "clause says",
    "x positive": "x > 0",
    "x real real": "end here",
    "2 > 1": "about a quantity",
    "x == 3": "written with '='",
    "x > x": "the same",
    "x, y": "clause says",
    "x real, y": "clause says",
    "x > 0, , y > 0": "missing beside this comma",
    "y > diff(z, a)": "no derivatives",
    "a + b = diff(z, a)": "no derivatives",
    "2 = 2": "about a quantity",
    "a + b = a + b": "the same",
    "x[2*k] < x[k]": "whole number added",
    "p[m] = q[m]; q[m] = p[m]": "goes back to itself",
    "p[m] = w; p[k] = v": "defined twice",
    "p[m] = w; p[m] > 0": "defined by '='",
    "x in (0, 1)": "0 < x < 1",
    "x in [0, 1]": "0 < x < 1",
    "x in {}": "missing",
    "x in {a}": "numbers up to",
    "x in {0, 10^7}": "numbers up to",
    "x in {0 1}": "'}'",
    "x in {0..3}": "'}'",
    "k in 0.5..3": "ends of a range",
    "k in x[m]..3": "ends of a range",
    "k in 3..1": "empty",
    "k in 1": "low..high",
    "k in k..9": "itself",
    "x[m] > 0; x[i, j] < 1": "indices in one formula",
    "0 < x > 1": "same way",
    "0 < x != 1": "same way",
    "0 < x < 1 < y": "end here",
    "x > 1; x < 0": "No value",
    "x > 0; x < 0": "No value",
    "0 < x < 0": "No value",
    "0 < n < 1; n integer": "No value",
    "n integer; 0 <= n <= 0; n != 0": "No value",
    "y in {0, 1}; y > 1": "No value",
    "y in {0, 1}; y in {2}": "No value",
    "y in {0, 1/2}; y != 0; y integer": "No value",
    "e > 0": "constant",
    "pi real": "constant",
    "e = 2": "constant",
    "pi in {3}": "constant",
    "(e, f) one-hot": "constant",
    "x > 0; e integer": "constant",
    "(t1) one-hot": "2 to 64",
    "(t1, t1) one-hot": "2 to 64",
    "(t1, 2) one-hot": "made of names",
    "(t1, t2) one-cold": "one-hot",
    "(t1, t2) one hot": "one-hot",
    "(t1, t2)": "comma",
    "(a, b) one-hot; (b, c) simplex": "one group only",
    "t one-hot": "over 1..K",
    "t one-hot over K": "low..high",
    "t[i, j] one-hot over 1..K": "One index",
    "(t1, t2) one-hot over 1..2": "end here",
    "mu = ": "missing",
    "mu = nu = 1": "end here",
    "mu = 1; mu = 2": "defined twice",
    "mu = mu + 1": "goes back to itself",
    "a = b; b = a": "goes back to itself",
    "a = b + 1; b = c; c = a": "c -> a -> b -> c",
    "mu = exp(eta); mu > 0": "defined by '='",
    "mu = exp(eta); (mu, nu) simplex": "defined by '='",
    "mu = exp(eta); f = diff(g, mu)": "defined by a formula",
    "a <= b; b <= a": "goes back to itself",
    "0 <= k <= n; n < k": "goes back to itself",
    "not x > 0": "turn the comparison",
    "print real": "Python",
    "lambda > 0": "lambda_",
    "x > oo": "infinity",
    "x > __import__('os')": "letter",
    "x real # comment": "Comments",
    "x > 9^9^9": "digits",
    "k integer; k in {0, 1}; x @ y": "product",
}


ALIKE = {
    "x, y real": "x real; y real",
    "x, y[m] > 0": "x > 0; y[m] > 0",
    "a, b, c in {0, 1}": "a in {0, 1}; b in {0, 1}; c in {0, 1}",
    "0<p<1, 0<q<1": "0 < p < 1; 0 < q < 1",
    "x > 0 and y > 0": "x > 0; y > 0",
    "M >= 1 integer": "M integer >= 1",
    "0 <= k <= n integer": "k integer; 0 <= k <= n",
    "Abs(x) < 1": "-1 < x < 1",
    "1 >= Abs(x)": "-1 <= x <= 1",
    "(a, b) simplex, q[i, j] > 0": "(a, b) simplex; q[i, j] > 0",
}


@pytest.mark.parametrize("where", ALIKE)
def test_what_people_write_says_what_separate_clauses_say(where: str) -> None:
    assert parse_assumptions(where) == parse_assumptions(ALIKE[where])


def tie(left: str, order: Order, right: str, *letters: str) -> Tie:
    return Tie(n(left), order, n(right), letters)


TIES = {
    "a + b = 1": [tie("a + b", "==", "1")],
    "a*b < 1": [tie("a*b", "<", "1")],
    "0 < a*b < 1": [tie("a*b", ">", "0"), tie("a*b", "<", "1")],
    "c[k] < c[k+1]": [tie("c[k]", "<", "c[k+1]", "k")],
    "0 <= y[m] <= n[m]": [tie("y[m]", "<=", "n[m]", "m")],
    "A[i, j] = A[j, i]": [tie("A[i, j]", "==", "A[j, i]", "i", "j")],
    "sum(x[m], m, 1, M) = 0": [tie("sum(x[m], m, 1, M)", "==", "0")],
    "sum(P[i, j], j, 1, K) = 1": [tie("sum(P[i, j], j, 1, K)", "==", "1", "i")],
    "x[0] > 0": [tie("x[0]", ">", "0")],
    "x[M] = x[0]; M integer >= 1": [tie("x[M]", "==", "x[0]")],
    "c[k] < c[k+1]; k integer": [tie("c[k]", "<", "c[k+1]", "k")],
    "x > a; x >= b": [tie("x", ">=", "b")],
    "y in {0, 1}; y < n": [tie("y", "<", "n")],
    "s = 2; a + b = s": [tie("a + b", "==", "2")],
}


@pytest.mark.parametrize("where", TIES)
def test_clauses_tie_several_quantities_together(where: str) -> None:
    found = parse_assumptions(where)
    assert list(found.ties) == TIES[where]
    assert parse_assumptions("; ".join(assumptions_text(found))) == found


def test_data_are_defined_by_a_formula_of_their_letters() -> None:
    found = parse_assumptions("mu[m] = exp(eta[m]); eta[m] = w*x[m]; s = mu[1]")
    assert [to_text(data) for data, _ in found.formulas] == ["mu[m]", "eta[m]"]
    assert parse_assumptions("; ".join(assumptions_text(found))) == found
    rest, (node,) = put_in_formulas(found, n("sum(mu[k]*y[k], k, 1, M)"))
    assert node == n("sum(exp(w*x[k])*y[k], k, 1, M)")
    assert rest.definitions == (("s", n("exp(w*x[1])")),)
    with pytest.raises(RejectedText, match="No derivative by an element of 'mu'"):
        put_in_formulas(found, n("diff(y[1]*mu[1], mu[1])"))


@pytest.mark.parametrize("where", REFUSED)
def test_what_is_no_clause_is_refused_with_what_would_do(where: str) -> None:
    with pytest.raises(RejectedText) as caught:
        parse_assumptions(where)
    assert REFUSED[where] in caught.value.sentence
    assert caught.value.position is not None
    assert 0 <= caught.value.position <= len(where)


def test_the_caret_of_a_contradiction_stands_under_the_later_clause() -> None:
    with pytest.raises(RejectedText) as caught:
        parse_assumptions("x > 1; y real; x < 0")
    assert caught.value.position == len("x > 1; y real; ")


@pytest.mark.parametrize("where", SCALARS)
def test_assumptions_are_written_as_clauses_that_say_the_same(where: str) -> None:
    found = parse_assumptions(where)
    assert parse_assumptions("; ".join(assumptions_text(found))) == found


def test_every_kind_of_clause_is_written_and_read_back() -> None:
    where = (
        "(t1, t2) one-hot; p simplex over 1..K; q[i, j] real; v = 2*w; w = exp(eta); 0 < yp[m] < 1; "
        "k integer; 0 <= k <= n; x != 0; x > -1; i in 0..M - 1; z in {-1, 1/2}"
    )
    found = parse_assumptions(where)
    assert parse_assumptions("; ".join(assumptions_text(found))) == found
    assert "0 < yp[m] < 1" in assumptions_text(found)
    assert "q[i, j] real" in assumptions_text(found)


BOMBS = [
    ";".join(f"a{i} = a{i + 1}*a{i + 1}" for i in range(60)),
    ";".join(f"a{i} = a{i + 1} + 1" for i in range(150)),
    ";".join(f"x{i} real" for i in range(500)),
    "x in {" + ", ".join(map(str, range(1000))) + "}",
    "(" + ", ".join(f"t{i}" for i in range(500)) + ") one-hot",
    "a = " + "+".join(["b"] * 90) + "; b = " + "+".join(["c"] * 90),
    "x > " + "(" * 4000,
    "x real;" * 4000,
    "a = 9^99; b = a^99; c = b^99; x > c",
    ";".join(f"a{i}[m] = a{i + 1}[m]*a{i + 1}[m]" for i in range(60)),
    "x" + ", x" * 3000 + " > 0",
]


@pytest.mark.parametrize("where", BOMBS, ids=lambda where: where[:30])
def test_long_and_growing_assumptions_are_refused_with_little_work(
    where: str, work: Callable[[Callable[[], object]], int]
) -> None:
    with pytest.raises(RejectedText):
        parse_assumptions(where)
    assert work(partial(parse_assumptions, where)) < 1_000_000


def test_definitions_cannot_build_a_number_that_no_formula_may_hold() -> None:
    found = parse_assumptions("a = 9^99; b = 99")
    with pytest.raises(RejectedText, match="digits"):
        apply_definitions(n("a^b^2"), found)
    with pytest.raises(RejectedText, match="limited"):
        apply_definitions(n("factorial(a)"), found)


@pytest.mark.parametrize(
    ("formula", "where"),
    [
        ("2^n^n", "n in {0, 999}"),
        ("factorial(n)", "n in {5000}"),
        ("x^n", "n in {1, -100000}"),
        ("p[m]^p[m]^p[m]", "p[m] in {99}"),
        ("a^b^2", "a = 9^99; b = 99"),
        ("2^c", "n in {99}; c = n^99"),
    ],
)
def test_values_and_definitions_cannot_smuggle_a_bomb_into_a_formula(formula: str, where: str) -> None:
    with pytest.raises(RejectedText):
        complete_assumptions(parse_assumptions(where), n(formula))


@pytest.mark.parametrize(
    ("formula", "where"),
    [("yp^yt*(1 - yp)^(1 - yt)", "yt in {0, 1}"), ("binomial(n, k)", "n in {100}"), ("2^n^2", "n in {-3, 1/2, 9}")],
)
def test_usual_values_are_let_through(formula: str, where: str) -> None:
    given = parse_assumptions(where)
    assert given.scalars.items() <= complete_assumptions(given, n(formula)).scalars.items()


def test_an_index_and_the_end_of_a_range_are_whole_numbers() -> None:
    found = complete_assumptions(parse_assumptions("M > 0; c real"), n("sum(x[m]*c, m, 0, M-1) + y[k]"))
    assert found.scalars["M"] == Interval(ZERO, low_open=True, integer=True)
    assert found.scalars["k"] == Interval(integer=True)
    assert found.scalars["c"] == Interval()
    assert "m" not in found.scalars


def test_a_bound_index_is_not_a_free_one() -> None:
    found = complete_assumptions(Assumptions(), n("sum(sum(q[i, j], j, 0, i), i, 0, N)"))
    assert set(found.scalars) == {"N"}


def test_formulas_and_assumptions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RejectedText, match="'mu'"):
        complete_assumptions(parse_assumptions("mu = exp(eta)"), n("diff(mu^2, mu)"))
    with pytest.raises(RejectedText, match="numbers of indices"):
        complete_assumptions(Assumptions(), n("x[m]"), n("x[i, j]"))
    with pytest.raises(RejectedText, match="No value"):
        complete_assumptions(parse_assumptions("k in {1/2}"), n("x[k]"))


def test_numbers_in_sets_and_bounds_are_exact() -> None:
    assert parse_assumptions("x in {0.1}").scalars["x"] == FiniteSet((Fraction(1, 10),))
    low = parse_assumptions("x > 0.1").scalars["x"]
    assert isinstance(low, Interval)
    assert isinstance(low.low, Number)
    assert low.low.value == Fraction(1, 10)
    assert to_text(low.low) == "0.1"


@pytest.mark.parametrize(
    "where",
    [
        "y < 0; (x, y) simplex",
        "(x, y) simplex; y <= 0",
        "(x, y) simplex; y >= 1",
        "(x, y) simplex; y integer",
        "(x, y) simplex; y in {0, 1}",
        "(x, y) simplex; x > 3/5; y > 1/2",
        "(x, y, z) simplex; x < 1/4; y < 1/4; z <= 1/2",
        "(x, y) simplex; x in {1/2}; y in {1/3}",
        "p simplex over 1..K; p[m] < 0",
        "p simplex over 1..K; p[m] > 1",
        "p simplex over 1..3; p[m] < 1/3",
        "p simplex over 1..3; p[m] > 1/3",
        "p[m] >= 1; p simplex over 0..1",
        "(s, t) one-hot; s < 0",
        "(s, t) one-hot; 0 < s < 1",
        "(s, t) one-hot; s > 0; t > 0",
        "(s, t) one-hot; s < 1; t < 1",
        "t one-hot over 1..K; t[k] < 1",
        "t one-hot over 1..2; t[k] > 0",
    ],
)
def test_clauses_that_leave_nothing_of_a_group_are_refused_in_one_sentence(where: str) -> None:
    for ask in (parse_assumptions, lambda text: lossproof.parse("x + y", where=text)):
        with pytest.raises(RejectedText, match="No point satisfies"):
            ask(where)


@pytest.mark.parametrize(
    "where",
    [
        "(x, y) simplex; x <= 1/2; y >= 1/2",
        "(x, y) simplex; x > y; y < q",
        "(x, y) simplex; x in {1/3, 1/2}",
        "p simplex over 1..K; p[m] < 1/1000",
        "p simplex over 1..3; p[m] <= 1/3",
        "p simplex over 1..K; p[m] <= 1; K integer >= 1",
        "p simplex over a..b; p[m] >= 1",
        "(s, t) one-hot; s > 0",
        "t one-hot over 1..K; t[k] > 0",
    ],
)
def test_clauses_that_narrow_a_group_are_read(where: str) -> None:
    assert parse_assumptions(where).groups


@pytest.mark.parametrize(
    "where",
    [
        "q < t <= 0; q = 2",
        "q < t[k] <= 0; q = 2",
        "k in 1..K; K = -3",
        "k in a..b; a = 5; b = a - 1",
        "n integer; 0 < n < q; q = 1/2 + 1/2",
        "p simplex over 1..K; K = 0",
        "p simplex over 1..K; K = 2; p[m] < 1/2",
        "t one-hot over 1..K; K = -2",
    ],
)
def test_definitions_that_leave_nothing_of_a_domain_are_refused(where: str) -> None:
    for ask in (parse_assumptions, lambda text: lossproof.parse("k + t + t[k]", where=text)):
        with pytest.raises(RejectedText, match=r"No (value|point) satisfies"):
            ask(where)
