"""The index algebra: sums, products, deltas and derivatives over ranges of symbolic size.

sum(x[m-1], m, 1, M) = sum(x[m], m, 0, M-1)         sum(delta(j, k)*x[j], j, 1, K) = x[k]  for k in 1..K
"""

from lossproof.referee.sums.context import Recorder, RuleApplication
from lossproof.referee.sums.derivative import differentiate
from lossproof.referee.sums.monomials import STEPS
from lossproof.referee.sums.normal_form import RULES, normalise_sums

__all__ = ["RULES", "STEPS", "Recorder", "RuleApplication", "differentiate", "normalise_sums"]
