"""``If $yf < 1$, $\\partial L / \\partial f = -y$``: an order of several letters under which its sentence holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from lossproof.notation.assumptions import Tie
from lossproof.notation.tree import Node, Order
from lossproof.notes.documents import Formula
from lossproof.notes.specials import ends_sentence

NEAR = 40
"""So many characters before a formula say whether it is a case."""
ORDERS = frozenset({"<", ">", "<=", ">="})
_IF = re.compile(r"\b(?:if|when|whenever|for|where|case|provided|that|once|until|while)\s*[$\\(]*\s*$", re.IGNORECASE)


def says_order(formula: Formula) -> bool:
    """Whether the words before a formula say that it is a case."""
    return not formula.display and _IF.search(formula.words[-NEAR:]) is not None


@dataclass
class Cases:
    """The order that the sentence being read speaks of, with its words; ``last`` is the formula that says it."""

    ties: tuple[Tie, ...] = ()
    told: str = ""
    last: Formula | None = None

    def go_on(self, formula: Formula) -> None:
        """What the words before the next formula do: they may end the sentence."""
        if self.last is not None and (ends_sentence(formula.words) or formula.words.count("\n\n")):
            self.ties, self.told, self.last = (), "", None

    def say(self, left: Node, order: str, right: Node, formula: Formula, told: str) -> bool:
        """Let an order hold for this sentence where its words say so."""
        if order not in ORDERS or not says_order(formula):
            return False
        self.ties, self.told, self.last = (Tie(left, cast("Order", order), right),), told, formula
        return True
