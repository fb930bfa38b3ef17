"""What a formula is, and whether it holds: definitions, claims, assumptions, and what is not judged."""

from __future__ import annotations

import pytest

from lossproof.notation import free_names
from lossproof.notes import Checked, chain_names, check_note, note_of


def checked(*formulas: str, where: str = "") -> Checked:
    text = "\n\n".join(formula if formula.startswith("#") else f"$${formula}$$" for formula in formulas)
    return check_note(note_of(text, "n.md", ".md"), where)


def rows(note: Checked) -> list[tuple[str, str]]:
    return [(str(row.kind), str(row.status)) for row in note.findings]


def last(*formulas: str, where: str = "") -> tuple[str, str]:
    return rows(checked(*formulas, where=where))[-1]


RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")
DEFINITION, CONDITION = ("definition", "given"), ("condition", "given")
CE = r"L = -y\log a - (1-y)\log(1-a)"

SIGMOID, SHORT = r"\sigma(z)=\frac{1}{1+e^{-z}}", r"\sigma = \sigma(z) = \frac{1}{1+e^{-z}}"
SQUARES = (r"\hat y_i = w^T x_i", r"L = \sum_{i=1}^N (\hat y_i - y_i)^2")

CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "the first formula for a name defines it": ((CE,), DEFINITION),
    "a second one claims": ((r"f(x) = (x+1)^2", r"f(x) = x^2 + 2x + 1"), RIGHT),
    "a second one that is false is wrong": ((r"f(x) = (x+1)^2", r"f(x) = x^2 + x + 1"), WRONG),
    "the same letters again are no new name": ((r"f(x) = x^2", r"f(x) = x^3"), WRONG),
    "another letter for the argument is no new name": ((r"f(x) = x^2", r"f(y) = y^3"), WRONG),
    "nor is another index": ((r"a_i = x_i^2", r"a_j = x_j^3"), WRONG),
    "another heading gives a name anew": ((r"f(x) = x^2", "# Other", r"f(x) = x^3"), DEFINITION),
    "other letters give a name anew": ((r"f(x) = x^2", r"f(t) = a t^3"), DEFINITION),
    "probabilities that do not add up": ((r"t \in \{0,1\}", r"P(t) = p^t(1-p)"), ("definition", "refuted")),
    "probabilities that do": ((r"t \in \{0,1\}", r"P(t) = p^t(1-p)^{1-t}"), DEFINITION),
    "more than 1 in all": ((r"P(y|\lambda) = \frac{\lambda^y e^{\lambda}}{y!}",), ("definition", "refuted")),
    "a model with noise says what the noise is": (
        (
            r"Y_i = b X_i + \varepsilon_i",
            r"Q = \sum_{i=1}^n \varepsilon_i^2 = \sum_{i=1}^n (Y_i - b X_i)^2",
            r"\frac{dQ}{db} = -2\sum_{i=1}^n X_i(Y_i - bX_i)",
        ),
        RIGHT,
    ),
    "a name that nothing introduces": ((r"L = wx", r"\frac{dL}{dw} = \delta x"), ("beyond", "None")),
    "a constant that is not written out": ((r"f = x^2", r"f = x^2 + \text{const}"), ("beyond", "None")),
    "a norm": ((r"J = \frac{1}{2}\|w\|^2", r"\frac{\partial J}{\partial w_j} = w_j"), RIGHT),
    "an update with a count": ((r"x_{t+1} = x_t - \eta f'(x_t)",), ("update", "given")),
    "layers with numbers": (
        (
            r"p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}",
            r"z_1 = W_1 x",
            r"a_1 = \tanh(z_1)",
            r"z_2 = W_2 a_1",
            r"C = \log(1 + e^{z_2})",
            r"\frac{\partial C}{\partial W_1} = \sigma(z_2) W_2 (1 - a_1^2) x",
        ),
        RIGHT,
    ),
    "a prediction without its index": (
        (
            r"u = w_0 + w_1 x_1",
            r"yp = \frac{1}{1+\exp(-u)}",
            r"J = -\frac1M\sum_{m=0}^{M-1} yt^{(m)}\log yp^{(m)} + (1-yt^{(m)})\log(1-yp^{(m)})",
            r"\frac{d(yp)}{du} = yp(1-yp)",
            r"\frac{\partial J}{\partial w_1} = \frac1M\sum_{m=0}^{M-1} x_1^{(m)}(yp^{(m)} - yt^{(m)})",
        ),
        RIGHT,
    ),
    "a square that is defined": (
        (
            r"\mu = \frac1m\sum_{i=1}^m x_i",
            r"s^2 = \frac1m\sum_{i=1}^m (x_i-\mu)^2",
            r"s^2 = \frac1m\sum_{i=1}^m x_i^2 - \mu^2",
        ),
        RIGHT,
    ),
    "a word whose letters stand alone elsewhere": (
        (r"n = t + e", r"net_p = w x_p", r"o_p = net_p^2", r"\frac{\partial o_p}{\partial w} = 2 net_p x_p"),
        RIGHT,
    ),
    "the logarithm of a square": ((r"\log x^2 = 2\log x",), RIGHT),
    "an inverse": ((r"\mu = \frac{1}{1+e^{-\eta}}", r"\eta = \log\frac{\mu}{1-\mu}"), RIGHT),
    "a letter that is a function elsewhere": ((r"\gamma(x) = x^2", r"\gamma'(x) = 2x"), RIGHT),
    "a chain claims each link": ((r"(a+b)^2 = a^2 + 2ab + b^2",), RIGHT),
    "a derivative by a name that is defined": (
        (CE, r"a = \sigma(z)", r"\frac{\partial L}{\partial a} = \frac{1-y}{1-a}-\frac{y}{a}"),
        RIGHT,
    ),
    "a derivative through a definition": ((CE, r"a = \sigma(z)", r"\frac{\partial L}{\partial z} = a - y"), RIGHT),
    "a sign in it": ((CE, r"a = \sigma(z)", r"\frac{\partial L}{\partial z} = y - a"), WRONG),
    "the chain rule": (
        (CE, r"a = \sigma(z)", r"z = wx", r"\frac{dL}{dw} = \frac{dL}{da}\cdot\frac{da}{dz}\cdot\frac{dz}{dw}"),
        RIGHT,
    ),
    "a prime": ((r"f(x) = ax^2", "f'(x) = 2ax"), RIGHT),
    "two primes": ((r"f(x) = x^3", "f''(x) = 6x"), RIGHT),
    "a derivative set to zero": (
        (r"\ell = k\ln p + (n-k)\ln(1-p)", r"\frac{d\ell}{dp} = \frac kp - \frac{n-k}{1-p} = 0"),
        RIGHT,
    ),
    "its solution is not judged": (
        (r"\ell = k\ln p", r"\frac{d\ell}{dp} = \frac kp = 0", r"\hat p = \frac kn"),
        CONDITION,
    ),
    "an update is not judged": ((r"w = w - \eta g",), ("update", "given")),
    "an update with an arrow": ((r"w \leftarrow w - \eta g",), ("update", "given")),
    "a logarithm that is defined": ((r"\ln p = -\lambda x", r"\frac{\partial}{\partial x}\ln p = -\lambda"), RIGHT),
    "labels in {0,1}": ((r"\log(p^y(1-p)^{1-y}) = y\log p + (1-y)\log(1-p)",), RIGHT),
    "what holds for labels alone": ((r"\log(yp + (1-y)(1-p)) = y\log p + (1-y)\log(1-p)",), RIGHT),
    "the mean of data": ((r"\sum_{i=1}^n (x_i - \bar x) = 0",), RIGHT),
    "softmax with one-hot labels": (
        (
            r"p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}",
            r"L = -\sum_k y_k \log p_k",
            r"\frac{\partial L}{\partial z_j} = p_j - y_j",
        ),
        RIGHT,
    ),
    "softmax with the wrong sign": (
        (
            r"p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}",
            r"L = -\sum_k y_k \log p_k",
            r"\frac{\partial L}{\partial z_j} = y_j - p_j",
        ),
        WRONG,
    ),
    "unequal indices": (
        (r"p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}", r"\frac{\partial p_i}{\partial z_j} = -p_i p_j \quad (i \ne j)"),
        RIGHT,
    ),
    "an inner product": (
        (
            r"\hat y_i = w^T x_i",
            r"L = \sum_{i=1}^N (\hat y_i - y_i)^2",
            r"\frac{\partial L}{\partial w} = 2\sum_{i=1}^N(\hat y_i - y_i)x_i",
        ),
        RIGHT,
    ),
    "a lost factor in it": (
        (
            r"\hat y_i = w^T x_i",
            r"L = \sum_{i=1}^N (\hat y_i - y_i)^2",
            r"\frac{\partial L}{\partial w} = \sum_{i=1}^N(\hat y_i - y_i)x_i",
        ),
        WRONG,
    ),
    "an index outside of its sum": ((r"\sum_{i=1}^n a x_i = a x_i",), WRONG),
    "a lost bracket": ((r"\log(a^{2}b = 2\log a + \log b",), RIGHT),
    "an index left out everywhere": (
        (r"z_i = w x_i", r"a_i = \sigma(z_i)", r"L = \sum_i a_i", r"\frac{da}{dz} = a(1-a)"),
        RIGHT,
    ),
    "squares of features": ((r"(\sum_i x_i)^2 = \sum_i x_i^2",), WRONG),
    "squares of weights": ((r"(\sum_i w_i)^2 = \sum_i w_i^2",), WRONG),
    "squares of anything that is no label": ((r"\sum_i u_i^2 = \sum_i u_i",), WRONG),
    "a norm of features": ((r"\|x\|^2 = \sum_i x_i",), WRONG),
    "a letter of labels that is used as none": ((r"\max(y,1-y)=1",), WRONG),
    "its square": ((r"(1-y)^2=1-y",), WRONG),
    "its square where it is a label": ((CE, r"(1-y)^2=1-y"), RIGHT),
    "labels that are declared real": ((r"y \in \mathbb{R}", CE, r"(1-y)^2=1-y"), WRONG),
    "labels of samples are not one-hot": (
        (r"L = -\sum_i (y_i\log p_i + (1-y_i)\log(1-p_i))", r"(\sum_i y_i)^2 = \sum_i y_i^2"),
        WRONG,
    ),
    "a probability is no label": ((r"H = -p\log p - (1-p)\log(1-p)", r"p(1-p) = 0"), CONDITION),
    "a share is no label": ((r"\log(\lambda a + (1-\lambda) b) = \lambda\log a + (1-\lambda)\log b",), WRONG),
    "weights of logarithms": ((r"L = -\sum_i w_i \log p_i", r"(\sum_i w_i)^2 = \sum_i w_i^2"), WRONG),
    "counts are not one-hot": (
        (r"\ell = \sum_i (y_i\log\lambda_i - \lambda_i - \log y_i!)", r"(\sum_i y_i)^2 = \sum_i y_i^2"),
        WRONG,
    ),
    "labels of classes": ((r"L = -\sum_k t_k\log p_k", r"\sum_k t_k^2 = \sum_k t_k"), RIGHT),
    "an expectation": ((r"\mathbb{E}[X] = \mu",), ("beyond", "None")),
    "an integral": ((r"Z = \int e^{-x} dx",), ("beyond", "None")),
    "a proportionality": ((r"p(x) \propto e^{-x}",), ("beyond", "None")),
    "an approximation": ((r"e^x \approx 1 + x",), ("beyond", "None")),
    "an inequality": ((r"\log x \le x - 1",), ("beyond", "None")),
    "matrices": ((r"w = (X^T X)^{-1} X^T y",), ("beyond", "None")),
    "no relation": ((r"\log a + \log b",), ("beyond", "None")),
    "a function without its argument": ((SIGMOID, r"\frac{d\sigma}{dz} = \sigma(1-\sigma)"), RIGHT),
    "a sign in it without its argument": ((SIGMOID, r"\frac{d\sigma}{dz} = \sigma(1+\sigma)"), WRONG),
    "a prime without its argument": ((SIGMOID, r"\sigma' = \sigma(1-\sigma)"), RIGHT),
    "a sign in that": ((SIGMOID, r"\sigma' = \sigma(\sigma-1)"), WRONG),
    "two primes without their argument": ((SIGMOID, r"\sigma'' = \sigma'(1-2\sigma)"), RIGHT),
    "another letter for the argument": ((SIGMOID, r"\frac{d\sigma}{dt} = \sigma(1-\sigma)"), RIGHT),
    "a function of the note without its argument": (
        (r"g(x) = e^{2x} + 1", r"\frac{dg}{dx} = 2(g-1)", r"g' = 2(g-1)"),
        RIGHT,
    ),
    "a function that everybody knows": ((r"\frac{d\sigma}{dz} = \sigma(1-\sigma)",), RIGHT),
    "its sign": ((r"\frac{d\sigma}{dz} = \sigma(\sigma-1)",), WRONG),
    "its prime": ((r"\sigma' = \sigma(z)(1-\sigma(z))",), RIGHT),
    "an abbreviation that a chain says": ((r"\sigma = \sigma(z) = \frac{1}{1+e^{-z}}",), DEFINITION),
    "what follows from it": ((SHORT, r"\frac{d\sigma}{dz} = \sigma(1-\sigma)", r"\sigma' = \sigma(1-\sigma)"), RIGHT),
    "its wrong sign": ((SHORT, r"\sigma' = \sigma(1+\sigma)"), WRONG),
    "a standard deviation": ((r"v = \sigma(1-\sigma)", r"v = \sigma - \sigma^2"), RIGHT),
    "a prime at tanh": ((r"\tanh'(z) = 1 - \tanh(z)^2",), RIGHT),
    "the square of a prime": ((r"\tanh'(z)^2 = (1 - \tanh^2(z))^2",), RIGHT),
    "a prime at sin": ((r"\sin'(x) = \cos x",), RIGHT),
    "a prime at tan": ((r"\tan'(x) = \frac{1}{\cos^2 x}",), RIGHT),
    "two primes at sin": ((r"\sin''(x) = -\sin x",), RIGHT),
    "a wrong prime at sin": ((r"\sin'(x) = -\cos x",), WRONG),
    "a prime at a formula": ((r"\tanh'(2z) = 1 - \tanh(2z)^2",), RIGHT),
    "a wrong prime at a formula": ((r"\tanh'(2z) = 2 - 2\tanh(2z)^2",), WRONG),
    "an unknown command": ((r"x = \foo y",), ("not understood", "None")),
    "an unknown function": ((r"x = g(y) + 1", r"\frac{dx}{dy} = 1"), ("beyond", "None")),
    "an unknown function of what varies": (
        (r"o_p = f(net_p)", r"net_p = w x_p", r"\frac{\partial o_p}{\partial w} = x_p"),
        ("beyond", "None"),
    ),
    "an undefined name": ((r"\frac{dL}{dw} = x",), ("beyond", "None")),
    "an equation to be solved holds at the solution": (
        (
            r"S = \sum_{i=1}^n (y_i - a x_i - b)^2",
            r"\frac{\partial S}{\partial b} = -2\sum_{i=1}^n (y_i - a x_i - b) = 0",
            r"n b = \sum_{i=1}^n y_i - a\sum_{i=1}^n x_i",
        ),
        CONDITION,
    ),
    "one that stands elsewhere claims": (
        (r"S = \sum_{i=1}^n (y_i - b)^2", r"n b = \sum_{i=1}^n y_i"),
        WRONG,
    ),
    "a solution stands for itself from there on": (
        (
            r"L = Gw + \frac12 H w^2",
            r"\frac{dL}{dw} = G + Hw = 0",
            r"w^* = -\frac{G}{H}",
            r"L^* = G w^* + \frac12 H (w^*)^2 = -\frac{G^2}{2H}",
        ),
        RIGHT,
    ),
    "a condition in a bracket behind a space": (
        (r"p_k = \frac{e^{a_k}}{\sum_j e^{a_j}}", r"\frac{\partial p_k}{\partial a_i} = -p_k p_i \ (i \neq k)"),
        RIGHT,
    ),
    "a recurrence": ((r"v_t = \beta v_{t-1} + (1-\beta) g_t",), ("update", "given")),
    "what is solved after one": (
        (r"v_t = \beta v_{t-1} + g_t", r"v_t = \sum_{i=1}^t \beta^{t-i} g_i"),
        DEFINITION,
    ),
    "a total that is named": ((r"\sum_{k=1}^K n_k = n",), DEFINITION),
    "a letter for what stands left": ((r"E = \frac12 (a-t)^2", r"\frac{dE}{da} = a - t = \delta"), RIGHT),
    "it stands for it": ((r"E = \frac12 (a-t)^2", r"\frac{dE}{da} = a - t = \delta", r"\delta^2 = 2E"), RIGHT),
    "a density of something else": (
        (r"p(y;\phi) = \phi^y(1-\phi)^{1-y}", r"p(y;\mu) = \frac{1}{\sqrt{2\pi}}e^{-(y-\mu)^2/2}"),
        DEFINITION,
    ),
    "what is true of each sample": (
        (r"\ell(b) = \sum_{i=1}^n (y_i - b x_i)^2", r"\frac{d\ell}{db} = -2x(y - bx)"),
        RIGHT,
    ),
    "an assumption": ((r"0 < p < 1",), ("assumption", "given")),
    "an estimate with two values": ((r"\hat w = 3", r"\hat w = 4"), WRONG),
    "a function that nothing defines, as the usual one": ((r"\frac{d}{dz} g(z) = g(z)(1-g(z))",), RIGHT),
    "one that is wrong for each of the usual ones": ((r"\frac{d}{dz} g(z) = g(z)(1+2g(z))",), WRONG),
    "the logarithm of the likelihood": ((r"L(p) = p^k (1-p)^{n-k}", r"\ell(p) = k \ln p + (n-k) \ln(1-p)"), RIGHT),
    "one slip away from it": ((r"L(p) = p^k (1-p)^{n-k}", r"\ell(p) = k \ln p - (n-k) \ln(1-p)"), WRONG),
    "something else than that logarithm": ((r"L(p) = p^k (1-p)^{n-k}", r"\ell(p) = p^2 + q"), DEFINITION),
    "a product and its logarithm without a left side": (
        (r"P(x) = \prod_{i=1}^n p^{x_i} (1-p)^{1-x_i}", r"\sum_{i=1}^n (x_i \log p + (1-x_i) \log(1-p))"),
        RIGHT,
    ),
    "a bracket that is lost": ((r"S(x) = 1 / 1 + e^{-x}",), ("definition", "refuted")),
    "carets that are lost": ((r"D = (\mu_p - \mu_q)2 + \sigma_p^2",), ("definition", "refuted")),
    "a factor 2 in front": ((r"D = 2(\mu_p - \mu_q) + \sigma_p^2",), DEFINITION),
    "the last class that the others leave": (
        (
            r"C = \sum_{k=1}^{K-1} S_k \log \pi_k + S_K \log(1 - (\pi_1 + \ldots + \pi_{K-1}))",
            r"\pi_K = 1 - (\pi_1 + \ldots + \pi_{K-1})",
            r"\frac{\partial C}{\partial \pi_k} = \frac{S_k}{\pi_k} - \frac{S_K}{\pi_K}",
        ),
        RIGHT,
    ),
    "a step of a recurrence": (
        (r"c_t = f_t c_{t-1} + i_t g_t", r"\frac{\partial c_t}{\partial f_t} = c_{t-1}"),
        RIGHT,
    ),
    "a step that is wrong": ((r"c_t = f_t c_{t-1} + i_t g_t", r"\frac{\partial c_t}{\partial f_t} = c_t"), WRONG),
    "an equation of functions that is solved": (
        (r"E = A e^{-a} + B e^{a}", r"\frac{dE}{da} = -A e^{-a} + B e^{a} = 0", r"e^{2a} = \frac{A}{B}"),
        CONDITION,
    ),
    "one-hot labels of samples": (
        (
            r"\sum_{k=1}^K t_k^{(i)} = 1",
            r"\sum_{k=1}^K t_k^{(i)} (a - b_k^{(i)}) = a - \sum_{k=1}^K t_k^{(i)} b_k^{(i)}",
        ),
        RIGHT,
    ),
    "a sum of labels": ((r"\sum_k t_k = 1",), ("assumption", "given")),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_formula_is(case: str) -> None:
    formulas, expected = CASES[case]
    assert last(*formulas) == expected


