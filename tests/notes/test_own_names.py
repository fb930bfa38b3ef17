"""What a note names wins over what its letters usually stand for: psi, Phi, N, e, a prime; labels of either sign."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG, NAMED = ("claim", "proved"), ("claim", "refuted"), ("definition", "given")
SOFTMAX = r"\alpha_j = \frac{e^{e_j}}{\sum_{l=1}^n e^{e_l}}"
SPREAD = r"\mathcal N(x\mid\mu,\sigma) = \frac{1}{\sqrt{2\pi}\sigma}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"
SLOPE = r"\frac{\partial}{\partial\sigma}\log\mathcal N(x\mid\mu,\sigma)"
GATES = (r"c' = f c + i g", r"h' = o \tanh c'")
KERNEL = r"k(x,x') = \exp\left(-\frac{(x-x')^2}{2\ell^2}\right)"
MEAN = (r"\mu = \frac1N\sum_{i} x_i", r"\sigma^2 = \frac1N\sum_{i} (x_i-\mu)^2")
GATED = (r"i = \sigma(W_i x)", r"c = i x")

CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "psi of its own": ((r"\psi(z) = \log(1+e^{-z})", r"\psi'(z) = -\frac{1}{1+e^{z}}"), RIGHT),
    "and its sign": ((r"\psi(z) = \log(1+e^{-z})", r"\psi'(z) = \frac{1}{1+e^{z}}"), WRONG),
    "Phi of its own": ((r"\Phi(z) = \frac{1}{1+e^{-z}}", r"\log\Phi(z) = -\log(1+e^{-z})"), RIGHT),
    "Gamma of its own": ((r"\Gamma(x) = x^2 + 1", r"\Gamma(2) = 5"), RIGHT),
    "the digamma function, its Gamma lost": ((r"\psi(x) = \Gamma'(x)",), WRONG),
    "the gamma function": ((r"\Gamma(n) = n!",), WRONG),
    "a standard deviation": ((SPREAD, rf"{SLOPE} = \frac{{(x-\mu)^2}}{{\sigma^3}}-\frac1\sigma"), RIGHT),
    "its factor": ((SPREAD, rf"{SLOPE} = \frac{{(x-\mu)^2}}{{\sigma^3}}-\frac1{{2\sigma}}"), WRONG),
    "a variance stays one": (
        (r"\log N(x;\mu,v) = -\frac12\log(2\pi v) - \frac{(x-\mu)^2}{2v}", SPREAD.replace(r"\mathcal N", "N")),
        WRONG,
    ),
    "a gate with a prime": ((*GATES, r"\frac{\partial h'}{\partial c} = o f (1-\tanh^2 c')"), RIGHT),
    "another gate": ((*GATES, r"\frac{\partial h'}{\partial c} = o i (1-\tanh^2 c')"), WRONG),
    "two points": ((KERNEL, r"\frac{\partial k}{\partial x'} = \frac{x-x'}{\ell^2}k(x,x')"), RIGHT),
    "two points, the sign": ((KERNEL, r"\frac{\partial k}{\partial x'} = -\frac{x-x'}{\ell^2}k(x,x')"), WRONG),
    "a name beside a prime name": ((r"y = wx", r"x' = 2x", r"y' = w x'"), NAMED),
    "a derivative of one letter": ((r"y = x^2", r"y' = 2x"), RIGHT),
    "and a wrong one": ((r"y = x^2", r"y' = 3x"), WRONG),
    "a derivative by one of two letters": ((r"y = wx^2", r"y' = 2wx"), RIGHT),
    "a derivative by a letter that is not told": ((r"y = wx^2", r"y' = 3wx"), ("not understood", "None")),
    "e beside its powers": ((SOFTMAX, r"\frac{\partial\alpha_j}{\partial e_j} = \alpha_j(1-\alpha_j)"), RIGHT),
    "and wrong": ((SOFTMAX, r"\frac{\partial\alpha_j}{\partial e_j} = \alpha_j(1+\alpha_j)"), WRONG),
    "an error e": ((r"e = y - wx", r"E = \frac12e^2", r"\frac{dE}{dw} = -ex"), RIGHT),
    "an error e, its sign": ((r"e = y - wx", r"E = \frac12e^2", r"\frac{dE}{dw} = ex"), WRONG),
    "a mean tells how many": ((*MEAN, r"\frac{\partial\sigma^2}{\partial x_i} = \frac{2(x_i-\mu)}{N}"), RIGHT),
    "a mean, its factor": ((*MEAN, r"\frac{\partial\sigma^2}{\partial x_i} = \frac{x_i-\mu}{N}"), WRONG),
    "a gate called i": ((*GATED, r"\frac{\partial c}{\partial i} = x"), RIGHT),
    "a slope in the middle": ((r"H(t) = (t/b)^k", r"h(t) = H'(t) = \frac{k}{b}(t/b)^{k-1}"), RIGHT),
    "its factor in the middle": ((r"H(t) = (t/b)^k", r"h(t) = H'(t) = k(t/b)^{k-1}"), WRONG),
    "signs below a letter": (
        (r"\lambda_{+} = a + b", r"\lambda_{-} = a - b", r"\lambda_{+}\lambda_{-} = a^2 - b^2"),
        RIGHT,
    ),
    "and a wrong product": (
        (r"\lambda_{+} = a + b", r"\lambda_{-} = a - b", r"\lambda_{+}\lambda_{-} = a^2 + b^2"),
        WRONG,
    ),
    "a side behind an integral": ((r"D = \int f(x)dx = w^2", r"\frac{dD}{dw} = 3w"), WRONG),
    "where a maximum is active": ((r"L = \max(0, 1 - yf)", r"L = 1 - yf", r"\frac{dL}{df} = -y"), RIGHT),
    "where it is active, the sign": ((r"L = \max(0, 1 - yf)", r"L = 1 - yf", r"\frac{dL}{df} = y"), WRONG),
    "a label is no number": (
        (r"y\in\{-1,1\}", "y^2 = 1", r"L=\log(1+e^{-yf})", r"\frac{dL}{df}=-\frac{1}{1+e^{f}}"),
        WRONG,
    ),
}
LABELS = (
    r"$y=\pm1$",
    r"$y \in \{\pm 1\}$",
    "with labels y=±1",
    "The labels are -1 or +1.",
    r"$y\in\mathcal Y=\{-1,1\}$",
)


@pytest.mark.parametrize("name", CASES)
def test_own_names(name: str) -> None:
    formulas, expected = CASES[name]
    row = check_note(note_of(" and ".join(f"${each}$" for each in formulas), "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == expected


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_both_signs(label: str) -> None:
    rows = check_note(note_of(rf"{label} $$L = (y-f)^2$$ $$L = (1-yf)^2$$ $$L = (1+yf)^2$$", "n.md", ".md")).findings
    assert [str(row.status) for row in rows[-2:]] == ["proved", "refuted"]


SUPPOSED = {
    "a vector of length one": (r"For $\|u\| = 1$", r"\|x - (u^\top x)u\|^2 = \|x\|^2 - (u^\top x)^2", "proved"),
    "its sign": (r"For $\|u\| = 1$", r"\|x - (u^\top x)u\|^2 = \|x\|^2 + (u^\top x)^2", "refuted"),
    "squares that add up": (r"Assume $\sum_{i=1}^n x_i^2 = 1$.", r"\sum_{i=1}^n x_i(x_ib - x_i) = b - 1", "proved"),
    "said of nothing": ("", r"\sum_{i=1}^n x_i(x_ib - x_i) = b - 1", "refuted"),
    "centred": (r"With $\sum_{i=1}^n x_i = 0$", r"\sum_{i=1}^n x_i(y_i - c) = \sum_{i=1}^n x_iy_i", "proved"),
    "a factor": (r"With $\sum_{i=1}^n x_i = 0$", r"\sum_{i=1}^n x_i(y_i - c) = 2\sum_{i=1}^n x_iy_i", "refuted"),
}


@pytest.mark.parametrize("name", SUPPOSED)
def test_what_is_supposed_of_sums(name: str) -> None:
    words, claim, expected = SUPPOSED[name]
    row = check_note(note_of(f"{words} we have $${claim}$$", "n.md", ".md")).findings[-1]
    assert str(row.status) == expected


HINGE = r"$L = \max(0, 1 - yf)$. "
ORDERS = {
    "a case": (r"If $yf < 1$, $\frac{\partial L}{\partial f} = -y$.", "proved"),
    "its sign": (r"If $yf < 1$, $\frac{\partial L}{\partial f} = y$.", "refuted"),
    "the sentence is over": (r"If $yf < 1$ it is active. $\frac{\partial L}{\partial f} = -y$", "refuted"),
    "the other case": (r"When $yf > 1$ we have $\frac{\partial L}{\partial f} = -y$", "refuted"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_holds_in_its_sentence(name: str) -> None:
    text, expected = ORDERS[name]
    assert str(check_note(note_of(HINGE + text, "n.md", ".md")).findings[-1].status) == expected


def test_how_a_prime_is_read_is_said() -> None:
    rows = check_note(note_of("$c' = f c$ and $L = wx^2$ and $L' = x^2$", "n.md", ".md")).findings
    assert "part of the name" in rows[0].message
    assert "by w" in rows[-1].message
