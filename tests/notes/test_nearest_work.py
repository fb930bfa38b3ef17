"""The search for what would be right instead of a wrong line is bounded by counted work, and still finds it."""

from __future__ import annotations

from typing import Any

import pytest

from lossproof.notation import walk
from lossproof.notes import check_note, nearest, note_of

COINS = (
    r"$$Q = \sum_{i=1}^N \gamma_i [\log\pi + h_i \log a + (m-h_i)\log(1-a)]"
    r" + (1-\gamma_i)[\log(1-\pi) + h_i\log b + (m-h_i)\log(1-b)]$$"
    "\n\n"
    r"$$\frac{\partial Q}{\partial a} = \sum_{i=1}^N \gamma_i\left(\frac{h_i}{b} - \frac{m-h_i}{1-b}\right)$$"
)


def nearest_of(text: str) -> str | None:
    return check_note(note_of(text, "n", ".md")).findings[-1].links[-1].nearest


def test_the_trees_that_are_tried_have_no_more_nodes_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []
    compare = nearest.agree_or_refute

    def counted(one: Any, other: Any, *given: Any, **further: Any) -> Any:
        spent.append(sum(1 for side in (one, other) for _ in walk(side)))
        return compare(one, other, *given, **further)

    monkeypatch.setattr(nearest, "agree_or_refute", counted)
    monkeypatch.setattr(nearest, "MOST_NODES", 500)
    assert nearest_of(COINS) is None
    assert 0 < sum(spent) <= 500


def test_a_refuted_tree_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Any] = []
    judge = nearest.judge_claim

    def kept(*given: Any) -> Any:
        verdict = judge(*given)
        judged.append(verdict.status)
        return verdict

    monkeypatch.setattr(nearest, "judge_claim", kept)
    assert nearest_of(r"$$L = -y\log p - (1-y)\log(1-p)$$" "\n\n" r"$$\frac{dL}{dp} = \frac{y}{p} + \frac{1-y}{1-p}$$")
    assert "refuted" not in judged
    assert judged[-1] == "proved"
