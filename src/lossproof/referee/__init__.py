"""Room: referee."""
