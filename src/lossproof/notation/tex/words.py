"""Which rows of letters are one name: ``yp`` alone in a formula, left of a definition, in ``\\frac{d(ce)}{d(yp)}``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lossproof.notation.tex.atoms import Atom, Row

ANSWERS = frozenset({"TP", "FP", "TN", "FN"})


def words_in(whole: Sequence[Row], rows: Sequence[Row], atoms: Sequence[Atom]) -> frozenset[str]:
    """Rows of letters that are one name: alone in a formula, left of a definition, in a derivative."""
    alone = Counter(row[place].text for row in rows for place in range(len(row)) if _stands_alone(row, place))
    found: set[str] = set()
    for row in whole:
        for run in _leading_words(row):
            if len(run) > 2 or (len(run) > 1 and not all(alone[letter] for letter in run)):
                found.add(run)
    for atom in atoms:
        if atom.kind == "frac" and atom.text == "frac":
            found |= set(_words_of_derivative(*atom.parts))
    return frozenset(found | _inseparable(rows, alone) | _counts(rows))


def _counts(rows: Sequence[Row]) -> set[str]:
    """The counts of right and wrong answers, true and false positives and negatives, where two of them stand."""
    found = {run for row in rows for run in _runs(row)} & ANSWERS
    return found if len(found) > 1 else set()


def _inseparable(rows: Sequence[Row], alone: Counter[str]) -> set[str]:
    """Rows of letters that recur, none of which ever stands alone and none of which carries a script: ``yt``."""
    runs = Counter(run for row in rows for run in _runs(row))
    letters = Counter(letter for run in runs for letter in run)
    return {
        run
        for run, times in runs.items()
        if times > 1
        and len(run) > 1
        and not any(alone[letter] or letters[letter] > 1 for letter in run[1:])
        and not alone[run[0]]
    }


def _stands_alone(row: Row, place: int) -> bool:
    """A letter without letters on either side."""
    atom = row[place]
    if atom.kind != "letter" or len(atom.text) > 1:
        return False
    near = row[max(place - 1, 0) : place + 2]
    return not any(other.kind == "letter" and (other.start == atom.end or other.end == atom.start) for other in near)


def _runs(row: Row) -> Iterator[str]:
    """The rows of plain letters side by side, none with a script."""
    place = 0
    while place < len(row):
        run = letters_at(row, place)
        last = row[min(place + len(run), len(row)) - 1]
        if run and last.bare:
            yield run
        place += max(len(run), 1)


def letters_at(row: Row, place: int) -> str:
    """The plain letters side by side from ``place`` on, the last one perhaps with scripts, digits at the end."""
    word = ""
    for atom, before in zip(row[place:], (None, *row[place:]), strict=False):
        near = before is None or (before.end == atom.start and before.bare)
        plain = atom.kind == "letter" and len(atom.text) == 1 and not atom.marks and not atom.font
        if not near or not (plain or (atom.kind == "number" and word)):
            break
        word += atom.text
    return word


def _leading_words(row: Row) -> Iterator[str]:
    """The letters that make up a whole formula, or all that stands left of the first relation of a statement."""
    start: int | None = 0
    for place in range(len(row) + 1):
        atom = row[place] if place < len(row) else None
        if atom is not None and atom.kind not in {"relation", "separator", "align"}:
            continue
        if start is not None and (word := _whole_word(row[start:place])) and (atom is None or atom.text in {"=", ":="}):
            yield word
        start = place + 1 if atom is not None and atom.kind != "relation" else None


def _whole_word(side: Row) -> str:
    """The letters of a side that is one word, perhaps with an argument."""
    word = letters_at(side, 0) if side else ""
    rest = side[len(word) :]
    return word if not rest or (len(rest) == 1 and rest[0].kind == "bracket") else ""


def _words_of_derivative(above: Row, below: Row) -> Iterator[str]:
    for whole in (above, below):
        row = tuple(atom for atom in whole if not (atom.kind == "text" and not atom.text.strip()))
        if row and (row[0].kind == "partial" or row[0].text == "d"):
            inside = row[1].parts[0] if len(row) == 2 and row[1].kind == "bracket" else row[1:]
            word = letters_at(inside, 0)
            if len(word) > 1 and len(word) == len(inside) and ("d" not in word[1:] or _is_no_product(word)):
                yield word


def _is_no_product(word: str) -> bool:
    """``Predicted`` is a word though it holds a d; ``xdy`` are two variables."""
    return any(len(piece) > 2 for piece in word.split("d"))
