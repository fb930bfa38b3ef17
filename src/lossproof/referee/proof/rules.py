"""Every rule of the scalar normal form, keyed by the name of the SymPy class that it rewrites."""

from __future__ import annotations

from lossproof.referee.proof import arithmetic, circular, elementary, named, special, switches
from lossproof.referee.proof.normal import Rule

RULES: dict[str, Rule] = {
    **arithmetic.RULES,
    **elementary.RULES,
    **special.RULES,
    **circular.RULES,
    **named.RULES,
    **switches.RULES,
}
