"""Derivations: steps with claims, wired by argument names."""

from lossproof.derivation.claims import Statement
from lossproof.derivation.derivation import Derivation
from lossproof.derivation.graph import ancestors
from lossproof.derivation.load import chapters, load, load_all
from lossproof.derivation.publication import Publication
from lossproof.derivation.step import RELATION_SENTENCES, Definition, Relation, Step
from lossproof.derivation.unfolding import unfold

__all__ = [
    "RELATION_SENTENCES",
    "Definition",
    "Derivation",
    "Publication",
    "Relation",
    "Statement",
    "Step",
    "ancestors",
    "chapters",
    "load",
    "load_all",
    "unfold",
]
