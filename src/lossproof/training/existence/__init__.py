"""Whether a finite minimum exists: linear programs, verified exactly."""
