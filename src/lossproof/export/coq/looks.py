"""What an equation looks like, by which its tactic is chosen."""

from __future__ import annotations

from itertools import permutations

from lossproof.export.coq.kinks_for_coq import KINKED
from lossproof.notation import walk
from lossproof.notation.traverse import children
from lossproof.notation.tree import Binary, Call, Condition, Indexed, Indicator, Node, Reduction


def needs_rules(node: Node) -> bool:
    """Whether an equation or an inequality is one of kinks, of classes, or of more than one sum beside predictors."""
    parts = tuple(walk(node))
    if any(isinstance(part, Indicator) or (isinstance(part, Call) and part.function in KINKED) for part in parts):
        return True
    sums = [part for part in parts if isinstance(part, Reduction) and not _is_predictor(part)]
    return any(map(_is_of_classes, sums)) or len({each.high for each in sums}) > 1


def _is_predictor(reduction: Reduction) -> bool:
    """``sum(w[k]*x[m, k], k, 0, N)``."""
    match reduction.body:
        case Binary("*", Indexed(), Indexed()):
            return reduction.kind == "sum"
    return False


def _is_of_classes(reduction: Reduction) -> bool:
    """``sum(exp(u[k]), k)``, or its logarithm."""
    return reduction.kind == "logsumexp" or (isinstance(reduction.body, Call) and reduction.body.function == "exp")


def has_log_in_sum(node: Node) -> bool:
    """Whether the logarithm of a sum of exponentials stands in the terms of a sum."""
    terms = (part.body for part in walk(node) if isinstance(part, Reduction) and part.kind == "sum")
    return any(_is_log_of_sum(part) for body in terms for part in walk(body))


def _is_log_of_sum(part: Node | Condition) -> bool:
    if isinstance(part, Reduction):
        return part.kind == "logsumexp"
    is_log = isinstance(part, Call) and part.function == "log"
    return is_log and any(isinstance(each, Reduction) and _is_of_classes(each) for each in walk(part))


def has_entry_beside(node: Node) -> bool:
    """An entry of data beside a sum over samples: ``1/M*sum(...) + s^2/(M*t^2)*w[i]``."""
    if not (isinstance(node, Binary) and node.operator in ("+", "-")):
        return False
    return any(_has_sum(one) and _has_bare_entry(other) for one, other in permutations((node.left, node.right)))


def _has_sum(node: Node) -> bool:
    return any(isinstance(part, Reduction) and not _is_predictor(part) for part in walk(node))


def _has_bare_entry(node: Node) -> bool:
    if isinstance(node, Reduction):
        return False
    return isinstance(node, Indexed) or any(_has_bare_entry(each) for each in children(node) if isinstance(each, Node))


def is_over_a_bell(node: Node) -> bool:
    """Whether something is divided by a difference in which the normal distribution function stands."""
    below = [part.right for part in walk(node) if isinstance(part, Binary) and part.operator == "/"]
    return any(
        isinstance(part, Binary) and part.operator == "-" and any(map(_is_bell, walk(part)))
        for each in below
        for part in walk(each)
    )


def _is_bell(part: Node | Condition) -> bool:
    return isinstance(part, Call) and part.function == "normcdf"
