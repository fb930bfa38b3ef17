"""Which way each sample pulls its linear predictor: the directions in which its loss never rises.

    up      dl/du <= 0 as u -> +infinity          down    dl/du >= 0 as u -> -infinity

For cross entropy a sample with yt = 1 pulls up and one with yt = 0 down; for Poisson counts only yt = 0 pulls,
down. Read off the slope far out, so it holds for any convex loss; where the predictor cannot go (log u, u < 0) the
loss is not finite, and nothing pulls there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering import Loss
from lossproof.lowering.prediction import functions
from lossproof.training.arrays import Vector

_FAR = 1e4


def pulls(loss: Loss, y: Vector) -> NDArray[np.int8]:
    """+1 where a sample pulls up, -1 where it pulls down, 0 where it pulls both ways (M,)."""
    different, place = np.unique(y, return_inverse=True)
    f, far = functions(loss), _FAR * np.maximum(1.0, np.abs(different))
    with np.errstate(all="ignore"):
        up = (f.slope(far, different) <= 0) & np.isfinite(f.value(far, different))
        down = (f.slope(-far, different) >= 0) & np.isfinite(f.value(-far, different))
    return (up.astype(np.int8) - down.astype(np.int8))[place]
