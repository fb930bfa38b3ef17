"""What a user may write: type checkers read it, nothing runs it."""

from typing import reveal_type

import numpy as np

import lossproof

chapter: lossproof.Derivation = lossproof.load("logistic_regression")
loss = chapter.loss
assert isinstance(loss, lossproof.Loss)
found = lossproof.fit(loss, np.zeros((4, 1)), np.array([0.0, 1.0, 0.0, 1.0]))
names: tuple[str, ...] = found.names
verdict: lossproof.Verdict = lossproof.equal("a + a", "2*a")
reveal_type(verdict.status)
