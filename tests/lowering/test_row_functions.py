"""Functions that are compiled when they are first needed and called by their address."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from lossproof.lowering.code.folder import load_module
from lossproof.lowering.kernels.row_functions import RowFunctions

NEGATIVE_BY_ANOTHER_WAY = """
import numpy as np
from numba import carray

from lossproof.lowering.kernels.calls_by_address import call_again

PREDICTORS, OBSERVED = 1, 1


def losses(places, u_at, yt_at, v_at, r_at, h_at, width, n):
    u, v = carray(u_at, (width,)), carray(v_at, (width,))
    found, outside = np.empty(n, np.int64), 0
    for i in range(n):
        v[i] = 10.0 * u[i]
        if u[i] < 0.0:
            found[outside] = i
            outside += 1
    if outside:
        call_again(places[3], u_at, yt_at, v, found, width, n, outside)


def of_negative(u_at, yt_at, row_at, found_at, width, n, outside):
    row, found = carray(row_at, (n,)), carray(found_at, (n,))
    for k in range(outside):
        row[found[k]] = {result}


AGAIN = (of_negative,)
"""


def made(result: str) -> RowFunctions:
    return RowFunctions(load_module(NEGATIVE_BY_ANOTHER_WAY.format(result=result), "test"))


def values(functions: RowFunctions, *u: float) -> list[float]:
    filled = np.empty(len(u))
    functions.fill(np.array([u]), np.zeros((1, len(u))), filled)
    return filled.tolist()


def test_the_other_way_is_compiled_when_a_sample_needs_it_and_not_before() -> None:
    functions = made("-1.0")
    before = functions.places.copy()
    assert values(functions, 1.0, 2.0) == [10.0, 20.0]
    assert functions.places[3] == before[3]
    assert values(functions, 1.0, -2.0, -3.0) == [10.0, -1.0, -1.0]
    assert functions.places[3] != before[3]
    assert values(functions, -2.0, 1.0) == [-1.0, 10.0]


def test_what_fails_on_the_way_is_raised_where_the_kernel_was_called_and_only_there() -> None:
    """An error cannot pass through compiled code; forgotten, the near way's number would stand where it is wrong."""
    functions, elsewhere = made("row[found[k]].no_such_thing"), []
    functions.ready(0)
    thread = threading.Thread(target=lambda: elsewhere.append(values(functions, 3.0)))
    with pytest.raises(Exception, match="no_such_thing"):
        values(functions, 1.0, -2.0)
    thread.start()
    thread.join()
    assert elsewhere == [[30.0]]
    assert values(functions, 4.0) == [40.0]


def test_an_interruption_while_it_is_compiled_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = made("-2.0")

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    functions.ready(0)
    with monkeypatch.context() as patch:
        patch.setattr("lossproof.lowering.kernels.row_functions._as_c", interrupted)
        with pytest.raises(KeyboardInterrupt):
            values(functions, -1.0)
    assert values(functions, -1.0) == [-2.0]
