"""The independent evaluator: trees in ball arithmetic, points under clauses, counterexamples in small numbers.

It reads trees, never SymPy, and shares nothing with the prover but the notation.
"""

from lossproof.referee.balls.given import Given
from lossproof.referee.balls.refute import Agreement, agree_or_refute

__all__ = ["Agreement", "Given", "agree_or_refute"]
