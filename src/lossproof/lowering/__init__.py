"""Room: lowering."""
