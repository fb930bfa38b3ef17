"""What a text that runs without lossproof says of itself: where it has no number, and what nobody judged.

Where no formula in floats is right, lossproof computes with balls; a text for another program holds floats alone.
"""

from __future__ import annotations

import warnings

import sympy

from lossproof.errors import InexactLoss
from lossproof.lowering import Loss
from lossproof.lowering.forms.code_functions import without_balls


def notes(loss: Loss) -> tuple[str, ...]:
    """The lines that stand at the head of the text."""
    return (*loss.computed.notes, *(f"Here {sentence}." for sentence in gaps(loss)))


def warn_of_gaps(loss: Loss) -> None:
    """`InexactLoss` where the text has no number: which function, and where it has one."""
    if said := gaps(loss):
        warnings.warn(f"the text of the loss {loss.name!r}: {'; '.join(said)}", InexactLoss, stacklevel=4)


def gaps(loss: Loss) -> list[str]:
    """A sentence for each function that only balls compute somewhere."""
    found = [(part.name, without_balls(part.expr)) for part in loss.computed.components()]
    return [_sentence(name, condition) for name, condition in found if condition != sympy.true]


def _sentence(function: str, condition: sympy.Basic) -> str:
    if condition == sympy.false:
        return f"its {function} is not a number anywhere, because only lossproof computes it"
    return f"its {function} is a number only where {condition}; elsewhere only lossproof computes it"
