"""`lossproof build` and `lossproof serve`: the site, by MkDocs; `lossproof pages`: its pages for any generator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from lossproof.errors import CallerError, MissingExtra, counted

# Both names silence a banner of mkdocs-material about the future of MkDocs.
_QUIET = {"DISABLE_MKDOCS_2_WARNING": "true", "NO_MKDOCS_2_WARNING": "1"}


@click.command()
@click.option("--site-dir", type=click.Path(path_type=Path), default=Path("site"), show_default=True)
def build(site_dir: Path) -> None:
    """Build the site strictly: a refuted step or a notebook that raises fails it.

    Beside mkdocs.yml each mkdocs.XX.yml is the site in another language, which comes into the folder XX of the first.
    They are built at the same time.
    """
    site_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=site_dir.resolve().parent) as beside:
        others = {config.stem.removeprefix("mkdocs."): config for config in sorted(Path().glob("mkdocs.*.yml"))}
        command = _mkdocs("build", "--strict", "--config-file", "mkdocs.yml", "--site-dir", str(site_dir.resolve()))
        started = {language: _begun(config, Path(beside), language) for language, config in others.items()}
        try:
            if code := subprocess.call(**command):
                sys.exit(code)
            for language, process in started.items():
                said, _ = process.communicate()
                click.echo(said, err=True, nl=False)
                if process.returncode:
                    sys.exit(process.returncode)
                shutil.move(Path(beside, language), site_dir / language)
        finally:
            for process in started.values():
                with process:  # waits for it, and closes its pipe
                    process.terminate()


def _begun(config: Path, folder: Path, language: str) -> subprocess.Popen[str]:
    """A build that goes on beside the first; what it says is told when that one is done."""
    place = str((folder / language).resolve())
    command = _mkdocs("build", "--strict", "--config-file", str(config), "--site-dir", place, language=language)
    return subprocess.Popen(**command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@click.command()
@click.option("--address", default="127.0.0.1:8000", show_default=True, help="Host and port to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="The port alone.")
@click.option("--language", default="", help="The XX of mkdocs.XX.yml: the site in that language.")
def serve(address: str, port: int | None, language: str) -> None:
    """Show the site with live preview."""
    host, _, given = address.rpartition(":")
    if not host or not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise CallerError(f"--address: {address!r} was given; a host and a port from 1 to 65535 (127.0.0.1:8000).")
    config = f"mkdocs.{language}.yml" if language else "mkdocs.yml"
    if language and not Path(config).is_file():
        raise CallerError(f"--language: {language!r} was given, and there is no {config} in {Path.cwd()}.")
    sys.exit(subprocess.call(**_mkdocs("serve", "--config-file", config, "--dev-addr", f"{host}:{port or given}")))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--derivations", type=click.Path(path_type=Path), default=Path("derivations"), show_default=True)
@click.option("--texts", type=click.Path(path_type=Path), help="The words of the chapters in the other language.")
@click.option("--language", type=click.Choice(["en", "ja"]), default="en", show_default=True)
@click.option("--only", multiple=True, metavar="NAME", help="This chapter alone; several may be named.")
def pages(folder: Path, derivations: Path, texts: Path | None, language: str, only: tuple[str, ...]) -> None:
    """Write the checked chapters into FOLDER as plain Markdown, formulas set, for any generator of sites.

    A refuted or undecided step writes nothing. The style sheets are FOLDER/assets/katex/katex.min.css and
    FOLDER/assets/lossproof.css; the scripts beside them copy formulas, explain words and move pictures.
    """
    from lossproof.site.book import failures, in_words, read_book
    from lossproof.site.npm import packages_folder
    from lossproof.site.plain_pages import plain_pages, write_plain_pages
    from lossproof.site.words import WORDS

    if not derivations.is_dir():
        raise CallerError(f"--derivations: {derivations} is no folder.")
    chapters = read_book(derivations, only, others=not only)
    if lines := [line for chapter in chapters for line in failures(chapter)]:
        click.echo("\n".join(lines), err=True)
        sys.exit(1)
    told = in_words(chapters, texts) if texts else chapters
    files = plain_pages(told, packages_folder(Path()), WORDS[language])
    write_plain_pages(files, folder)
    click.echo(f"{counted(sum(name.endswith('.md') for name in files), 'page')} in {folder}")


def _mkdocs(*arguments: str, language: str = "") -> dict[str, Any]:
    """MkDocs with these arguments, as what `subprocess` is called with."""
    from importlib.util import find_spec

    if find_spec("mkdocs") is None:
        raise MissingExtra("the site needs MkDocs: pip install 'lossproof[site]'")
    if not Path("mkdocs.yml").is_file():
        raise CallerError(f"no mkdocs.yml in {Path.cwd()}: run this in the root of a site.")
    environment = {**os.environ, **_QUIET}
    if language and environment.get("SITE_URL"):
        environment["SITE_URL"] = f"{environment['SITE_URL'].rstrip('/')}/{language}/"
    return {"args": [sys.executable, "-m", "mkdocs", *arguments], "env": environment}
