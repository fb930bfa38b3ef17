"""Likelihoods of several predictors, each with a design or a formula of its own, and parameters without features."""
