"""What other people's notes leave open: one letter for two sums, powers and elements, gates, a loss never defined."""

from __future__ import annotations

import pytest

from lossproof.notes import Checked, check_note, note_of

RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")


def checked(*formulas: str, suffix: str = ".md") -> Checked:
    return check_note(note_of("\n\n".join(f"$${formula}$$" for formula in formulas), f"n{suffix}", suffix))


def last(*formulas: str) -> tuple[str, str]:
    row = checked(*formulas).findings[-1]
    return str(row.kind), str(row.status)


CE, SOFTMAX = r"L=-\sum_i y_i\log p_i", r"p_i = e^{z_i}/\sum_j e^{z_j}"
SQUARED = (r"z = W x + b", r"L = \frac12 \|z - t\|^2")
CELL = (
    r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)",
    r"i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)",
    r"c_t = f_t c_{t-1} + i_t g_t",
    r"h_t = o_t \tanh(c_t)",
)
NORMALISED = (
    r"\mu = \frac1m\sum_{i=1}^m x_i",
    r"s^2 = \frac1m\sum_{i=1}^m (x_i-\mu)^2",
    r"\hat x_i = \frac{x_i-\mu}{s}",
    r"y_i = \gamma\hat x_i + \beta",
)
BERNOULLI = (r"P(Y_i=y_i|\mu_i) = \mu_i^{y_i}(1-\mu_i)^{1-y_i}", r"\ell = \sum_i \log P(Y_i=y_i|\mu_i)")

CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "one letter for the sum and the derivative": ((CE, SOFTMAX, r"\frac{\partial L}{\partial z_i} = p_i-y_i"), RIGHT),
    "a sign with one letter": ((CE, SOFTMAX, r"\frac{\partial L}{\partial z_i} = y_i-p_i"), WRONG),
    "a gradient of vectors that are not declared": ((CE, SOFTMAX, r"\nabla_z L = p-y"), RIGHT),
    "a sign in it": ((CE, SOFTMAX, r"\nabla_z L = y-p"), WRONG),
    "a derivative by the whole": ((CE, SOFTMAX, r"\frac{\partial L}{\partial z} = p-y"), RIGHT),
    "a matrix of derivatives": (
        (SOFTMAX, r"\frac{\partial p}{\partial z} = \operatorname{diag}(p)-pp^\top"),
        RIGHT,
    ),
    "second derivatives": ((r"F = \log\sum_j e^{z_j}", SOFTMAX, r"\nabla_z^2 F = \mathrm{diag}(p)-pp^\top"), RIGHT),
    "a sign in second derivatives": (
        (r"F = \log\sum_j e^{z_j}", SOFTMAX, r"\nabla_z^2 F = \mathrm{diag}(p)+pp^\top"),
        WRONG,
    ),
    "a geometric sum": ((r"\sum_{k=0}^n q^k = \frac{1-q^{n+1}}{1-q}",), RIGHT),
    "its last term lost": ((r"\sum_{k=0}^n q^k = \frac{1-q^n}{1-q}",), WRONG),
    "a discount": (
        (r"G_t = \sum_{k=0}^{T} \gamma^k r_{t+k}", r"\sum_{k=0}^{T} \gamma^k = \frac{1-\gamma^{T+1}}{1-\gamma}"),
        RIGHT,
    ),
    "data with their index above": (
        (r"E = \sum_{i=1}^m (y^i - w x^i)^2", r"\frac{dE}{dw} = -2\sum_{i=1}^m x^i(y^i - w x^i)"),
        RIGHT,
    ),
    "the sigmoid without a bracket": ((r"\log\sigma z = -\log(1+e^{-z})",), RIGHT),
    "a scale in a logarithm": ((r"\sigma^2 = v", r"\log\sigma z = \log\sigma + \log z"), RIGHT),
    "the logarithm of the sigmoid": ((r"\log\sigma(z) = -\log(1-e^{-z})",), WRONG),
    "the identity": ((r"\|w\|^2 = c", r"I w = w"), RIGHT),
    "a row is no column": ((r"x \in \mathbb{R}^n", r"x^\top = x"), ("not understood", "None")),
    "a layer by its weights": ((*SQUARED, r"\frac{\partial L}{\partial W} = (z-t)x^\top"), RIGHT),
    "a layer by its input": ((*SQUARED, r"\frac{\partial L}{\partial x} = W^\top(z-t)"), RIGHT),
    "a sign in a layer": ((*SQUARED, r"\frac{\partial L}{\partial x} = W^\top(t-z)"), WRONG),
    "a number or a matrix": (
        (r"z = W x + b", r"L = \sum_i (z_i - t_i)^2", r"\frac{\partial L}{\partial W} = 3(z-t)x"),
        ("not understood", "None"),
    ),
    "the probability of a value": (
        (*BERNOULLI, r"\frac{\partial\ell}{\partial\mu_i} = \frac{y_i-\mu_i}{\mu_i(1-\mu_i)}"),
        RIGHT,
    ),
    "a factor lost behind it": ((*BERNOULLI, r"\frac{\partial\ell}{\partial\mu_i} = \frac{y_i-\mu_i}{\mu_i}"), WRONG),
    "the probability of a number": (
        (r"P(y=1|x) = \sigma(w^\top x)", r"P(y=0|x) = 1-P(y=1|x)", r"\log\frac{P(y=1|x)}{P(y=0|x)} = w^\top x"),
        RIGHT,
    ),
    "gates are no indices": ((*CELL, r"\frac{\partial h_t}{\partial c_t} = o_t(1-\tanh^2(c_t))"), RIGHT),
    "a step back in time": ((*CELL, r"\frac{\partial c_t}{\partial c_{t-1}} = f_t"), RIGHT),
    "another gate": ((*CELL, r"\frac{\partial c_t}{\partial c_{t-1}} = i_t"), WRONG),
    "the other names are held fixed": ((*NORMALISED, r"\frac{\partial\hat x_i}{\partial\mu} = -\frac1s"), RIGHT),
    "a loss that is never defined": (
        (*NORMALISED, r"\frac{\partial L}{\partial\gamma} = \sum_{i=1}^m\frac{\partial L}{\partial y_i}\hat x_i"),
        RIGHT,
    ),
    "its factor lost": (
        (*NORMALISED, r"\frac{\partial L}{\partial\gamma} = \sum_{i=1}^m\frac{\partial L}{\partial y_i}"),
        WRONG,
    ),
    "through the scale": (
        (
            *NORMALISED,
            r"\frac{\partial L}{\partial s} = -\sum_{i=1}^m\frac{\partial L}{\partial\hat x_i}\frac{\hat x_i}{s}",
        ),
        RIGHT,
    ),
    "a sign behind a sum": ((r"\sum_{i=1}^m -2x_i = -2\sum_{i=1}^m x_i",), RIGHT),
    "the letter pi as a weight": (
        (r"Q = a\log\pi + b\log(1-\pi)", r"\frac{\partial Q}{\partial\pi} = \frac a\pi - \frac{b}{1-\pi}"),
        RIGHT,
    ),
    "another formula that was shown": (
        (r"D = \frac12(v - 1 - \log v)", r"s = \log v", r"D = \frac12(e^s - 1 - s)", r"\frac{dD}{ds} = \frac12(e^s-1)"),
        RIGHT,
    ),
    "another C of numbers": (
        (r"C = \sum_j (y_j - a_j)^2", r"C = (u - y)^2"),
        ("definition", "given"),
    ),
    "a wrong line of one sample stays wrong": ((r"C = \sum_j (y_j - a_j)^2", r"C = (y + a)^2"), WRONG),
    "a constraint": ((r"\|w\|^2 = 1",), ("condition", "given")),
    "a slash before a product": ((r"e^{-x^2/2s^2} = \exp\left(-\frac{x^2}{2s^2}\right)",), RIGHT),
    "a slash in a definition": ((r"f = a/bc", r"f = \frac{a}{bc}"), RIGHT),
    "and its other reading after that": ((r"f = a/bc", r"f = \frac{a}{bc}", r"f = \frac{ac}{b}"), WRONG),
    "an error by its name": ((r"\delta f_t = g c_t (1-f_t)",), ("definition", "given")),
}


