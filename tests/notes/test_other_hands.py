"""What notes of other hands have that no note before had: notations, and equations that claim nothing."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG, BEYOND = ("claim", "proved"), ("claim", "refuted"), ("beyond", "None")
DEFINITION, CONDITION = ("definition", "given"), ("condition", "given")

SOFTMAX = "$$S_j = \\frac{e^{a_j}}{\\sum_k e^{a_k}}$$\n\n"
NOISE = "$$L = \\frac12\\log\\sigma^2 + \\frac{(y-\\mu)^2}{2\\sigma^2}$$\n\n"
PCA = "{}$$L = u^\\top S u + \\lambda(1-u^\\top u)$$\n\n$$\\frac{{\\partial L}}{{\\partial u}} = {}$$"
LASSO = "$$R(b) = \\sum_{i=1}^n (y_i - b x_i)^2$$\n\n$$R(\\lambda) = \\sum_{i=1}^n (y_i - b x_i)^2 + \\lambda b^2$$"
GLM = (
    "$\\theta = \\log\\frac{p}{1-p}$ and $b(\\theta) = \\log(1+e^\\theta)$. "
    "For counts, $\\theta = \\log\\mu$ and $b(\\theta) = "
)
MARGIN = "$$p_t = y p + (1-y)(1-p)$$\n\n$$L = -\\log p_t$$\n\nWith $x_t = yx$ and $p_t = \\sigma(x_t)$:\n\n"
RIDGE = (
    "$$J = \\frac1m\\sum_{i=1}^m (h_\\theta(x^{(i)}) - y^{(i)})^2$$ where $h_\\theta(x) = \\theta^T x$. Penalised:\n\n"
    "$$J = \\frac1m\\sum_{i=1}^m (h_\\theta(x^{(i)}) - y^{(i)})^2 + \\frac{\\lambda}{m}\\sum_{j=1}^n\\theta_j^2$$\n\n"
    "$$\\frac{\\partial J}{\\partial\\theta_j} = "
    "\\frac2m\\sum_{i=1}^m (h_\\theta(x^{(i)}) - y^{(i)})x_j^{(i)} + {}\\theta_j$$"
)
GAMMA = (
    "$$\\ell = -\\sum_{i=1}^N\\frac{x_i}{t} - N\\ln t$$\n\n$$\\frac{\\partial\\ell}{\\partial t} = "
    "\\frac{1}{t^2}\\sum_{i=1}^N x_i - \\frac Nt = 0$$\n\n$$\\hat t = \\frac1N\\sum_{i=1}^N x_i$$\n\n"
    "Substituting this gives\n\n$$\\ell = -N - N\\ln\\left(\\frac{\\sum x_i}{{}}\\right)$$"
)

CASES: dict[str, tuple[str, tuple[str, str]]] = {
    "an operator that is introduced": (SOFTMAX + "$$D_j S_i = \\frac{\\partial S_i}{\\partial a_j}$$", DEFINITION),
    "cases in a matrix": (
        SOFTMAX + "$$\\frac{\\partial S_i}{\\partial a_j} = \\left\\{\\begin{matrix} S_i(1-S_j) & i = j \\\\"
        " -S_iS_j & i \\ne j \\end{matrix}\\right.$$",
        RIGHT,
    ),
    "a substituted variable": (
        "$$F(x) = \\int \\frac{e^x}{1+e^x} dx = \\int\\frac1u du = \\ln u = \\ln(1+e^x)$$",
        BEYOND,
    ),
    "a letter anew": (GLM + "e^\\theta$", DEFINITION),
    "a symmetric matrix": (PCA.format("$S$ is symmetric.\n\n", "2Su - 2\\lambda u"), RIGHT),
    "a factor lost there": (PCA.format("$S$ is symmetric.\n\n", "2Su - \\lambda u"), WRONG),
    "another matrix is": (PCA.format("$T$ is symmetric.\n\n", "2Su - 2\\lambda u"), WRONG),
    "a covariance elsewhere": (PCA.format("Noise has covariance $\\Sigma$.\n\n", "2Su - 2\\lambda u"), WRONG),
    "a letter that is tied to another": (MARGIN + "$$\\frac{dL}{dx} = y(p_t - 1)$$", RIGHT),
    "a sign there": (MARGIN + "$$\\frac{dL}{dx} = y(1 - p_t)$$", WRONG),
    "a function of another letter": (LASSO, DEFINITION),
    "where a function has a value": (
        "$$F(x) = 1-e^{-\\lambda x}$$\n\nThe median solves $F(m) = \\frac12$.",
        CONDITION,
    ),
    "at a number it is a claim": ("$$F(x) = 1-e^{-x}$$\n\nAlso $F(1) = \\frac12$.", WRONG),
    "components are as many in a penalty": (RIDGE.replace("{}", "\\frac{2\\lambda}{m}"), RIGHT),
    "its factor lost": (RIDGE.replace("{}", "\\frac{\\lambda}{m}"), WRONG),
    "an estimate put in": (GAMMA.replace("{}", "N"), RIGHT),
    "and wrongly": (GAMMA.replace("{}", "2"), WRONG),
    "by the logarithm of a square": (
        NOISE + "$$\\frac{\\partial L}{\\partial\\log\\sigma^2} = \\frac12 - \\frac{(y-\\mu)^2}{2\\sigma^2}$$",
        RIGHT,
    ),
    "by the logarithm": (
        NOISE + "$$\\frac{\\partial L}{\\partial\\log(\\sigma)} = 1 - \\frac{(y-\\mu)^2}{\\sigma^2}$$",
        RIGHT,
    ),
    "a 2 lost there": (
        NOISE + "$$\\frac{\\partial L}{\\partial\\log\\sigma^2} = \\frac12 - \\frac{(y-\\mu)^2}{\\sigma^2}$$",
        WRONG,
    ),
    "values at two ends": ("$$\\int_0^1 x\\,dx = \\left[\\frac{x^2}{2}\\right]_0^1$$", BEYOND),
    "dots between other terms": ("$$y = b + w_1x_1 + \\cdots + w_dx_d = \\sum_{j=1}^d w_jx_j + b$$", RIGHT),
    "dots before another term": ("$$y = w_1x_1 + \\cdots + w_dx_d + b = \\sum_{j=1}^d w_jx_j - b$$", WRONG),
    "as many classes as the sum has": (
        "$$L = \\frac1n\\sum_{i=1}^n (wx^{(i)} - y^{(i)})^2$$\n\n"
        "$$l = -\\sum_{j=1}^q y_j\\log\\frac{e^{o_j}}{\\sum_{k=1}^q e^{o_k}}$$"
        "\n\n$$\\sum_{j=1}^q y_j\\log\\sum_{k=1}^q e^{o_k} - \\sum_{j=1}^q y_jo_j"
        " = \\log\\sum_{k=1}^q e^{o_k} - \\sum_{j=1}^q y_jo_j$$",
        RIGHT,
    ),
    "by a word with a d in it": (
        "$$\\frac{d}{d\\,Predicted} (Observed - Predicted)^2 = -2(Observed - Predicted)$$",
        RIGHT,
    ),
    "a sign in it": ("$$\\frac{d}{d\\,pred} (obs - pred)^2 = 2(obs - pred)$$", WRONG),
    "two variables": ("$$\\frac{d^2}{dxdy} x^2y^2 = 4xy$$", RIGHT),
    "a logarithm is no other function": (
        "$$L(\\lambda) = \\prod_{i=1}^n\\lambda e^{-\\lambda x_i}$$\n\n"
        "$$\\log L(\\lambda) = n\\log\\lambda - \\sum_i x_i$$",
        WRONG,
    ),
    "counts": ("$$x = 0, 1, 2, \\ldots$$", ("assumption", "given")),
}


@pytest.mark.parametrize("name", CASES)
def test_the_last_formula_is_what_it_is(name: str) -> None:
    text, wanted = CASES[name]
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == wanted
