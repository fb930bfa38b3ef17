"""How much work reading a text takes: calls counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest


def calls_of(run: Callable[[], object]) -> int:
    """How many functions are called while ``run`` runs, however it ends."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        run()
    except Exception:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(scope="session")
def work() -> Callable[[Callable[[], object]], int]:
    """`calls_of`."""
    return calls_of
