"""Sums over samples, block by block: loss, gradient and Hessian in one pass over X."""
