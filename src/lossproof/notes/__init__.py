"""Notes as people write them: the formulas of a Markdown file, a notebook, a TeX file or a page, judged one by one."""

from __future__ import annotations

from lossproof.notes.documents import Formula, Note
from lossproof.notes.findings import Checked, Finding, Kind, Link
from lossproof.notes.meaning import check_note
from lossproof.notes.note_files import SUFFIXES, note_of, read_note

__all__ = ["SUFFIXES", "Checked", "Finding", "Formula", "Kind", "Link", "Note", "check_note", "note_of", "read_note"]
