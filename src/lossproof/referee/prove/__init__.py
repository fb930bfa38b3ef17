"""Proofs of identities and of signs under assumptions."""

from lossproof.referee.field.record import Application, Proof
from lossproof.referee.prove.inequality import prove_nonnegative, prove_positive
from lossproof.referee.prove.zero import prove_zero

__all__ = ["Application", "Proof", "prove_nonnegative", "prove_positive", "prove_zero"]
