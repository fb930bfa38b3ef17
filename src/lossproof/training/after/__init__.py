"""What is asked of a fit afterwards: other standard errors, tests, profiles, residuals, effects, comparisons."""
