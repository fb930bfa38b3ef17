"""Spellings that people use for absolute values, derivatives and counts, and what only looks like them."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")
GAUSS = r"\ell = -\ln s - \frac{(x-m)^2}{2s^2}"
ATTENTION = (
    r"e_{ij} = \frac{q_i^\top k_j}{\sqrt{d}}",
    r"\alpha_{ij} = \frac{\exp(e_{ij})}{\sum_{l=1}^n\exp(e_{il})}",
)
CHOSEN = (r"L_i = -\log p_{y_i}", r"p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}")
CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "an absolute value behind a factor": ((r"R = a|w| + b", r"2R = 2a|w| + 2b"), RIGHT),
    "its factor lost": ((r"R = a|w| + b", r"2R = 2|w| + 2b"), WRONG),
    "two of them": ((r"(a|w|)(b|w|) = a b w^2",), RIGHT),
    "in an exponent": ((r"f = e^{-a|x|}", r"f^2 = e^{-2a|x|}"), RIGHT),
    "the sign lost": ((r"f = e^{-a|x|}", r"f^2 = e^{2a|x|}"), WRONG),
    "behind a derivative": ((r"a\frac{d}{dw}|w| = a\,\mathrm{sign}(w)",), RIGHT),
    "a condition is none": ((r"p(y|x) = a", r"p(y|x)\,p(z|x) = a\,p(z|x)"), RIGHT),
    "a derivative with its variable below": ((r"f = x^2", r"\partial_x f = 2x"), RIGHT),
    "its power lost": ((r"f = x^2", r"\partial_x f = 2x^2"), WRONG),
    "a second one": ((r"f = x^3", r"\partial_x^2 f = 6x"), RIGHT),
    "by an element": ((r"f = \sum_j o_j^2", r"\partial_{o_j} f = 2o_j"), RIGHT),
    "by a mean and a variance": (
        (GAUSS, r"\frac{\partial^2\ell}{\partial m\,\partial s^2} = -\frac{x-m}{s^4}"),
        RIGHT,
    ),
    "by a scale in its place": (
        (GAUSS, r"\frac{\partial^2\ell}{\partial m\,\partial s} = -\frac{x-m}{s^4}"),
        WRONG,
    ),
    "twice by one": ((GAUSS, r"\frac{\partial^2\ell}{\partial m^2} = -\frac1{s^2}"), RIGHT),
    "a letter of vectors below another": (
        (*ATTENTION, r"\frac{\partial\alpha_{ij}}{\partial e_{ik}} = \alpha_{ij}(\delta_{jk}-\alpha_{ik})"),
        RIGHT,
    ),
    "with the other index": (
        (*ATTENTION, r"\frac{\partial\alpha_{ij}}{\partial e_{ik}} = \alpha_{ij}(\delta_{jk}-\alpha_{ij})"),
        WRONG,
    ),
    "a polynomial written out": (
        (r"y = w_0 + w_1x + w_2x^2 + \cdots + w_Mx^M", r"y = \sum_{j=0}^M w_jx^j"),
        RIGHT,
    ),
    "its first term lost": (
        (r"y = w_0 + w_1x + w_2x^2 + \cdots + w_Mx^M", r"y = \sum_{j=1}^M w_jx^j"),
        WRONG,
    ),
    "its powers alone": ((r"1 + q + q^2 + \cdots + q^n = \sum_{k=0}^n q^k",), RIGHT),
    "one too many": ((r"1 + q + q^2 + \cdots + q^n = \sum_{k=0}^{n+1} q^k",), WRONG),
    "a product written out": ((r"P = p_1 p_2 \cdots p_N", r"\log P = \sum_{i=1}^N \log p_i"), RIGHT),
    "no pattern": ((r"y = w_0 + w_2x + w_3x^2 + \cdots + w_Mx^M",), ("not understood", "None")),
    "the class of a sample": ((*CHOSEN, r"\frac{\partial L_i}{\partial f_k} = p_k - \mathbb{1}(y_i = k)"), RIGHT),
    "a plain number 1": ((*CHOSEN, r"\frac{\partial L_i}{\partial f_k} = p_k - 1(y_i = k)"), RIGHT),
    "its sign": ((*CHOSEN, r"\frac{\partial L_i}{\partial f_k} = \mathbb{1}(y_i = k) - p_k"), WRONG),
    "1 before a bracket": ((r"a = 1(b + c)", r"a - c = b"), RIGHT),
    "counts of answers": (
        (r"P = \frac{TP}{TP+FP}", r"R = \frac{TP}{TP+FN}", r"\frac{2PR}{P+R} = \frac{2TP}{2TP+FP+FN}"),
        RIGHT,
    ),
    "one of them lost": (
        (r"P = \frac{TP}{TP+FP}", r"R = \frac{TP}{TP+FN}", r"\frac{2PR}{P+R} = \frac{2TP}{2TP+FP}"),
        WRONG,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_spelling_is_read_as_it_is_meant(name: str) -> None:
    formulas, wanted = CASES[name]
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == wanted