def test_a_condition_in_the_words_holds_for_the_next_formula() -> None:
    softmax = r"$$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$$"
    text = softmax + "\n\nFor $i \\ne k$\n\n" + r"$$\frac{\partial p_k}{\partial z_i} = -p_k p_i$$"
    assert rows(check_note(note_of(text, "n", ".md"))) == [DEFINITION, ("assumption", "given"), RIGHT]


ABBREVIATED = {
    r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}": r"\pd{L}{w} = 2w",
    r"\newcommand{\pd}[2][L]{\frac{\partial #1}{\partial #2}}": r"\pd{w} = 2w",
    r"\def\pd#1#2{\frac{\partial #1}{\partial #2}}": r"\pd Lw = 2w",
    r"\newcommand{\half}{0.25}": r"w^2/4 = \half w^2",
    r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}": r"\abs*{w}^2 = w^2",
    r"\newcommand{\RSS}{\mathrm{RSS}}": r"\RSS(w) = w^2",
    r"\newcommand{\RSS}{\text{RSS}}": r"\RSS(w) = w^2",
    r"\newcommand{\norm}[1]{\left\lvert#1\right\rvert}\newcommand{\two}[1]{\norm{#1}^2}": r"\two{w} = w^2",
}


@pytest.mark.parametrize("definition", ABBREVIATED)
def test_what_an_abbreviation_is_given_stands_in_the_place_of_its_parameters(definition: str) -> None:
    text = f"{definition}\n\n$$L = w^2$$\n\n$${ABBREVIATED[definition]}$$\n"
    found = check_note(note_of(text, "n", ".tex")).findings[-1]
    assert (str(found.kind), str(found.status)) in {RIGHT, DEFINITION}
    assert found.latex == ABBREVIATED[definition]


