"""From a likelihood to a loss you can trust, read and run."""
