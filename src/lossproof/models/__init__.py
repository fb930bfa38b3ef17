"""Models: a likelihood in one line becomes a derivation."""

from __future__ import annotations

from lossproof.models.families import FAMILIES
from lossproof.models.model import Model

__all__ = ["FAMILIES", "Model"]
