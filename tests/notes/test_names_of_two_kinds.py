"""One name with two meanings in a note: of one number and of many, of other arguments; vectors written as tuples."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

MANY = r"H(p) = -\sum_{k=1}^K p_k \log p_k"
TWO = r"H(p) = -p\log p - (1-p)\log(1-p)"


def verdicts(*formulas: str) -> list[tuple[str, str]]:
    note = note_of("\n\n".join(f"$${formula}$$" for formula in formulas), "n", ".md")
    return [(str(row.kind), str(row.status)) for row in check_note(note).findings]


def statuses(*formulas: str) -> list[str]:
    return [status for _, status in verdicts(*formulas)]


@pytest.mark.parametrize("named", [(MANY, TWO), (TWO, MANY)])
def test_an_entropy_of_two_outcomes_stands_beside_that_of_many(named: tuple[str, str]) -> None:
    assert verdicts(*named) == [("definition", "given")] * 2
    many = r"\frac{\partial H}{\partial p_k} ="
    assert statuses(*named, rf"{many} -\log p_k - 1", rf"{many} -\log p_k + 1")[2:] == ["proved", "refuted"]
    two = r"\frac{dH}{dp} ="
    assert statuses(*named, rf"{two} \log\frac{{1-p}}{{p}}", rf"{two} \log\frac{{p}}{{1-p}}")[2:] == [
        "proved",
        "refuted",
    ]


def test_a_loss_of_one_sample_is_still_that_of_all_samples() -> None:
    every = r"L(y, p) = -\sum_{i=1}^n [y_i\log p_i + (1-y_i)\log(1-p_i)]"
    assert statuses(every, r"L(y, p) = -y\log p - (1-y)\log(1-p)")[1] == "proved"


def test_a_function_of_other_arguments_is_told_by_them() -> None:
    named = (r"H(p, q) = -\sum_{k=1}^K p_k\log q_k", r"H(y, p) = -y\log p - (1-y)\log(1-p)")
    many, two = r"\frac{\partial}{\partial q_k} H(p, q) =", r"\frac{\partial}{\partial p} H(y, p) ="
    claims = (
        rf"{many} -\frac{{p_k}}{{q_k}}",
        rf"{many} \frac{{p_k}}{{q_k}}",
        rf"{two} \frac{{1-y}}{{1-p}}-\frac{{y}}{{p}}",
    )
    assert statuses(*named, *claims)[2:] == ["proved", "refuted", "proved"]


@pytest.mark.parametrize("formula", [r"u = (\cos t, \sin t)", r"\frac{du}{dt} = (-\sin t, \cos t)", "x = [x_1, x_2]"])
def test_a_vector_written_out_by_its_components_is_beyond(formula: str) -> None:
    assert verdicts(r"a = \|u\|^2", formula)[-1][0] == "beyond"


def test_squares_of_residuals_as_a_product_and_as_a_norm() -> None:
    claims = (
        r"L(b) = \lVert y - Xb\rVert^2",
        r"\nabla_b L = -2X^\top(y-Xb)",
        r"\frac{\partial L}{\partial b} = 2X^\top(y - Xb)",
        r"L(b) = y^\top y - 2 b^\top X^\top y + b^\top X^\top X b",
        r"L(b) = y^\top y - b^\top X^\top y + b^\top X^\top X b",
    )
    found = statuses(r"L(b) = (y-Xb)^\top(y-Xb)", *claims)
    assert found == ["given", "proved", "proved", "refuted", "proved", "refuted"]


def test_letters_that_count_components_do_so_only_of_a_vector_that_stands_without_them() -> None:
    layer = (r"\mathbf z = W\mathbf x + \mathbf b", r"z_c = \sum_{d=1}^D W_{cd} x_d + b_c")
    assert statuses(*layer, r"\frac{\partial z_c}{\partial W_{cd}} = x_d")[1:] == ["proved", "proved"]
    word = (r"s = \sigma(v_c^\top w)", r"\frac{\partial s}{\partial w} = s(1-s) v_c")
    assert statuses(*word, r"\frac{\partial s}{\partial w} = s(1+s) v_c")[1:] == ["proved", "refuted"]
