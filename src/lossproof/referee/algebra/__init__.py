"""Exact algebra that proofs and facts share: rational functions over kernels, bounds, signs."""
