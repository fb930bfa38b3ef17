"""Derivations: steps with claims, wired by argument names."""

from lossproof.derivation.claims import Statement
from lossproof.derivation.graph import ancestors
from lossproof.derivation.publication import ClassPublication, NetworkPublication, Publication
from lossproof.derivation.script import Script
from lossproof.derivation.step import Definition, Step
from lossproof.derivation.unfolding import unfold
from lossproof.words.codes import Relation

__all__ = [
    "ClassPublication",
    "Definition",
    "NetworkPublication",
    "Publication",
    "Relation",
    "Script",
    "Statement",
    "Step",
    "ancestors",
    "unfold",
]
