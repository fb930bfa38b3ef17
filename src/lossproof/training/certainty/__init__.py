"""How sure an answer is: information, covariance, dispersion."""
