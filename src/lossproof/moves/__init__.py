"""Room: moves."""
