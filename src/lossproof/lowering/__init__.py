"""Room: from a proved expression to code that does not overflow, with its measured error.

Loss (formulas)  ->  compile: functions of arrays      objective: sums over data in one pass
"""

from lossproof.lowering.accuracy import Accuracy
from lossproof.lowering.loss import CompiledLoss, Loss
from lossproof.lowering.objective import Objective, objective
from lossproof.lowering.rewriting import stabilise, stabilised

__all__ = [
    "Accuracy",
    "CompiledLoss",
    "Loss",
    "Objective",
    "objective",
    "stabilise",
    "stabilised",
]
