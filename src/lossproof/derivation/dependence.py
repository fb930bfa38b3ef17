"""Does the function of a step derive its formula from the steps above, or does it only write one down?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

FACTOR, SUMMAND = (sp.Dummy(name, positive=True) for name in ("factor", "summand"))


def depends(function: Callable[..., Any], arguments: Sequence[sp.Expr], result: Any) -> bool:
    """Whether another argument gives another result: each in turn becomes ``factor*argument + summand``.

    Where the changed argument makes the function fail, it is used.
    """
    for place, argument in enumerate(arguments):
        changed = (*arguments[:place], FACTOR * argument + SUMMAND, *arguments[place + 1 :])
        try:
            if function(*changed) != result:
                return True
        except Exception:
            return True
    return False
