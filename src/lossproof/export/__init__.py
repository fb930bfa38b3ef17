"""A checked loss in other people's tools: objectives for tree boosters, functions for autograd, source text.

targets       name of a target -> who makes it, who writes it
boosting      gradient and Hessian of each row as XGBoost and LightGBM ask for them
traced        straight code, recorded by running the NumPy functions on symbols
pymc_density  a log-density of PyMC that runs the NumPy functions
c_source      C99 from a record
torch_source  a module for PyTorch from a record; torch_chain hands slope and curvature to autograd
"""

from lossproof.export.targets import TARGETS, export, export_text

__all__ = ["TARGETS", "export", "export_text"]
