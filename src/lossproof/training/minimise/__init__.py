"""Who minimises: gradient descent, Newton, quasi-Newton, L-BFGS, and the loop that drives them."""
