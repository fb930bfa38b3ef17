"""Letters for a script that a reader's machine may not have: those slices of a font that a site's pages need.

The font comes from npm (`@fontsource/noto-sans-jp`, SIL Open Font License 1.1), cut there into slices of some hundred
letters. A browser fetches a slice only where a page shows a letter of it that none of the machine's own fonts has.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

FONTS = {"ja": "@fontsource/noto-sans-jp"}
FAMILY = "Noto Sans JP of the site"
_FACE = re.compile(r"/\* (?P<name>[\w\-\[\]]+) \*/\s*@font-face \{(?P<body>.*?)\}", re.DOTALL)
_FILE = re.compile(r"url\(\./files/([\w\-.]+\.woff2)\)")
_RANGES = re.compile(r"unicode-range:\s*([^;]+);?")


def write(path: Path, packages: Path, language: str, letters: Iterable[str]) -> None:
    """The style sheet at ``path`` and the slices beside it; nothing for a language that needs none."""
    if language not in FONTS:
        return
    found = slices(packages, language, letters)
    (path.parent / "fonts").mkdir(parents=True, exist_ok=True)
    path.write_text(stylesheet(found), encoding="utf-8")
    for name, (file, _) in found.items():
        shutil.copyfile(file, path.parent / "fonts" / name)


def slices(packages: Path, language: str, letters: Iterable[str]) -> dict[str, tuple[Path, str]]:
    """File name -> its path and those of ``letters`` that are in it, for each slice that has one; empty for a language
    whose letters every machine has.
    """
    if language not in FONTS:
        return {}
    folder = packages / FONTS[language]
    if not folder.is_dir():  # a site with packages of its own: its readers' own fonts will do
        return {}
    wanted = sorted({ord(letter) for letter in letters if ord(letter) > 0x2E7F})
    found = {}
    for match in _FACE.finditer((folder / "400.css").read_text(encoding="utf-8")):
        file, ranges = _FILE.search(match["body"]), _RANGES.search(match["body"])
        spans = _spans(ranges[1]) if ranges else []
        here = [f"U+{each:x}" for each in wanted if any(low <= each <= high for low, high in spans)]
        if file and here:
            found[file[1]] = (folder / "files" / file[1], ",".join(here))
    return found


def stylesheet(found: dict[str, tuple[Path, str]]) -> str:
    """The faces of the slices, for a style sheet in the folder above theirs."""
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-display:swap;font-weight:400 700;'
        f'src:url(fonts/{name}) format("woff2");unicode-range:{ranges}}}'
        for name, (_, ranges) in found.items()
    )


def _spans(ranges: str) -> list[tuple[int, int]]:
    spans = []
    for each in ranges.split(","):
        low, _, high = each.strip().removeprefix("U+").partition("-")
        spans.append((int(low, 16), int(high or low, 16)))
    return spans
