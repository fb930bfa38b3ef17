"""What a shell offers after the tabulator: asked for as the shell asks, through the environment."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from lossproof.cli import main


def offered(words: str) -> list[str]:
    variables = {
        "_LOSSPROOF_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    result = CliRunner().invoke(main, prog_name="lossproof", env=variables)
    return [line.partition(",")[2] for line in result.output.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lossproof sho", ["show"]),
        ("lossproof show log", ["logistic_regression"]),
        ("lossproof show coin lik", ["likelihood"]),
        ("lossproof show no_such_chapter lik", []),
        ("lossproof train soft", ["softmax_regression"]),
        ("lossproof export coin --to s", ["sklearn"]),
        ("lossproof coq coin ent", ["entropy"]),
    ],
)
def test_names_are_offered(words: str, expected: list[str]) -> None:
    assert offered(words) == expected
