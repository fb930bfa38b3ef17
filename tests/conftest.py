"""What every test may ask for: where the reference data of others lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of figures that others published; tests that need it skip elsewhere and say so.

    In continuous integration a missing folder is a failure: a skipped test that nobody sees is no test.
    """
    folder = Path(os.environ.get("LOSSPROOF_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"reference data not found at {folder} (set LOSSPROOF_REFERENCE_DATA)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder
