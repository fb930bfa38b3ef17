"""Room: formulas with indices as lines of NumPy, their sums as products of matrices."""
