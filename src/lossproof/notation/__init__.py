"""Room: notation."""
