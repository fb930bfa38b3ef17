"""Pictures: their formulas are the chapter's, computed in JavaScript as NumPy does; without scripts a drawing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.special as special

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.errors import CallerError
from lossproof.notation import parse_tree
from lossproof.referee.steps.report import Report, StepVerdict
from lossproof.referee.verdict import Evidence, Status, Verdict
from lossproof.site.npm import run_node
from lossproof.site.pages import step_page
from lossproof.site.pages.step_pictures import PICTURES
from lossproof.site.pages.view import StepView
from lossproof.site.pictures.javascript import ASSETS, DRAWN, javascript
from lossproof.site.words import ENGLISH

POINTS = (-2.5, -0.5, 0.25, 0.75, 3.0)
NUMPY: dict[str, Callable[..., object]] = {
    **{
        name: getattr(np, name)
        for name in ("exp", "log", "sqrt", "log1p", "expm1", "sin", "cos", "tanh", "sinh", "cosh")
    },
    "ln": np.log,
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "asinh": np.arcsinh,
    "atanh": np.arctanh,
    "Abs": np.abs,
    "sign": np.sign,
    "Min": np.minimum,
    "Max": np.maximum,
    "delta": np.equal,
    "expit": special.expit,
    "sigmoid": special.expit,
    "logit": special.logit,
    "xlogy": special.xlogy,
    "softplus": lambda x: np.logaddexp(0, x),
    "logsumexp": np.logaddexp,
}
TWO = frozenset({"Min", "Max", "delta", "xlogy", "logsumexp"})


def in_node(expressions: list[str], values: str) -> list[float]:
    """What JavaScript makes of each expression with the quantities ``values``."""
    script = (ASSETS / "pictures.js").read_text(encoding="utf-8")
    computed = f"{script}\nconst f = globalThis.lossproofPictures.f, q = {values};"
    printed = f"console.log(JSON.stringify([{','.join(expressions)}].map(x => Number.isFinite(+x) ? +x : String(x))))"
    return [float(str(each).replace("Infinity", "inf")) for each in json.loads(run_node("-", stdin=computed + printed))]


def test_every_function_is_what_numpy_makes_of_it() -> None:
    calls = [(name, x) for name in sorted(DRAWN) for x in POINTS]
    texts = [f"{name}({x}, 0.75)" if name in TWO else f"{name}({x})" for name, x in calls]
    found = in_node([javascript(parse_tree(text)) for text in texts], "{}")
    assert NUMPY.keys() == DRAWN
    for (name, x), value in zip(calls, found, strict=True):
        with np.errstate(all="ignore"):
            wanted = float(NUMPY[name](*((x, 0.75) if name in TWO else (x,))))  # type: ignore[arg-type]
        assert value == pytest.approx(wanted, rel=1e-14, nan_ok=True), (name, x)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("(yp - yt)/(yp*(1 - yp))", (0.25 - 1) / (0.25 * 0.75)),
        ("-(yt*log(yp) + (1 - yt)*log(1 - yp))", -math.log(0.25)),
        ("-2^2/3 + 1.5", -4 / 3 + 1.5),
        ("(1/M)*sum(x[m]*(x[m + 1] - yt), m, 0, M-1)", (1 * (2 - 1) + 2 * (4 - 1)) / 2),
        ("prod(x[k], k, 0, M)", 8.0),
        ("logsumexp(x[k], k, 0, 1)", float(np.logaddexp(1, 2))),
        ("Piecewise((1, yp > 1/2), (yp, True))", 0.25),
        ("indicator(yt == 1 and yp < 1)", 1.0),
        ("sum(sum(i*j, j, 0, i), i, 0, 3)", 0 + 1 + 2 * 3 + 3 * 6),
    ],
)
def test_a_formula_is_computed_as_it_is_written(formula: str, wanted: float) -> None:
    values = "{yt: 1, yp: 0.25, M: 2, x: k => [1, 2, 4][k]}"
    assert in_node([javascript(parse_tree(formula))], values) == [pytest.approx(wanted, rel=1e-15)]


def test_what_javascript_has_no_word_for_is_refused() -> None:
    with pytest.raises(CallerError, match="gamma"):
        javascript(parse_tree("gamma(x)"))


def chapter_of(picture: str = "tangent") -> Chapter:
    derivation = Derivation("sample", where="0 < p < 1; 0 <= k <= n; n integer >= 1; k integer", parameters="p")
    p, k = derivation.symbols("p k")
    derivation.record("value", None, relation="given", claim="f = p^2")  # type: ignore[arg-type]
    step = derivation.step(claim="diff(f, p) = 2*p", picture=picture)
    del k

    @step
    def slope(value):  # type: ignore[no-untyped-def]
        """Why."""
        return 2 * p

    proved = StepVerdict(Verdict(Status.PROVED, (), Evidence(points=64)))
    relations = {each.name: each.relation for each in derivation.steps}
    return Chapter(derivation, Report("sample", dict.fromkeys(relations, proved), relations))


def test_a_picture_is_drawn_at_build_and_moves_with_the_same_formulas() -> None:
    chapter = chapter_of()
    page = step_page(chapter, chapter.steps["slope"])
    figure = page.partition('<figure class="lp-picture"')[2].partition("</figure>")[0]
    still, _, script = figure.partition("<script>")
    assert '<path class="lp-curve' in still
    assert '<path class="lp-tangent"' in still
    assert "f = 0.09" in still  # at p = 0.3
    assert f"{ENGLISH.read['slope']} = 0.6" in still
    assert 'type="range" name="p"' in still
    assert "f:q=>f.pow(q.p,2)" in script
    assert "slope:q=>(2*q.p)" in script


@pytest.mark.parametrize(
    ("picture", "fault"), [("tangnt", "no picture is called 'tangnt'"), ("parabola", "derivative")]
)
def test_a_picture_that_cannot_be_drawn_names_its_step(picture: str, fault: str) -> None:
    chapter = chapter_of(picture)
    with pytest.raises(CallerError, match=fault) as caught:
        step_page(chapter, chapter.steps["slope"])
    assert "sample/slope" in str(caught.value)


def test_every_picture_has_its_words() -> None:
    assert ENGLISH.pictures.keys() == PICTURES.keys()


def test_shares_are_those_of_each_class_and_add_up_to_one() -> None:
    derivation = Derivation("three", where="K integer >= 2", indices="k in 0..K-1; l in 0..K-1")

    @derivation.given("yp[k] = exp(u[k])/sum(exp(u[l]), l)", title="Shares", picture="shares")
    def model():
        """Shares."""

    verdict = StepVerdict(Verdict(Status.GIVEN, ()))
    chapter = Chapter(derivation, Report("three", {"model": verdict}, {"model": derivation.step("model").relation}))
    sketch = PICTURES["shares"](StepView(chapter, derivation.step("model"), ENGLISH))
    assert [slider.name for slider in sketch.sliders] == ["u_0", "u_1", "u_2"]
    expressions = [curve.expression for curve in sketch.panels[0].curves]
    found = in_node(expressions, "{K: 3, u: k => [1, 0.5, -1][k]}")
    np.testing.assert_allclose(found, special.softmax([1, 0.5, -1]), rtol=1e-14)
