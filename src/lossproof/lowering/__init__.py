"""Room: from a proved expression to code that does not overflow, with its measured error.

Loss (formulas)  ->  compile: functions of arrays      objective: sums over data in one pass
"""

from lossproof.lowering.classes import ClassLoss
from lossproof.lowering.forms.rewriting import stabilise, stabilised
from lossproof.lowering.kernels.objective import Objective, objective
from lossproof.lowering.loss import CompiledLoss, Loss
from lossproof.lowering.measure.accuracy import Accuracy

__all__ = [
    "Accuracy",
    "ClassLoss",
    "CompiledLoss",
    "Loss",
    "Objective",
    "objective",
    "stabilise",
    "stabilised",
]
