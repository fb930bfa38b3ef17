"""What a page says of itself in its head: for those who link to it, and when its search index is fetched."""

from __future__ import annotations

import html
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

_LATER = (Path(__file__).with_name("assets") / "later.js").read_text(encoding="utf-8")


def head_of(page: Page, config: MkDocsConfig) -> str:
    """Open Graph tags, and the script that fetches the search index when the search is used."""
    title = str(page.meta.get("title") or page.title or config.site_name)
    said = {
        "og:type": "article",
        "og:site_name": config.site_name,
        "og:title": title,
        "og:description": str(page.meta.get("description") or config.site_description or ""),
        "og:url": page.canonical_url or "",
        "og:locale": str(config.theme["language"]),
    }
    tags = "".join(f'<meta property="{name}" content="{html.escape(value)}">' for name, value in said.items() if value)
    return f"{tags}<script>{_LATER.strip()}</script>"
