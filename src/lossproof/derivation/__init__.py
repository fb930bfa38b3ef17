"""Room: derivation."""