def test_a_definition_with_parameters_alone_is_no_formula() -> None:
    assert rows(check_note(note_of(r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", "n", ".tex"))) == []


def test_parameters_of_another_kind_are_named_where_they_are_used() -> None:
    note = checked(r"\def\pd#1/#2{\frac{\partial #1}{\partial #2}}", r"x = \pd y/z")
    assert "takes parameters" in note.findings[-1].message


ARRAY = "\n".join([r"\begin{array}{rcl}", r"f &=& x^2 \\", r"g &=& x^2 + 1 - 1 \\", r"&=& f", r"\end{array}"])


def test_an_array_with_relations_between_its_columns_is_an_alignment() -> None:
    assert rows(checked(ARRAY)) == [DEFINITION, DEFINITION, RIGHT]
    assert rows(checked(ARRAY.replace("- 1", "- 2")))[-1] == WRONG


def test_what_stands_behind_where_is_known_before() -> None:
    text = r"$$ a = \ln\frac{W}{V} = \ln\frac{1-\epsilon}{\epsilon} $$ with $\epsilon = \frac{V}{V+W}$."
    assert rows(check_note(note_of(text, "n", ".md"))) == [RIGHT, DEFINITION]


AFTER = [
    r"$\frac{dL}{dw} = %s x$, where $L = -y\log p - (1-y)\log(1-p)$, $p = \sigma(z)$ and $z = w x$.",
    r"$$\frac{dL}{dw} = %s x$$ where \(L = -y\log p - (1-y)\log(1-p)\) is the loss and \(p = \sigma(wx)\) a chance.",
    r"$$\frac{dL}{dw} = %s x, \quad \text{where } L = -y\log p - (1-y)\log(1-p), p = \sigma(w x)$$",
]


@pytest.mark.parametrize("text", AFTER)
def test_what_stands_behind_where_may_go_on_and_on(text: str) -> None:
    assert check_note(note_of(text % "(p - y)", "n", ".md")).findings[0].links[0].status == "proved"
    assert check_note(note_of(text % "(y - p)", "n", ".md")).findings[0].links[0].status == "refuted"


def test_an_example_with_numbers_is_no_mistake_and_names_nothing() -> None:
    model = r"$p = \sigma(w x)$ and $L = -y\log p - (1-y)\log(1-p)$. "
    example = r"For example, with $p = 0.8$ and $y = 1$: $L = -\log(0.8) = 0.223$. "
    note = check_note(note_of(model + example + r"$\frac{dL}{dw} = (p + y) x$", "n", ".md"))
    assert [str(row.status) for row in note.findings[-2:]] == ["proved", "refuted"]
    assert sum(row.is_wrong for row in note.findings) == 1
    wrong = check_note(note_of(model + example.replace("0.223", "0.5"), "n", ".md"))
    assert wrong.findings[-1].is_wrong


def test_an_abbreviation_of_a_bar_with_spaces_is_a_bar() -> None:
    formula = r"\newcommand{\given}{\,|\,} p(x\given m) = \frac{1}{\sqrt{2\pi}} e^{-(x-m)^2/2}"
    assert last(formula, r"\log p(x\given m) = -\frac12\log(2\pi) - \frac{(x-m)^2}{2}") == RIGHT


def test_a_name_that_is_solved_for_is_not_defined_by_it() -> None:
    model = r"p = \frac{1}{1+e^{-z}} \iff z = "
    assert last(model + r"\log\frac{p}{1-p}") == RIGHT
    assert last(model + r"\log\frac{1-p}{p}") == WRONG


def test_weights_of_an_expectation_step_are_held_fixed() -> None:
    text = (
        r"$$r_i = \frac{e^{\mu x_i}}{1+e^{\mu x_i}}$$ $$Q = -\sum_{i=1}^n r_i (x_i-\mu)^2$$ The M step:"
        r"$$\frac{\partial Q}{\partial\mu} = 2\sum_{i=1}^n r_i (x_i-\mu)$$"
    )
    assert rows(check_note(note_of(text, "n", ".md")))[-1] == RIGHT
    assert rows(check_note(note_of(text.replace("M step", "derivative"), "n", ".md")))[-1] == WRONG


def test_a_zero_in_the_words_sets_nothing_to_zero() -> None:
    text = r"$$L = \log p$$ $$\frac{dL}{dp} = \frac1p$$ Labels are 0 or 1. $$p = \frac{1}{1+e^{-u}}$$"
    assert rows(check_note(note_of(text, "n", ".md")))[-1] == DEFINITION


def test_each_line_of_an_alignment_is_a_row() -> None:
    note = checked(
        "\\begin{aligned}\n(a+b)^2 &= a^2 + 2ab + b^2 \\\\\n&= a^2 + ab + b^2 \\\\\n&= (a+b)^2\n\\end{aligned}"
    )
    assert [(row.line, str(row.status)) for row in note.findings] == [(2, "proved"), (3, "refuted"), (4, "proved")]
    assert "agrees with line 2 again" in note.findings[-1].message


LOGISTIC = r"\ell(z) = \log(1+e^{-z})"
ROWS = {
    "a minus in the left cell": (
        r"-\log \sigma(z) &= \log(1 + e^{-z})\\" + "\n" + r"-\log (1-\sigma(z)) &= \log(1 + e^{z})",
        ["proved", "proved"],
    ),
    "a sign that is wrong in such a row": (
        r"\ell'(z) &= -\sigma(-z)\\" + "\n" + r"-\ell'(z) &= -\sigma(-z)",
        ["proved", "refuted"],
    ),
    "no marks at all": (
        r"(a+b)^2 = a^2 + 2ab + b^2\\" + "\n" + r"-(a+b)^2 = -a^2 - 2ab - b^2",
        ["proved", "proved"],
    ),
    "the relation in the left cell": (
        r"(a-b)^2 =& a^2 - 2ab + b^2\\" + "\n" + r"-(a-b) =& b - a",
        ["proved", "proved"],
    ),
    "a sign behind an empty cell": (r"(a-b)^2 &= a^2\\" + "\n" + r"&- 2ab + b^2", ["proved"]),
    "a sign behind a wide space": (r"(a-b)^2 &= a^2\\" + "\n" + r"&\quad - 2ab + b^2", ["proved"]),
    "a sign without a relation": (r"(a-b)^2 &= a^2\\" + "\n" + r"- 2ab + b^2", ["proved"]),
    "a left side of two rows": (r"a^2 + b^2\\" + "\n" + r"- 2ab &= (a-b)^2", ["proved"]),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_with_a_left_side_of_its_own_begins_a_statement(case: str) -> None:
    lines, expected = ROWS[case]
    note = checked(LOGISTIC, "\\begin{aligned}\n" + lines + "\n\\end{aligned}")
    assert [str(row.status) for row in note.findings[1:]] == expected


def test_a_display_that_begins_with_equals_goes_on_with_the_chain() -> None:
    assert rows(checked(r"(a+b)^2 = a^2 + 2ab + b^2", "= b^2 + 2ab + a^2")) == [RIGHT, RIGHT]


def test_a_counterexample_and_the_nearest_right_form_are_told() -> None:
    (row,) = checked(r"\frac{d}{dx}(1 + e^{-x}) = e^{-x}").findings
    (link,) = row.links
    assert link.witness is not None
    assert link.nearest == "-e^{-x}"


def test_what_the_note_does_not_say_is_named() -> None:
    (row,) = checked(r"\log(yp + (1-y)(1-p)) = y\log p + (1-y)\log(1-p)").findings
    assert "y in {0, 1}" in row.assumed
    assert "which the note does not say" in row.message


def test_what_the_note_says_is_not_named() -> None:
    note = checked(r"y \in \{0,1\}", "0 < p < 1", r"\log(yp + (1-y)(1-p)) = y\log p + (1-y)\log(1-p)")
    assert note.findings[-1].status == "proved"
    assert note.findings[-1].assumed == ()


def test_assumptions_come_from_where_and_comments_too() -> None:
    formula = r"\max(q, 0) = q"
    assert last(formula) == WRONG
    assert last(formula, where="q > 0") == RIGHT
    text = f"<!-- lossproof: q > 0 -->\n$${formula}$$"
    assert str(check_note(note_of(text, "n", ".md")).findings[-1].status) == "proved"


POSITIVE = {
    "|q| = q": "holds if q >= 0",
    r"\sqrt{(x-1)^2} = x-1": "holds if x >= 1",
    r"|a-b| = b-a": "holds if b >= a",
    r"\sqrt{(1-2t)^2} = 1-2t": "holds if t <= 1/2",
    r"\sqrt{y^2-2y+1} = y-1": "holds if y >= 1",
    r"\log\frac{(z-3)^2}{4} = 2\log(z-3) - \log 4": "holds if z > 3",
    r"((c+1)^2)^{1/2} = c+1": "holds if c >= -1",
    r"\sqrt{(y_i-2)^2 u^2} = (y_i-2)u": "holds if u >= 0; y[i] >= 2",
    r"\sqrt{x^2} = x": "holds if x > 0",
    r"\sqrt{ab} = \sqrt a \sqrt b": "holds if a > 0; b > 0",
    "(x^a)^b = x^{ab}": "holds if x > 0",
    r"\log(ab) = \log a + \log b": "where a > 0; b > 0",
    r"\log(x/y) = \log x - \log y": "where x > 0; y > 0",
    r"\log\prod_{i=1}^n p_i = \sum_{i=1}^n \log p_i": "where p[i] > 0",
    r"e^{\log x} = x": "where x > 0",
}


@pytest.mark.parametrize("formula", POSITIVE)
def test_what_roots_powers_and_logarithms_ask_for_is_said(formula: str) -> None:
    (row,) = checked(formula).findings
    assert str(row.status) == "proved"
    assert row.message.startswith(POSITIVE[formula])


STILL_WRONG = [r"\sqrt{(x-1)^2} = x+1", r"\sqrt{a^2+b^2} = a+b", r"\sqrt{r^2} = -r", "|a-b| = a+b"]


@pytest.mark.parametrize("formula", STILL_WRONG)
def test_no_side_of_zero_makes_a_wrong_root_right(formula: str) -> None:
    assert last(formula) == WRONG


def test_a_slope_beside_a_kink_is_not_supposed_to_be_on_one_side() -> None:
    assert last("L = |y - t|", r"\frac{dL}{dy} = 1") == WRONG


CONSTANT = {
    r"s = \sin^2 x + \cos^2 x": "1",
    r"s = \frac{a}{a+b} + \frac{b}{a+b}": "1",
    r"s = \sigma(z) + \sigma(-z)": "1",
    r"s = \sum_{k=1}^K \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}": "1",
    "s = (a+1)^2 - a^2 - 2a": "1",
}


@pytest.mark.parametrize("formula", CONSTANT)
def test_a_constant_has_one_value_and_a_quantity_may_have_any(formula: str) -> None:
    assert last(formula, f"s = {CONSTANT[formula]}") == RIGHT
    assert last(formula, "s = 2") == WRONG
    assert last(formula, "s = 0") == WRONG
    assert last(r"s = \sigma(w x + b)", "s = 2")[0] == "condition"


def test_a_root_that_the_note_lets_be_positive_says_so() -> None:
    row = checked(r"L = \log x", r"\sqrt{x^2} = x").findings[-1]
    assert row.message.startswith("where x > 0")


def test_values_that_the_words_give_are_put_in_where_they_are_needed() -> None:
    text = "$$f(x) = x + c$$\n\nFor $c = 2$\n\n$$f(x) = x + 2$$"
    found = check_note(note_of(text, "n", ".md")).findings
    assert [str(row.status) for row in found] == ["given", "given", "proved"]
    assert "c = 2" in found[-1].message


def test_abbreviations_hold_for_the_whole_note() -> None:
    assert last(r"\newcommand{\yh}{\hat y} z = \yh - 1", r"z + 1 = \yh") == RIGHT


def test_every_formula_is_counted() -> None:
    note = checked(r"a = b + 1", r"2a = 2b + 2", r"2a = 2b + 1", r"\int x dx = 1")
    assert dict(note.tally) == {"definition": 1, "right": 1, "wrong": 1, "beyond": 1}


LONG = {
    "display": ("$$", "$$"),
    "inline": ("$", "$"),
    "round": (r"\(", r"\)"),
    "square": (r"\[", r"\]"),
    "environment": (r"\begin{align}", r"\end{align}"),
    "fence": ("```math\n", "\n```"),
    "picture": ("![](https://latex.codecogs.com/svg.latex?", ")"),
}


@pytest.mark.parametrize("kind", LONG)
def test_a_formula_that_is_too_long_is_counted(kind: str) -> None:
    start, end = LONG[kind]
    text = f"$a=b+1$\n\n{start}{'x+' * 6000}x=y{end}\n\n$a=b+1$"
    note = check_note(note_of(text, "n", ".md"))
    assert [str(row.kind) for row in note.findings] == ["definition", "not understood", "claim"]
    assert "too long" in note.findings[1].message


def test_formulas_beyond_the_last_that_is_read_are_counted() -> None:
    note = check_note(note_of("$a=b$ " * 2_003, "n", ".md"))
    assert sum(note.tally.values()) == 2_003
    assert note.tally["not understood"] == 3


RUBBISH = ["$$" + "\\frac" * 2000 + "$$", "$$" + "x=" * 3000 + "$$", "$a=b$ " * 3000, "$$a_i" + "^{(i)}" * 500 + "$$"]


@pytest.mark.parametrize("text", RUBBISH, ids=lambda text: text[:12])
def test_rubbish_is_no_exception(text: str) -> None:
    assert isinstance(check_note(note_of(text, "n", ".md")), Checked)


def test_a_long_chain_is_read_side_by_side_and_not_over_again_for_each_link(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    monkeypatch.setattr(chain_names, "free_names", lambda node: looked_at.append(node) or free_names(node))
    check_note(note_of("$$z" + "=z" * 300 + "$$", "n", ".md"))
    assert 0 < len(looked_at) <= 301
