"""Proofs of identities and of signs under assumptions."""

from lossproof.referee.proof.inequality import prove_nonnegative, prove_positive
from lossproof.referee.proof.prove import prove_zero
from lossproof.referee.proof.record import Application, Proof

__all__ = ["Application", "Proof", "prove_nonnegative", "prove_positive", "prove_zero"]
