"""Finding the formulas of a text: what is code or a comment is passed over, then the delimiters decide.

    $..$  $$..$$  \\(..\\)  \\[..\\]  \\\\(..\\\\)  $`..`$  ```math  \\begin{align}..  and pictures made from LaTeX

One regular expression a kind of file finds what can open something; where it closes is looked up, each closing mark
from left to right once, so that the time grows with the length of the text alone. A formula that is too long to be
read is found as the others are, so that it is counted.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lossproof.notes.documents import Formula, Lines, Stated
from lossproof.notes.evident import is_evident, is_wordless
from lossproof.notes.passed_over import abbreviation_end, dead_end, is_lone_mark
from lossproof.notes.quoted import indented_code, unquoted

FAR, FAR_IN_WORDS, FAR_IN_PROSE = 8_000, 2_000, 300
"""Where the mark that closes is further away, words before it say that nothing was opened: a price, a lost mark."""

_NAMES = "equation align eqnarray gather multline displaymath alignat math flalign split aligned cases"
_ENVIRONMENTS = "|".join(_NAMES.split())
_DELIMITERS = (
    r"(?P<escaped>\\\$)",
    r"(?P<backtick>\$`)",
    r"(?P<dollars>\$\$)",
    r"(?P<double_square>\\\\\[)",
    r"(?P<double_round>\\\\\()",
    r"(?P<square>\\\[)",
    r"(?P<round>\\\()",
    rf"\\begin\{{(?P<environment>(?:{_ENVIRONMENTS})\*?)\}}",
    r"(?P<dollar>\$)",
)
_COMMENT = r"(?P<comment><!--)"
_OPENERS = {
    "md": (
        r"(?P<fence>^[ \t]*(?:`{3,}|~{3,})[^\n]*)",
        _COMMENT,
        r"!\[[^\]\n]{0,300}\]\(\s*https?://latex\.codecogs\.com/[^?)\s]{0,60}\?(?P<picture>[^)\s]+)",
        r"<img[^>]{0,200}src=[\"']https?://latex\.codecogs\.com/[^?\"']{0,60}\?(?P<picture_tag>[^\"']+)",
        *_DELIMITERS,
        r"(?P<code>`+)",
    ),
    "html": (
        _COMMENT,
        r"(?P<script><script[^>]{0,200}math/tex[^>]{0,200}>)",
        r"(?P<annotation><annotation[^>]{0,200}application/x-tex[^>]{0,200}>)",
        r"<(?P<skipped>script|style|pre|code|textarea)\b",
        *_DELIMITERS,
    ),
    "tex": (
        r"\\begin\{(?P<verbatim>(?:verbatim|lstlisting|minted|comment|filecontents)\*?)\}",
        r"(?P<definition>\\(?:(?:re|provide)?newcommand|Declare(?:MathOperator|PairedDelimiter))\b\*?|\\def(?=\s*\\))",
        r"\\verb(?:\*|(?![A-Za-z]))(?P<verb>[^A-Za-z\s*])",
        r"(?P<dead>\\iffalse(?![A-Za-z]))",
        r"(?P<remark>(?<!\\)%[^\n]*)",
        *_DELIMITERS,
    ),
}
_PATTERNS = {kind: re.compile("|".join(openers), re.MULTILINE) for kind, openers in _OPENERS.items()}
_CLOSERS = {
    "dollars": "$$",
    "backtick": "`$",
    "double_square": "\\\\]",
    "double_round": "\\\\)",
    "square": "\\]",
    "round": "\\)",
    "script": "</script>",
    "annotation": "</annotation>",
}
_WORDS = re.compile(r"\n\n|</?[a-zA-Z]|(?:\b[A-Za-z]{2,},? ){3}|[\u3040-\u30ff\u4e00-\u9fff]{4}")
_SPOKEN = re.compile(r"\\(?:text|mathrm|textrm|intertext)\{[^{}\n]{0,200}\}")
_BREAKS = ("\\begin{", "$$", "<p>", "</p>")
_TORN = frozenset({"dollars", "square", "double_square"})
_APART = frozenset({"dollars", "double_square", "square", "environment", "fence", "script", "picture", "picture_tag"})
"""The kinds of formulas that stand apart from the words."""


class _Found(NamedTuple):
    """What a mark opens: a formula or a comment from ``start`` to ``end``, or nothing; then ``after`` is next."""

    kind: str
    start: int
    end: int
    after: int


class _Scanner:
    """One way through a text."""

    def __init__(self, text: str, kind: str) -> None:
        self.text, self.kind = text, kind
        self.pattern = _PATTERNS[{"ipynb": "md"}.get(kind, kind)]
        self.known: dict[str, int] = {}
        self.next_words = -1

    def find(self, mark: str, start: int) -> int:
        """The next place of ``mark`` from ``start`` on, or the end of the text; no place is looked up twice."""
        if self.known.get(mark, -1) < start:
            place = self.text.find(mark, start)
            self.known[mark] = len(self.text) if place < 0 else place
        return self.known[mark]

    def all(self, start: int) -> Iterator[_Found]:
        place = start
        code = deque(indented_code(self.text) if self.pattern is _PATTERNS["md"] else ())
        while match := self.pattern.search(self.text, place):
            while code and code[0][1] <= match.start():
                code.popleft()
            if code and code[0][0] <= match.start():
                place = code[0][1]
                continue
            found = self.opened(match)
            yield found
            place = max(found.after, match.start() + 1)

    def opened(self, match: re.Match[str]) -> _Found:
        kind = str(match.lastgroup)
        rule = _RULES.get(kind)
        if rule is not None:
            return rule(self, match)
        if kind in {"picture", "picture_tag"}:
            return _Found(kind, *match.span(kind), match.end())
        return self.between(kind, match.end(), _CLOSERS[kind]) if kind in _CLOSERS else _nothing(match.end())

    def between(self, kind: str, start: int, closer: str) -> _Found:
        """What stands up to ``closer``; nothing where words are before it, or an empty line inside a paragraph."""
        end = self.find(closer, start)
        if kind in _TORN and (torn := self.torn(start - len(_CLOSERS[kind]), start, end, closer)) is not None:
            return torn
        across = kind in {"round", "double_round", "annotation"} and self.find("\n\n", start) < end
        if kind in {"round", "double_round"} and (across or end == len(self.text)):
            return self.unclosed(start, closer)
        if end == len(self.text) or end == start or across or self.is_lost(start, end, FAR):
            return _nothing(start)
        return _Found(kind, start, end, end + len(closer))

    def torn(self, opener: int, start: int, end: int, closer: str) -> _Found | None:
        """What was opened at ``start`` and runs into words behind an empty line, or to the end: it is never closed.

        What stands up to the empty line is told of, and what comes behind it is read on its own.
        """
        blank = self.find("\n\n", start)
        is_open = end == len(self.text)
        if not is_open and (blank >= end or not self.is_prose(blank, end)):
            return None
        stop = min(blank, end, start + FAR_IN_WORDS)
        stop = min([stop, *(place for mark in _BREAKS if (place := self.find(mark, start)) < stop)])
        inside = self.text[start:stop]
        is_formula = ("=" in inside or "\\" in inside) and ("\n" in inside.rstrip() or is_evident(inside))
        begins = not self.text[self.text.rfind("\n", 0, opener) + 1 : opener].strip("> \t")
        is_marked = closer.endswith("]") and ("=" in inside or "\\" in inside)
        is_meant = not is_open or is_formula or closer.startswith("\\end")
        if not ((is_meant and begins) or is_marked) or not inside.strip():
            return None
        return _Found(f"torn {closer}", start, stop, stop)

    def unclosed(self, start: int, closer: str) -> _Found:
        """What was opened inside words and is not closed in its paragraph, where it is mathematics to its end."""
        stop = min(self.find("\n\n", start), start + FAR_IN_WORDS, len(self.text))
        stop = min([stop, *(place for mark in ("$", "\\(", "\n") if (place := self.find(mark, start)) < stop)])
        return _Found(f"torn {closer}", start, stop, stop) if is_evident(self.text[start:stop]) else _nothing(start)

    def is_prose(self, start: int, end: int) -> bool:
        """Whether words or another formula stand behind the empty line at ``start``."""
        behind = _SPOKEN.sub("", self.text[start : min(end, start + FAR_IN_PROSE)])
        return "$" in behind or _WORDS.search(behind, 2) is not None

    def is_lost(self, start: int, end: int, far: int) -> bool:
        """Whether what closes at ``end`` is so far away, and so much like words, that it belongs to something else."""
        if end - start <= far:
            return False
        if self.next_words < start:
            words = _WORDS.search(self.text, start)
            self.next_words = words.start() if words else len(self.text)
        return self.next_words < end

    def environment(self, match: re.Match[str]) -> _Found:
        closer = rf"\end{{{match.group('environment')}}}"
        end = self.find(closer, match.end())
        again = self.find(match.group(), match.end())
        if again < end or end == len(self.text):
            alone = is_lone_mark(self.text, match.end(), end) and _Found(f"torn {closer}", *match.span(), match.end())
            return self.torn(match.start(), match.end(), len(self.text), closer) or alone or _nothing(match.end())
        if (torn := self.torn(match.start(), match.end(), end, closer)) is not None:
            return torn
        if self.is_lost(match.end(), end, FAR):
            return _nothing(match.end())
        return _Found("environment", match.start(), end + len(closer), end + len(closer))

    def dollar(self, match: re.Match[str]) -> _Found:
        """``$x$``: no empty line between the signs, no digit behind; blanks inside them where no price is meant."""
        start, text = match.end(), self.text
        end = self.find("$", start)
        while end < len(text) and text[end - 1] == "\\":
            end = self.find("$", end + 1)
        is_money = end + 1 < len(text) and text[end + 1].isdigit()
        across = self.find("\n\n", start) < end or self.is_lost(start, end, FAR_IN_WORDS)
        if self.kind == "tex" and (across or end == len(text)):
            return self.unclosed(start, "$")
        if end in (start, len(text)) or across or is_money or not self.may_hold(start, end):
            return _nothing(start)
        return _Found("dollar", start, end, end + 1)

    def may_hold(self, start: int, end: int) -> bool:
        """Whether what begins or ends with a blank between dollar signs is a formula."""
        inside = self.text[start:end]
        if inside == inside.strip() or self.kind == "tex":
            return bool(inside.strip())
        if self.text[max(start - 2, 0) : start - 1].isalnum():
            return False
        return is_evident(inside) if self.kind == "md" else is_wordless(inside)

    def fence(self, match: re.Match[str]) -> _Found:
        """A block of code, which is a formula where it is marked as mathematics."""
        head = match.group("fence").strip()
        mark = head[0] * 3
        end = self.find("\n" + mark, match.end())
        after = self.find("\n", end + 1) if end < len(self.text) else end
        if re.match(r"[`~]+\s*\{?(?:math|latex|tex)\b", head) and match.end() + 1 < end:
            return _Found("fence", match.end() + 1, end, after)
        return _nothing(after)

    def code(self, match: re.Match[str]) -> _Found:
        mark = match.group("code")
        end = self.find(mark, match.end())
        is_code = end < len(self.text) and end < self.find("\n\n", match.end())
        return _nothing(end + len(mark) if is_code else match.end())

    def comment(self, match: re.Match[str]) -> _Found:
        end = self.find("-->", match.end())
        return _Found("comment", match.end(), end, end + 3)

    def remark(self, match: re.Match[str]) -> _Found:
        return _Found("comment", match.start("remark") + 1, match.end(), match.end())

    def skipped(self, match: re.Match[str]) -> _Found:
        closer = f"</{match.group('skipped')}"
        return _nothing(self.find(closer, match.end()) + len(closer))

    def verbatim(self, match: re.Match[str]) -> _Found:
        closer = rf"\end{{{match.group('verbatim')}}}"
        return _nothing(self.find(closer, match.end()) + len(closer))

    def definition(self, match: re.Match[str]) -> _Found:
        is_pair = match.group().startswith("\\DeclarePaired")
        end = self.find("\n", match.end()) if is_pair else abbreviation_end(self.text, match.end())
        return _Found("definition", match.start(), end, end)

    def verb(self, match: re.Match[str]) -> _Found:
        line_end = self.text.find("\n", match.end())
        end = self.text.find(match.group("verb"), match.end(), line_end if line_end >= 0 else len(self.text))
        return _nothing(end + 1 if end >= 0 else match.end())

    def dead(self, match: re.Match[str]) -> _Found:
        return _nothing(dead_end(self.text, match.end()))


def _nothing(after: int) -> _Found:
    return _Found("", after, after, after)


_RULES: dict[str, Callable[[_Scanner, re.Match[str]], _Found]] = {
    "environment": _Scanner.environment,
    "dollar": _Scanner.dollar,
    "fence": _Scanner.fence,
    "code": _Scanner.code,
    "comment": _Scanner.comment,
    "remark": _Scanner.remark,
    "skipped": _Scanner.skipped,
    "verbatim": _Scanner.verbatim,
    "definition": _Scanner.definition,
    "verb": _Scanner.verb,
    "dead": _Scanner.dead,
}
CLAUSES = re.compile(r"^\s*lossproof\s*:\s*(?P<clauses>.*)$", re.DOTALL | re.IGNORECASE)


def scan(text: str, kind: str, start: int) -> Iterator[Formula | Stated]:
    lines = Lines.of(text)
    text = unquoted(text) if kind in {"md", "ipynb"} else text
    before = start
    for found in _Scanner(text, kind).all(start):
        raw = text[found.start : found.end]
        if found.kind == "comment":
            if (said := CLAUSES.match(raw)) and (clauses := said.group("clauses").strip()):
                place = found.start + said.start("clauses")
                yield Stated(clauses, f"line {lines.at(place)}")
        elif found.kind and raw.strip():
            place = found.start + len(raw) - len(raw.lstrip())
            words = text[before : found.start]
            apart = found.kind in _APART and not _is_inside_words(text, found)
            fault = _fault(found.kind)
            yield Formula(_latex(raw, found.kind), found.start, found.end, lines.at(place), apart, words, fault=fault)
            before = found.after


def _fault(kind: str) -> str:
    """Why a formula that is never closed is none."""
    closer = kind.removeprefix("torn ")
    sentence = f"This formula is never closed: {closer} is missing. What follows is read on its own."
    return "" if closer == kind else sentence


def _is_inside_words(text: str, found: _Found) -> bool:
    """``$$x$$`` in the middle of a line, as Jekyll writes what others write ``$x$``."""
    if found.kind != "dollars" or "\n" in text[found.start : found.end]:
        return False
    line_start = text.rfind("\n", 0, found.start) + 1
    return any(character.isalpha() for character in text[line_start : found.start])


def _latex(raw: str, kind: str) -> str:
    """The formula with its escapes undone so that every place stays where it is."""
    if kind in {"picture", "picture_tag"}:
        return unquote(raw.replace("&space;", " "))
    if kind in {"script", "annotation"}:
        return html.unescape(raw)
    without_tags = re.sub(r"<[a-zA-Z/][^<>]{0,80}>", lambda tag: " " * len(tag.group()), raw)
    return re.sub(r"\\\\([{}])", r" \\\1", without_tags)
