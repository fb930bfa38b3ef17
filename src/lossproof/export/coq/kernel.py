"""Coq at work: a whole file, or lemma by lemma where some of them may fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lossproof.derivation import Script
from lossproof.errors import MissingExtra
from lossproof.export.coq.coq_text import asked, coq_source, heading, opening

LIMIT = 600
"""Seconds that one sentence of a file may take, also on a busy machine; one that runs on is not accepted."""
INSTALL = "apt-get install coq libcoq-coquelicot"


@dataclass(frozen=True)
class Kernel:
    """What coqc says to a file: whether it accepts all of it, what its lemmas rest on, and its complaint."""

    accepted: bool
    axioms: tuple[str, ...]
    complaint: str = ""


def version() -> str:
    """Of the Coq that is installed; MissingExtra with what to do where there is none."""
    if shutil.which("coqc") is None:
        raise MissingExtra(f"Coq is not here: {INSTALL}")
    return subprocess.run(["coqc", "-print-version"], capture_output=True, text=True, check=True).stdout.split()[0]


def coqc(text: str, limit: int | None = None) -> Kernel:
    """Put a whole file to Coq; with a ``limit``, a sentence that takes more seconds is not accepted."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chapter.v"
        file.write_text(f"{_within(limit)}{text}", encoding="utf-8")
        done = subprocess.run(["coqc", "-q", "-w", "none", str(file)], capture_output=True, text=True, cwd=folder)
    return Kernel(done.returncode == 0, _axioms(done.stdout), done.stderr.strip())


def _within(limit: int | None) -> str:
    return "" if limit is None else f"Set Default Timeout {limit}.\n"


def _axioms(output: str) -> tuple[str, ...]:
    """The names that ``Print Assumptions`` lists, each once: they stand at the beginning of a line."""
    return tuple(sorted(set(re.findall(r"^([A-Za-z_][\w.']*)(?:\s*$| :)", output, re.M)) - {"Axioms"}))


def refused(derivation: Script, limit: int = LIMIT) -> tuple[str, ...]:
    """The digests of the lemmas that Coq does not accept as they are written; each is tried by itself."""
    questions = [each for each in asked(derivation) if each.lemma is not None]
    needed = dict.fromkeys(name for each in questions if each.lemma for name in each.lemma.functions)
    lines = ['Set Warnings "-all".', heading(derivation), *opening(needed), _within(limit)]
    for each in questions:
        assert each.lemma is not None
        lines += [each.lemma.text, "Abort All.", f"Check @{each.lemma.name}."]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["coqtop", "-q"], input="\n".join(lines), capture_output=True, text=True, cwd=folder)
    known = set(re.findall(r"^(?:\w+ < )*@?([\w']+)\n     : ", done.stdout, re.M))
    return tuple(each.digest for each in questions if each.lemma and each.lemma.name not in known)


def check(derivation: Script, limit: int = LIMIT) -> tuple[tuple[str, ...], Kernel]:
    """What has to be left out, and what Coq says to the rest."""
    left_out: tuple[str, ...] = ()
    found = coqc(coq_source(derivation), limit)
    if not found.accepted:
        left_out = refused(derivation, limit)
        found = coqc(coq_source(derivation, left_out))
    return left_out, found
