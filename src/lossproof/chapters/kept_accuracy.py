"""The certificate of a loss, once on a machine: kept by all that is measured and all that measures.

It is measured on compiled code, so the processor and the compiler are part of its key.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from functools import cache

import llvmlite.binding
import sympy

from lossproof import store
from lossproof.lowering import Accuracy, Loss
from lossproof.lowering.measure.accuracy import Row

KIND = "accuracy"
ROOMS = ("functions", "notation", "lowering")
LIBRARIES = ("sympy", "numpy", "scipy", "numba", "llvmlite", "python-flint")


def kept_accuracy(loss: Loss, points: int) -> Accuracy:
    """``loss.accuracy(points=points)``, from what is kept where the same was measured before."""
    name, backend, rows = json.loads(store.made_once(KIND, _key(loss, points), lambda: _measured(loss, points)))
    found = (Row(function, form, ulp, tuple(point), *rest) for function, form, ulp, point, *rest in rows)
    return Accuracy(name, backend, tuple(found))


def _measured(loss: Loss, points: int) -> bytes:
    found = loss.accuracy(points=points)
    return json.dumps([found.name, found.backend, [astuple(row) for row in found.rows]]).encode()


def _key(loss: Loss, points: int) -> str:
    """The formulas published and computed, where they are measured, and by what."""
    formulas = [sympy.srepr(symbol) for symbol in loss.arguments]
    for published, computed in zip(loss.computed.published, loss.computed.components(), strict=True):
        formulas += [computed.name, sympy.srepr(published.expr), sympy.srepr(computed.expr)]
    domains = (loss.domain, loss.column_domains, loss.predictor_domains)
    return "\n".join([measured_by(), loss.name, repr(domains), str(points), *formulas])


@cache
def measured_by() -> str:
    """What a certificate depends on besides its loss: the sources, the versions of what they call, the processor."""
    processor = (llvmlite.binding.get_default_triple(), llvmlite.binding.get_host_cpu_name())
    return repr((store.sources(*ROOMS, libraries=LIBRARIES), processor))