@pytest.mark.parametrize("name", CASES)
def test_what_people_leave_open_is_read_as_they_mean_it(name: str) -> None:
    formulas, wanted = CASES[name]
    assert last(*formulas) == wanted


def test_no_letter_that_the_note_does_not_have_is_shown() -> None:
    row = checked(CE, SOFTMAX, r"\nabla_z L = y-p").findings[-1]
    assert row.links[0].witness is not None
    assert set(row.links[0].witness.point) <= {"component", "y", "z", "p", "i", "j"}
    assert row.links[0].nearest == "-(y - p)"
    assert checked(CE, SOFTMAX, r"\nabla_z L = p-y").findings[-1].assumed == ("y one-hot",)


def test_an_inverse_matrix_is_called_so() -> None:
    row = checked(r"\|Xw-y\|^2 = c", r"w = (X^\top X)^{-1}X^\top y").findings[-1]
    assert "inverse matrix" in row.message


def test_what_is_never_closed_is_told_and_the_rest_is_read() -> None:
    text = "\\begin{align}\na &= b\n\nand $x = x$\n\n$$\nc = d\n\nwords that follow it, $u = u$.\n\n$$v = v$$\n"
    rows = check_note(note_of(text, "n.md", ".md")).findings
    assert [(row.line, str(row.kind)) for row in rows] == [
        (2, "not understood"),
        (4, "claim"),
        (7, "not understood"),
        (9, "claim"),
        (11, "claim"),
    ]
    assert r"\end{align} is missing" in rows[0].message
    assert "$$ is missing" in rows[2].message


def test_an_empty_line_inside_a_formula_closes_nothing() -> None:
    text = "$$\na = b\n\n+ c \\quad\\text{where we add the two of them}\n$$\n"
    assert len(note_of(text, "n.md", ".md").formulas) == 1
    assert not note_of(text, "n.md", ".md").formulas[0].fault


def test_a_side_in_words_is_no_end_of_the_chain_before() -> None:
    text = '$$f = x^2$$\n\nThe "slope" $= \\frac{df}{dx} = 2x$.\n'
    rows = check_note(note_of(text, "n.md", ".md")).findings
    assert [(str(row.kind), str(row.status)) for row in rows] == [("definition", "given"), RIGHT]


def test_what_was_not_heard_of_once_is_not_heard_of_later() -> None:
    note = checked(r"L = \frac12(w x - y)^2", r"\frac{dL}{dw} = x g", r"\frac{dL}{dx} = w g")
    assert [str(row.kind) for row in note.findings] == ["definition", "beyond", "beyond"]
