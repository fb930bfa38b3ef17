"""The scalar algebra: a normal form of rational functions over kernels, with rules keyed by function."""
