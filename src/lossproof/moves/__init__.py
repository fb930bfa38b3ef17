"""What one line of a textbook does: small pure functions from SymPy to SymPy that refuse where they don't apply."""

from lossproof.moves.calculus import chain_rule, collect, differentiate, solve_for_zero, together
from lossproof.moves.cases import one_expression
from lossproof.moves.logarithm import take_log
from lossproof.moves.reductions import (
    average_over,
    expand_product,
    negate_and_average,
    product_over,
    sum_over,
)
from lossproof.moves.stable import in_stable_names
from lossproof.moves.substitution import at, for_sample, substitute
from lossproof.moves.sums import adds_up_to_one, apart, without_constants

__all__ = [
    "adds_up_to_one",
    "apart",
    "at",
    "average_over",
    "chain_rule",
    "collect",
    "differentiate",
    "expand_product",
    "for_sample",
    "in_stable_names",
    "negate_and_average",
    "one_expression",
    "product_over",
    "solve_for_zero",
    "substitute",
    "sum_over",
    "take_log",
    "together",
    "without_constants",
]
