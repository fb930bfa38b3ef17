"""`lossproof coq`: put derivations to Coq, and keep what it accepted."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from lossproof.chapters import chapters, load
from lossproof.cli.shell_names import chapter_names
from lossproof.errors import CallerError, counted
from lossproof.store import write_whole


@click.command()
@click.argument("names", nargs=-1, shell_complete=chapter_names)
@click.option("--record", is_flag=True, help="Keep what Coq accepts in coq.json beside the chapters.")
def coq(names: tuple[str, ...], record: bool) -> None:
    """Put the lemmas of the derivations NAMES (default: all chapters) to Coq, and say what it accepts."""
    from lossproof.export.coq.accepted import FILE
    from lossproof.export.coq.coq_text import asked
    from lossproof.export.coq.kernel import check, version

    used, complete = version(), True
    for name in names or tuple(chapters()):
        derivation = load(name)
        left_out, found = check(derivation)
        questions = asked(derivation)
        seen = [each.digest for each in questions if each.lemma is not None and each.digest not in left_out]
        open_steps = dict.fromkeys(each.step for each in questions if each.digest not in seen)
        click.echo(f"{derivation.name}: Coq {used} accepts {len(seen)} of {counted(len(questions), 'lemma')}")
        for step in open_steps:
            click.echo(f"  not yet: {step}")
        if not found.accepted:
            raise CallerError(f"{derivation.name}: {found.complaint}")
        complete = complete and not open_steps
        if record and derivation.path is not None:
            path = derivation.path.parent / FILE
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            kept[derivation.name] = {"coq": used, "axioms": list(found.axioms), "accepted": seen}
            write_whole(path, json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
    sys.exit(0 if complete else 1)
