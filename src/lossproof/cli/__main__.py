"""`python -m lossproof.cli` is `lossproof`."""

from lossproof.cli import main

main()
