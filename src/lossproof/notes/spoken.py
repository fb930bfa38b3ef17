"""What the words of a note say of all its formulas: that weights come out of an expectation step, for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXPECTS = re.compile(
    r"\bEM\b|\b[EM][- ]?steps?\b|responsibilit|[EM]ステップ|負担率|expectation[- ]maximi|[EM]步", re.IGNORECASE
)
_DRAWS = re.compile(
    r"\bnegative (?:sampl|exampl|word)|\bnoise (?:sampl|word)|負例|ネガティブ|负采样|负样本", re.IGNORECASE
)

_VECTORS = re.compile(r"\b(?:matri(?:x|ces)|vectors?|layers?)\b|行列|ベクトル|矩阵|向量|행렬|벡터", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """What a note speaks of.

    ``expects``: weights are held fixed in the step after; ``draws_apart``: samples are drawn beside one;
    ``vectors``: letters may be vectors and matrices though no formula says so.
    """

    expects: bool
    draws_apart: bool
    vectors: bool


def words_of(text: str) -> Words:
    """What the text of a note says."""
    return Words(*(bool(pattern.search(text)) for pattern in (_EXPECTS, _DRAWS, _VECTORS)))


_SUPPOSES = re.compile(
    r"\b(?:if|when|whenever|for|case|cases|at|or|suppose|say|try|take|example|where)\b|場合|とき|なら|例|如果|当",
    re.IGNORECASE,
)
_SOLVE = re.compile(r"\b(?:solv\w*|find|need|require\w*|want|must|if|when|equation)\b|解|求", re.IGNORECASE)
NEAR = 80
LETS = re.compile(
    r"\b(?:with|let|where|set|put|writing|mit|avec|soit)\b|\A\W*(?:and|und|et)\W*\Z|として|とおく", re.IGNORECASE
)
"""What says that an equation is about to name something."""
_SUBSTITUTES = re.compile(
    r"\b(?:substitut|plug|insert|put(?:ting)? (?:this|it)|eingesetzt|einsetz|injecte|rempla)|代入", re.IGNORECASE
)


def substitutes(words: str) -> bool:
    """Whether the words before a formula say that something was put in."""
    return _SUBSTITUTES.search(words[-2 * NEAR :]) is not None


def supposes(words: str) -> bool:
    """Whether the words before ``x = 2`` speak of a case among others."""
    return _SUPPOSES.search(words[-NEAR:]) is not None


def asks_to_solve(words: str) -> bool:
    """Whether the words before an equation ask where it holds."""
    return _SOLVE.search(words[-NEAR:]) is not None
