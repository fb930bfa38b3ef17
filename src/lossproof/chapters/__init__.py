"""Chapters: derivations as they are found, judged and run."""

from lossproof.chapters.derivation import Derivation
from lossproof.chapters.scripts import chapters, load, load_all

__all__ = ["Derivation", "chapters", "load", "load_all"]
