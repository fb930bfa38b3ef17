"""Labels that the words of a note give: "with labels y=±1", "the labels are -1 or +1"; formulas say it otherwise."""

from __future__ import annotations

import re

_TWO = (
    r"(?:±\s{0,3}1\b|\{?\s{0,3}[-−–]\s{0,3}1\s{0,3}(?:,|or|and|/)\s{0,3}\+?\s{0,3}1\b"
    r"|\{?\s{0,3}\+?1\s{0,3}(?:,|or|and|/)\s{0,3}[-−–]\s{0,3}1\b)"
)
_NAMED = re.compile(
    rf"(?<![\w$\\])([a-z])(?:_?[a-z]|\([a-z]\))?\s{{0,3}}(?:=|∈|\bin|\bis|\bare)\s{{0,3}}(?:either\s{{0,3}})?{_TWO}"
)
_LABELS = re.compile(rf"\b(?:class )?labels?\b[^.$\n]{{0,30}}?\s{_TWO}", re.IGNORECASE)
_ONE_HOT = (
    re.compile(r"\bone[- ]hot(?: \w+){0,2} (?:\$|\\\()\\?(?:\w+\{)?([a-zA-Z])\b", re.IGNORECASE),
    re.compile(r"(?:\$|\\\()\\?(?:\w+\{)?([a-zA-Z])\}?(?:\$|\\\)) (?:is|are)(?: \w+)? one[- ]hot", re.IGNORECASE),
)
_USUAL = ("y", "t")


def signs_spoken(text: str, letters: frozenset[str]) -> list[str]:
    """The clauses ``y in {-1, 1}`` that the words of ``text`` state of the ``letters`` of its formulas."""
    names = [found.group(1) for found in _NAMED.finditer(text) if found.group(1) in letters]
    usual = [letter for letter in _USUAL if letter in letters]
    if not names and len(usual) == 1 and _LABELS.search(text):
        names = usual
    return [f"{name} in {{-1, 1}}" for name in dict.fromkeys(names)]


def one_hot_spoken(text: str) -> frozenset[str]:
    """The labels of which the words of ``text`` say that they are one-hot."""
    return frozenset(found.group(1) for pattern in _ONE_HOT for found in pattern.finditer(text))
