"""Every rule of the scalar normal form, keyed by the name of the SymPy class that it rewrites."""

from __future__ import annotations

from lossproof.referee.field import arithmetic, circular, named, special
from lossproof.referee.field import exp_log as elementary
from lossproof.referee.field import piecewise as switches
from lossproof.referee.field.normal import Rule

RULES: dict[str, Rule] = {
    **named.RULES,  # definitions, where there is no better rule
    **arithmetic.RULES,
    **elementary.RULES,
    **special.RULES,
    **circular.RULES,
    **switches.RULES,
}
