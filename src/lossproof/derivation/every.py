"""What holds for every size: it holds for the smallest one, and what the script derives from it is the next one.

relation="for every", of="one_sample", values="M = 1"        M integer >= 1
"""

from __future__ import annotations

from lossproof.derivation.step import Origin, Step
from lossproof.errors import DerivationError
from lossproof.notation import to_text
from lossproof.notation.assumptions import Interval
from lossproof.notation.tree import Node, Number
from lossproof.words.codes import Relation


def refuse_wrong_start(step: Step) -> None:
    """DerivationError where a step for every size does not begin at the smallest one, or derives no next one."""
    if step.relation is not Relation.FOR_EVERY:
        return
    (name, start), *others = step.values
    domain = step.assumptions.scalar(name)
    if others or not isinstance(domain, Interval) or not domain.integer or domain.low is None or domain.low_open:
        raise DerivationError(
            f"Step `{step.name}`: what holds for every size has one size, a whole number with a smallest value, as in"
            " where='M integer >= 1' and values='M = 1'."
        )
    if _value(domain.low) != _value(start) or _value(start) is None:
        raise DerivationError(
            f"Step `{step.name}` begins at {name} = {to_text(start)}, and {name} may be {to_text(domain.low)}: begin"
            " there."
        )
    if step.origin is Origin.STATED or step.claim is None:
        raise DerivationError(
            f"Step `{step.name}`: the function of what holds for every {name} returns what one more makes of it."
        )


def _value(node: Node) -> object:
    return node.value if isinstance(node, Number) else None
