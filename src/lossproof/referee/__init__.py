"""The referee: is each claim true? ``judge`` is the module that combines proof and balls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossproof.referee.verdict import Status, Verdict

if TYPE_CHECKING:
    from lossproof.referee.judge import equal, judge_claim

__all__ = ["Status", "Verdict", "equal", "judge_claim"]


def __getattr__(name: str) -> object:
    """``equal`` and ``judge_claim`` come with the prover, which is loaded when somebody asks for them."""
    if name in ("equal", "judge_claim"):
        from lossproof.referee import judge

        return getattr(judge, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
