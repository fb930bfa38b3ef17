"""Every error that lossproof raises on purpose, one tree:

LossproofError
├── CallerError (also ValueError)    an argument is wrong: the sentence says which, and what would do
│   ├── RejectedText                 text that is not in the grammar; has .position and shows a caret
│   ├── DerivationError              a derivation script is put together wrongly
│   ├── UnknownChapter               no derivation of that name
│   └── DataError                    X, y, weights, offset, a CSV file
│       └── RowError                 what stands in one row of them
├── MoveError                        a move does not apply to the expression it was given
├── RefutedLoss                      what would run is refuted; names the step and shows the counterexample
├── MissingExtra (also ImportError)  an optional library is absent; the sentence names the command
└── InternalError                    our bug; please report it

InexactLoss (a warning)              code that is not right everywhere; the sentence says which function and where
"""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """``1 row``, ``2 rows``: a number with its noun, as sentences say it."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


class LossproofError(Exception):
    """The root: catches everything that lossproof raises on purpose."""


class CallerError(LossproofError, ValueError):
    """The caller's mistake: the message names the argument, what was given and what would do."""


class RejectedText(CallerError):
    """Text that the grammar does not allow.

    ``text`` is what was given (shortened), ``position`` the 0-based place of the fault, ``sentence`` the
    reason alone; ``str()`` adds the line with a caret under the place.
    """

    def __init__(self, sentence: str, text: str = "", position: int | None = None) -> None:
        self.sentence = sentence
        self.text = text
        self.position = position
        super().__init__(sentence if position is None else f"{sentence}\n{_caret(text, position)}")


class DerivationError(CallerError):
    """A derivation script is put together wrongly (unknown step, repeated name, used symbol defined)."""


class UnknownChapter(CallerError):
    """No derivation of that name was found."""


class DataError(CallerError):
    """Data that cannot be fitted: shape, type, domain, missing values."""


class RowError(DataError):
    """Data that cannot be fitted because of what stands in one row, counted from 0; ``moved`` counts from elsewhere.

    ``before`` and ``after`` are the sentence around the number of the row.
    """

    def __init__(self, before: str, row: int, after: str) -> None:
        super().__init__(before, row, after)
        self.before, self.row, self.after = before, row, after

    def __str__(self) -> str:
        return f"{self.before}{self.row}{self.after}"

    def moved(self, rows: int, source: str = "") -> RowError:
        """The same, so many rows further down, with where it is from in front."""
        return RowError(f"{source}{': ' if source else ''}{self.before}", self.row + rows, self.after)


class MoveError(LossproofError):
    """A move does not apply to the expression it was given; the sentence says why."""


class UnknownSign(MoveError):
    """A logarithm of what nothing says to be positive: ``factor``, as text."""

    def __init__(self, sentence: str, factor: str) -> None:
        super().__init__(sentence)
        self.factor = factor


class RefutedLoss(LossproofError):
    """A loss whose formulas, or a step that they rest on, the referee has refuted; it is not run."""


class MissingExtra(LossproofError, ImportError):
    """An optional library is not installed; the sentence names the command that installs it."""


class InternalError(LossproofError):
    """A promise of lossproof itself was broken: our bug."""


class InexactLoss(UserWarning):
    """Generated code is beyond the goal of its accuracy somewhere; the sentence says which function and where."""


def _caret(text: str, position: int, width: int = 72) -> str:
    """The part of ``text`` around ``position`` with a caret under it, on two lines."""
    start = max(0, position - width // 2)
    window = text[start : start + width].replace("\n", " ").replace("\t", " ")
    return f"  {window}\n  {' ' * (position - start)}^"
