"""A site in several languages: the switch that stays on the page, and lines that do not break where they should not.

extra:
  alternate:                        # as the theme has it: the front page of each language, seen from this one's
    - {name: English, link: ../, lang: en}
    - {name: 日本語, link: ./, lang: ja}
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any
from urllib.parse import urljoin

_EAST = "\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e"
_KEPT = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
_BROKEN = re.compile(rf"(?<=[{_EAST}])\n(?=[^\n<]|<(?:a|b|code|em|i|small|span|strong)\b)|(?<=[^\n])\n(?=[{_EAST}])")
_ALTERNATE = re.compile(r'(<link rel=")(alternate" href=")([^"]*)(" hreflang=)')


def alternates(extra: MutableMapping[str, Any]) -> tuple[dict[str, str], ...]:
    """The front pages of the languages, as ``mkdocs.yml`` names them; none where there is one language."""
    return tuple(dict(each) for each in extra.get("alternate") or ())


def point_to(url: str, front_pages: Sequence[dict[str, str]], extra: MutableMapping[str, Any]) -> None:
    """Let the theme's switch lead to the page ``url`` in each language."""
    if front_pages:
        extra["alternate"] = [{**each, "link": _address(each["link"], url)} for each in front_pages]


def _address(front: str, url: str) -> str:
    """What MkDocs' filter ``url`` turns into the link from the page ``url`` to the same page below ``front``.

    The filter takes what follows leading ``../`` as an address from the site's root, and puts them before the link from
    this page to it: so as many more of them are needed as the page has folders, and these folders after them.
    """
    path = front.removeprefix("./")
    up = len(path) - len(path := path.lstrip("./"))
    if not up:
        return path + url
    folder, slash, _ = url.rpartition("/")
    return "../" * (up // 3 + url.count("/")) + folder + slash + path + url


def for_search_engines(page: str, address: str | None) -> str:
    """The links to other languages in a page's head, with their hosts where the site's ``address`` is known.

    The space before the word keeps them from the theme's script, which would fetch a sitemap beside each of them and
    lead clicks to front pages.
    """
    return _ALTERNATE.sub(lambda match: f"{match[1]} {match[2]}{urljoin(address or '', match[3])}{match[4]}", page)


def unbroken(page: str) -> str:
    """HTML in which the end of a source line is no space beside a character of a script that has none."""
    parts = _KEPT.split(page)
    return "".join(
        part if place % 3 == 1 else _BROKEN.sub("", part) for place, part in enumerate(parts) if place % 3 != 2
    )
