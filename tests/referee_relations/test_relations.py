"""Relations beyond equality: each is proved where it holds and refuted, with a witness, where it is planted wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree, to_sympy
from lossproof.notation.evaluated import evaluated
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.parts import possible_signs
from lossproof.referee.steps.convex_parts import is_convex_by_parts
from lossproof.referee.steps.convexity import convex
from lossproof.referee.steps.links import links
from lossproof.referee.steps.relations import at_least, same_optimum
from lossproof.referee.verdict import Status, Verdict
from lossproof.words.codes import Way

LOGISTIC = "M integer >= 1; N integer >= 1; 0 <= yt[m] <= 1; w[j] real; x[m, j] real"
IN_U = "(1/M)*sum(softplus(sum(w[j]*x[m, j], j, 0, N)) - yt[m]*sum(w[j]*x[m, j], j, 0, N), m, 0, M-1)"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where", "strict"),
    [
        ("x^2", "0", "x real", False),
        ("expit(u)*expit(-u)", "0", "u real", True),
        ("k/p^2 + (n-k)/(1-p)^2", "0", "0 < p < 1; k integer; n integer; 0 < k < n", True),
        ("sum(h[m]*v[m]^2, m, 0, M-1)", "0", "h[m] >= 0; v[m] real; M integer >= 1", False),
        ("1", "p", "0 <= p <= 1", False),
        ("exp(x)", "0", "x real", True),
    ],
)
def test_an_inequality_is_proved(lhs: str, rhs: str, where: str, strict: bool) -> None:
    verdict = at_least(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where), strict=strict)
    assert verdict.status is Status.PROVED, verdict
    assert verdict.evidence.points > 0


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("x^3", "0", "x real"),
        ("expit(u)*expit(-u) - 1/5", "0", "u real"),
        ("sum(h[m]*v[m], m, 0, M-1)", "0", "h[m] >= 0; v[m] real; M integer >= 1"),
        ("0", "x^2", "x real"),
    ],
)
def test_a_wrong_inequality_is_refuted_with_a_witness(lhs: str, rhs: str, where: str) -> None:
    verdict = at_least(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where))
    assert verdict.status is Status.REFUTED
    assert verdict.witness is not None
    assert float(verdict.witness.lhs) < float(verdict.witness.rhs)


def test_a_strict_inequality_with_a_touching_point_is_never_proved() -> None:
    verdict = at_least(parse_tree("x^2"), parse_tree("0"), parse_assumptions("x real"), strict=True)
    assert verdict.status in (Status.UNDECIDED, Status.REFUTED)


def test_an_inequality_outside_the_domain_is_undecided() -> None:
    verdict = at_least(parse_tree("log(x)"), parse_tree("0"), parse_assumptions("x < 0"))
    assert verdict.status is Status.UNDECIDED


@pytest.mark.parametrize(
    ("before", "after", "where", "varying", "said"),
    [
        ("prod(P[m], m, 0, M-1)", "sum(log(P[m]), m, 0, M-1)", "M integer >= 1; P[m] > 0", "P", "log is strictly"),
        ("p^k*(1-p)^(n-k)", "k*log(p) + (n-k)*log(1-p)", "0 < p < 1; k real; n real", "p", "log is strictly"),
        ("sum(log(P[m]), m, 0, M-1)", "-(1/M)*sum(log(P[m]), m, 0, M-1)", "M integer >= 1; P[m] > 0", "P", "minimum"),
        ("2*x^2 + c", "3*x^2 - d", "x real; c real; d real", "x", "keeps the optimum"),
        ("x^2", "exp(x^2)", "x real", "x", "exp is strictly"),
        ("x^2", "a*x^2", "x real; a < 0", "x", "turns the maximum"),
    ],
)
def test_a_strictly_monotone_step_keeps_the_optimum(
    before: str, after: str, where: str, varying: str, said: str
) -> None:
    verdict = same_optimum(parse_tree(before), parse_tree(after), parse_assumptions(where), frozenset(varying.split()))
    assert verdict.status is Status.PROVED, verdict
    assert said in verdict.method


GAUSSIAN = "y[m] real; mu[m] real; s > 0; M integer >= 1"
GAUSSIAN_LINES = (
    "prod(exp(-(y[m] - mu[m])^2/(2*s^2))/(s*sqrt(2*pi)), m, 0, M-1)",
    "sum(-(y[m] - mu[m])^2/(2*s^2) - log(s*sqrt(2*pi)), m, 0, M-1)",
    "-sum((y[k] - mu[k])^2, k, 0, M-1)/(2*s^2)",
    "-sum((y[m] - mu[m])^2, m, 0, M-1)",
    "(1/M)*sum((y[m] - mu[m])^2, m, 0, M-1)",
)
POISSON = "y[m] integer >= 0; mu[m] > 0; M integer >= 1"
POISSON_LINES = (
    "prod(mu[m]^y[m]*exp(-mu[m])/factorial(y[m]), m, 0, M-1)",
    "sum(y[m]*log(mu[m]) - mu[m] - log(factorial(y[m])), m, 0, M-1)",
    "sum(y[m]*log(mu[m]) - mu[m], m, 0, M-1)",
    "-(1/M)*sum(y[m]*log(mu[m]) - mu[m], m, 0, M-1)",
    "(1/M)*sum(mu[m] - y[m]*log(mu[m]), m, 0, M-1)",
)


@pytest.mark.parametrize(("lines", "where"), [(GAUSSIAN_LINES, GAUSSIAN), (POISSON_LINES, POISSON)])
def test_a_whole_chain_from_the_likelihood_to_the_loss_keeps_its_optimum(lines: tuple[str, ...], where: str) -> None:
    """For any number of samples: log, drop what does not vary, times what has one sign, in one or more steps."""
    for before, after in [*pairwise(lines), (lines[0], lines[-1]), (lines[1], lines[-1])]:
        verdict = same_optimum(parse_tree(before), parse_tree(after), parse_assumptions(where), frozenset({"mu"}))
        assert verdict.status is Status.PROVED, (before, after, verdict)


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("y*log(mu) - mu", "mu - y*log(mu)", "mu > 0; y >= 0"),
        ("y*log(mu) - mu", "-(y*log(mu) - mu)", "mu > 0; y >= 0"),
        ("exp(-(y-mu)^2/2)", "-(y-mu)^2/2", "y real; mu real"),
        ("-(y-mu)^2/2", "exp(-(y-mu)^2/2)/sqrt(2*pi)", "y real; mu real"),
        ("2*exp(3*mu) + 1", "mu", "mu real"),
        ("-3*exp(-mu^2)", "mu^2 + 7", "mu real"),
        ("log(1 + exp(mu))/2 + 3", "1 + exp(mu)", "mu real"),
    ],
)
def test_scales_and_constants_are_found_on_both_sides(before: str, after: str, where: str) -> None:
    verdict = same_optimum(parse_tree(before), parse_tree(after), parse_assumptions(where), frozenset({"mu"}))
    assert verdict.status is Status.PROVED, verdict


@pytest.mark.parametrize(
    ("lines", "where", "planted"),
    [
        (GAUSSIAN_LINES, GAUSSIAN, "(1/M)*sum((y[m] + mu[m])^2, m, 0, M-1)"),
        (POISSON_LINES, POISSON, "(1/M)*sum(mu[m] - 2*y[m]*log(mu[m]), m, 0, M-1)"),
        (POISSON_LINES, POISSON, "(1/M)*sum(mu[m] - log(mu[m]), m, 0, M-1)"),
    ],
)
def test_a_planted_error_in_the_chain_is_not_proved(lines: tuple[str, ...], where: str, planted: str) -> None:
    for before in lines:
        verdict = same_optimum(parse_tree(before), parse_tree(planted), parse_assumptions(where), frozenset({"mu"}))
        assert verdict.status in (Status.REFUTED, Status.UNDECIDED), (before, verdict)


NORMAL = "x[m] real; mu real; v > 0; s > 0; M integer >= 1"
NORMAL_LIKELIHOOD = "prod(exp(-(x[m] - mu)^2/(2*v))/sqrt(2*pi*v), m, 0, M-1)"
RIDGE = "q/2*sum((y[m] - sum(w[k]*x[m,k], k, 0, N))^2, m, 0, M-1) + r/2*sum(w[k]^2, k, 0, N)"
RIDGE_MEAN = "(1/M)*sum((y[m] - sum(w[k]*x[m,k], k, 0, N))^2, m, 0, M-1)/2 + lam/2*sum(w[k]^2, k, 0, N)"


@pytest.mark.parametrize(
    ("before", "after", "where", "varying"),
    [
        (NORMAL_LIKELIHOOD, "-M/2*log(2*pi*v) - sum((x[m]-mu)^2, m, 0, M-1)/(2*v)", NORMAL, "mu v"),
        (NORMAL_LIKELIHOOD, "log(v) + (1/M)*sum((x[m]-mu)^2, m, 0, M-1)/v", NORMAL, "mu v"),
        (
            "prod(exp(-(x[m]-mu)^2/(2*s^2))/(s*sqrt(2*pi)), m, 0, M-1)",
            "-M*log(s) - sum((x[m]-mu)^2, m, 0, M-1)/(2*s^2)",
            NORMAL,
            "mu s",
        ),
        (
            "prod(a^p*x[m]^(p-1)*exp(-a*x[m])/gamma(p), m, 0, M-1)",
            "M*p*log(a) + (p-1)*sum(log(x[m]), m, 0, M-1) - a*sum(x[m], m, 0, M-1) - M*loggamma(p)",
            "x[m] > 0; a > 0; p > 0; M integer >= 1",
            "a p",
        ),
        (RIDGE, RIDGE_MEAN, "M integer >= 1; N integer >= 0; q > 0; r > 0; lam = r/(M*q)", "w"),
    ],
)
def test_parameters_of_scale_and_quantities_that_are_defined_keep_the_optimum(
    before: str, after: str, where: str, varying: str
) -> None:
    names = frozenset(varying.split())
    assert same_optimum(parse_tree(before), parse_tree(after), parse_assumptions(where), names).status is Status.PROVED
    added = {"mu v": "mu", "mu s": "s", "a p": "p", "w": "w[0]"}[varying]
    wrong = same_optimum(parse_tree(before), parse_tree(f"{after} + {added}"), parse_assumptions(where), names)
    assert wrong.status in (Status.REFUTED, Status.UNDECIDED)


def test_a_factor_whose_sign_is_not_known_is_named() -> None:
    """exp(b) - b >= 1, and the signs of its parts do not show it."""
    where = parse_assumptions("x real; b real")
    verdict = same_optimum(parse_tree("x^2"), parse_tree("(exp(b) - b)*x^2"), where, frozenset("x"))
    assert verdict.status is Status.UNDECIDED
    assert "the sign of exp(b) - b is not known" in verdict.method


@pytest.mark.parametrize("line", ["(x + a + b + c)^400", "(x + a + b)^90*(x + c)^90"])
def test_a_line_that_would_fill_the_memory_is_not_multiplied_out(line: str) -> None:
    found = list(links(parse_tree(line), parse_tree(f"-({line})"), parse_assumptions("x > 0"), frozenset({"x"})))
    assert [link.ways for link in found][:1] == [(Way.TIMES_NEGATIVE(factor=parse_tree("-1")),)]


@pytest.mark.parametrize(("varying", "said"), [("", "nothing in either line"), ("w", "w in neither line")])
def test_where_nothing_varies_the_message_says_what_to_write(varying: str, said: str) -> None:
    verdict = same_optimum(
        parse_tree("x^2"), parse_tree("-x^2"), parse_assumptions("x real"), frozenset(varying.split())
    )
    assert verdict.status is Status.UNDECIDED
    assert said in verdict.method
    assert "varying=" in verdict.method


@pytest.mark.parametrize(
    ("before", "after", "where", "varying"),
    [
        ("x^2", "x", "x real", "x"),
        ("x", "x^3 - x", "x real", "x"),
        ("x^2", "a*x^2", "x real; a real", "x"),
        ("p*q", "p + q - 3*p*q", "0 < p < 1; 0 < q < 1", "p q"),
        ("prod(P[m], m, 0, M-1)", "sum(P[m]^2 - P[m], m, 0, M-1)", "M integer >= 1; P[m] > 0", "P"),
    ],
)
def test_a_step_that_moves_the_optimum_is_refuted(before: str, after: str, where: str, varying: str) -> None:
    verdict = same_optimum(parse_tree(before), parse_tree(after), parse_assumptions(where), frozenset(varying.split()))
    assert verdict.status is Status.REFUTED, verdict
    assert verdict.witness is not None


def bends(function: str, curvature: str, variables: str, where: str) -> Verdict:
    names = frozenset(variables.split())
    return convex(parse_tree(function), parse_tree(curvature), names, parse_assumptions(where))


SHARE = "exp(u[k])/sum(exp(u[l]), l, 1, K)"
SPREAD = f"sum({SHARE}*(v[k] - sum(exp(u[l])*v[l], l, 1, K)/sum(exp(u[l]), l, 1, K))^2, k, 1, K)"
CURVATURE_IN_U = "(1/M)*sum(expit(u[m])*(1 - expit(u[m]))*sum(v[k]*x[m,k], k, 0, N)^2, m, 0, M-1)"
POSITIVE = "M integer >= 1; c[m] >= 0"
IN_W = "sum(w[k]*x[m,k], k, 0, N)"


@pytest.mark.parametrize(
    ("function", "curvature", "variables", "where"),
    [
        (IN_U, CURVATURE_IN_U.replace("u[m]", IN_W), "w", LOGISTIC),
        ("softplus(u) - yt*u", "expit(u)*(1 - expit(u))", "u", "u real; yt real"),
        ("softplus(u) - yt*u", "expit(u)*(1 - expit(u))*d^2", "u", "u real; yt real"),
        ("-log(p)", "1/p^2", "p", "p > 0"),
        ("(a*x + b*y + c)^2", "2*(a*p + b*q)^2", "x y", "a real; b real; c real"),
        ("exp(x) + (x - y)^2", "exp(x)*p^2 + 2*(p - q)^2", "x y", "x real; y real"),
        ("sum(c[m]*exp(w*x[m]), m, 0, M-1)", "v^2*sum(c[m]*x[m]^2*exp(w*x[m]), m, 0, M-1)", "w", POSITIVE),
        ("3*x - 2*y", "0", "x y", "x real; y real"),
        ("log(exp(x) + exp(y))", "exp(x + y)/(exp(x) + exp(y))^2*(p - q)^2", "x y", "x real; y real"),
        ("logsumexp(u[k], k, 1, K)", SPREAD, "u", "K integer >= 1"),
        ("sqrt(1 + x^2)", "(1 + x^2)^(-3/2)", "x", "x real"),
    ],
)
def test_the_curvature_along_any_line_is_proved(function: str, curvature: str, variables: str, where: str) -> None:
    verdict = bends(function, curvature, variables, where)
    assert verdict.status is Status.PROVED, verdict
    wrong = bends(function, f"{curvature} + 1/1000", variables, where)
    assert wrong.status is Status.REFUTED
    assert wrong.witness is not None


def test_a_direction_that_a_clause_holds_back_does_not_speak_for_all() -> None:
    """Of x^2 + x*y + y^2 a claim about p > 0 alone says nothing of the directions with p < 0."""
    function, curvature = "x^2 + x*y + y^2", "2*p^2 + 2*p*q + 2*q^2"
    assert bends(function, curvature, "x y", "p real; q real").status is Status.PROVED
    assert bends(function, curvature, "x y", "p > 0; q real").status is Status.REFUTED


@pytest.mark.parametrize(
    ("function", "where"),
    [("Abs(u)", "u real"), ("Max(0, 1 - s*u)", "u real; s in {-1, 1}"), ("sqrt(u^2)", "u real"), ("Max(u, -2*u)", "")],
)
def test_a_function_with_a_kink_is_convex_by_its_chords(function: str, where: str) -> None:
    """Away from the kink Abs(u) and -Abs(u) have the same second derivative."""
    assert bends(function, "0", "u", where).status is Status.PROVED
    assert bends(f"-({function})", "0", "u", where).status is Status.REFUTED


@pytest.mark.parametrize(
    ("function", "where"),
    [
        ("sum(Max(0, 1 - y[m]*sum(w[j]*x[m,j], j, 1, N)), m, 1, M)", "M integer >= 1; N integer >= 1; y[m] in {-1, 1}"),
        ("sum(Max(0, 1 - y[m]*w*x[m])^2, m, 1, M) + l*Abs(w)", "M integer >= 1; y[m] in {-1, 1}; l >= 0"),
        ("Max(a*w + b, c*w + d, 0) - Min(w, -w, 3)", ""),
        ("sum(c[m]*exp(Abs(w - x[m])), m, 1, M)/M - 2*sqrt(Min(w, 5 - w))", "M integer >= 1; c[m] >= 0"),
        ("log(sum(exp(Max(w[k], z[k])), k, 1, K))", "K integer >= 1"),
        ("logsumexp(Max(w[k], z[k]), k, 1, K)", "K integer >= 1"),
    ],
)
def test_losses_made_of_convex_parts_are_convex(function: str, where: str) -> None:
    assert bends(function, "0", "w", where).status is Status.PROVED


@pytest.mark.parametrize(
    ("function", "where"),
    [
        ("c*Abs(w)", "c real"),
        ("Abs(w)*Abs(w - 1)", ""),
        ("Abs(w^2 - 1)", ""),
        ("Max(w, 0)*w", ""),
        ("Max(-1, w)^2", ""),
        ("log(1 + Abs(w))", ""),
        ("Min(Abs(w), 1)", ""),
        ("sum((m - 2)*Abs(w), m, 1, M)", "M integer >= 1"),
        ("1/Abs(w)", ""),
        ("log(sum(c[k]*exp(Abs(w)), k, 1, K))", "K integer >= 1; c[k] real"),
        ("log(exp(Abs(w)) - 1)", ""),
    ],
)
def test_no_rule_says_of_other_parts_that_they_are_convex(function: str, where: str) -> None:
    node = parse_tree(function)
    assumptions = complete_assumptions(parse_assumptions(where), node)
    assert not is_convex_by_parts(node, frozenset("w"), assumptions)


@pytest.mark.parametrize(
    ("function", "where"),
    [("Piecewise((u^2/2, Abs(u) <= 1), (Abs(u) - 1/2, True))", "")],
)
def test_what_no_proof_reaches_is_corroborated_by_its_chords(function: str, where: str) -> None:
    assert bends(function, "0", "u", where).status is Status.CORROBORATED


@pytest.mark.parametrize(
    ("function", "curvature", "variables", "where"),
    [
        (IN_U.replace("(1/M)", "-(1/M)"), CURVATURE_IN_U, "w", LOGISTIC),
        ("log(p)", "-1/p^2", "p", "p > 0"),
        ("x*y", "2*p*q", "x y", "x real; y real"),
        ("(x^2 - 1)^2", "12*x^2 - 4", "x", "x real"),
        ("-log(x^2)", "2/x^2", "x", "x real"),
        ("1/x^2", "6/x^4", "x", "x real"),
        ("sum(c[m]*exp(w*x[m]), m, 0, M-1)", "sum(c[m]*x[m]^2*exp(w*x[m]), m, 0, M-1)", "w", "M integer >= 1"),
    ],
)
def test_a_function_that_is_not_convex_is_refuted_by_a_chord(
    function: str, curvature: str, variables: str, where: str
) -> None:
    verdict = bends(function, curvature, variables, where)
    assert verdict.status is Status.REFUTED
    assert verdict.ways == (Way.CHORD_BELOW(),)
    assert verdict.witness is not None
    assert float(verdict.witness.lhs) < float(verdict.witness.rhs)


@pytest.mark.parametrize("where", ["x integer", "x in {0, 1}", "x != 0"])
def test_no_line_runs_through_values_that_are_no_interval(where: str) -> None:
    verdict = bends("x^2", "2", "x", where)
    assert (verdict.status, verdict.ways) == (Status.UNDECIDED, (Way.NO_LINES(name="x"),))


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("-k - 2*p^2", {-1}),
        ("-k/p^2 - (n-k)/(1-p)^2", {-1}),
        ("x^2", {0, 1}),
        ("x^2 + p", {1}),
        ("x^3", {-1, 0, 1}),
        ("x - 1", {-1, 0, 1}),
        ("sum(v[m]^2, m, 0, n)", {0, 1}),
        ("sum(v[m]^2 + p, m, 0, n)", {1}),
        ("sum(v[m]^2 + p, m, 0, x)", {0, 1}),
        ("sum(v[m]^3, m, 0, n)", {-1, 0, 1}),
    ],
)
def test_the_sign_of_a_formula_follows_from_its_parts(text: str, signs: set[int]) -> None:
    assumptions = parse_assumptions("0 < p < 1; k integer; n integer >= 2; 0 < k < n; x real; v[m] real")
    scope = Scope(assumptions)
    expr = evaluated(to_sympy(parse_tree(text), scope))
    assert possible_signs(expr, Facts(assumptions, scope)) == signs
