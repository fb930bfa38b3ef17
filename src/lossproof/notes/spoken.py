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
