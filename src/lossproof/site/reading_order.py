"""The order in which a keyboard and a voice meet a page: the article before the menu, and no stop twice.

The theme puts the menu, with every step of a chapter, in front of the article, and gives the parts of the menu labels
without a word. The menu stays where it is seen (`lossproof.css`).
"""

from __future__ import annotations

import html
import re

# Where scripts run, what only they show takes its place before the first paint, and not after it.
SCRIPTS_RUN = '<script>document.documentElement.classList.replace("no-js","js")</script>'

_FROM_DISK = re.compile(r'<script src="([^"]*/iframe-worker\.js|iframe-worker\.js)"></script>')
_SCRIPT = re.compile(r'<script src="(?=[^"]*\.js")')
_MENU = '<div class="md-sidebar md-sidebar--primary"'
_MENUS = re.compile(r'<div class="md-sidebar md-sidebar--(primary|secondary)"([^>]*)>')
_HIDDEN = re.compile(r"\bhidden\b")
_GRID = "md-main__inner md-grid"
_CONTENT = '<div class="md-content" data-md-component="content">'
_LOGO = 'class="md-header__button md-logo"'
_SWITCH = re.compile(r'(<div class="md-select">\s*<button )')
_NAMED = re.compile(
    r'(<a [^>]*class="md-nav__link[^>]*>(?:(?!</a>).)*?<span class="md-ellipsis">(?P<title>(?:(?!</span>).)*)</span>'
    r'(?:(?!</a>).)*</a>\s*<label )(class="md-nav__link)',
    re.DOTALL,
)


def article_first(page: str) -> str:
    """The page with the menu, and the table of contents behind it, moved after the article."""
    start, content = page.find(_MENU), page.find(_CONTENT)
    end = page.find("</div>", page.rfind("</article>"))
    if not 0 <= start < content < end:
        return page
    end += len("</div>")
    before = page[:start].replace(_GRID, f"{_GRID}{_places(page[start:content])}", 1)
    return before + page[content:end] + page[start:content] + page[end:]


def painted_first(page: str) -> str:
    """The page with no script between a reader and the text: style sheets have the line for themselves.

    What only pages opened from the disk need is asked for there alone; the others wait until the page is read, in their
    order: one that the browser meets while it looks ahead would hold up the first paint.
    """
    write = r"""<script>location.protocol=="file:"&&document.write('<script src="\1"><\/script>')</script>"""
    page = _FROM_DISK.sub(lambda found: write.replace(r"\1", found[1]), page)
    head, tag, body = page.partition("</head>")
    return head + tag + _SCRIPT.sub('<script defer fetchpriority="low" src="', body)


def _places(menus: str) -> str:
    """Classes that say which of the two menus the page shows, so that their places are free from the first."""
    shown = {part: _HIDDEN.search(tag) is None for part, tag in _MENUS.findall(menus)}
    names = {"primary": " lp-with-menu", "secondary": " lp-with-contents"}
    return " lp-ordered" + "".join(name for part, name in names.items() if shown.get(part))


def fewer_stops(page: str, language: str) -> str:
    """The logo leads where the first tab leads, and the switch between languages is its links: one stop each."""
    page = page.replace(_LOGO, f'{_LOGO} tabindex="-1"', 1)
    page = _SWITCH.sub(r'\1tabindex="-1" ', page, count=1)
    link = f'hreflang="{language}" class="md-select__link"'
    return page.replace(link, f'{link} tabindex="-1"')


def named_menus(page: str) -> str:
    """Each part of the menu is called as the link that it opens below."""

    def name(found: re.Match[str]) -> str:
        title = re.sub(r"<[^>]*>", "", found["title"]).strip()
        return f'{found[1]}aria-label="{html.escape(html.unescape(title))}" {found[3]}'

    return _NAMED.sub(name, page)
