"""Words and letters that explain themselves: links to a glossary at the foot of the page, shown where they stand.

Without scripts the links lead to the foot; with them (`explain.js`) the explanation opens beside the word, on hover,
on focus and on touch. The foot has exactly the words that its page refers to.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from lossproof.derivation import Step
from lossproof.referee.verdict import Status
from lossproof.site.pages.markup import block, inline, plain
from lossproof.site.pages.view import StepView
from lossproof.site.symbols import Symbol, quantities_in, symbols_of
from lossproof.site.words import Words
from lossproof.words.codes import Code, Duty, Relation, Said, Way

_REFERENCE = re.compile(r'href="#(lp-(?P<kind>term|letter)-(?P<key>[^"]+))"')

_WAYS: dict[Code, str] = {
    Way.RATIONAL_IDENTITY: "rational identity",
    Way.RATIONAL_IDENTITY_IN: "rational identity",
    Way.RATIONAL_IDENTITY_IN_MANY: "rational identity",
    Way.DERIVATIVES_CARRIED_OUT: "derivatives carried out",
    Way.SUMS_IN_NORMAL_FORM: "sums",
    Way.SUMMAND_BY_SUMMAND: "summand by summand",
    Way.CASES: "cases",
    Way.CASES_OF_VALUES: "cases",
    Way.CLASS_OF: "cases",
    Way.BY_INDUCTION: "induction",
    Way.SIGNS_OF_PARTS: "signs",
    Way.SIGNS_OF_FACTORS: "signs",
    Way.LOG_INCREASES: "monotone",
    Way.EXP_INCREASES: "monotone",
    Way.TIMES_POSITIVE: "monotone",
    Way.TIMES_NEGATIVE: "monotone",
    Way.SHIFTED: "monotone",
    Way.COUNTEREXAMPLE: "balls",
    Duty.CONVEX: "convex",
}
_RELATIONS = {
    Relation.SAME_OPTIMUM: "monotone",
    Relation.CONVEX: "convex",
    Relation.EQUAL_ON: "cases",
    Relation.DERIVED: "follows",
}


def term(key: str, text: str) -> str:
    """``text`` (HTML) as a word that the glossary explains."""
    place = re.sub(r"\W+", "-", key)
    return f'<a class="lp-term" href="#lp-term-{place}">{text}</a>'


def status_term(status: Status, words: Words) -> str:
    """The word of a status, explained."""
    return term(status.value, html.escape(words.status[status]))


def way_term(way: Said, text: str) -> str:
    """How a verdict was reached, explained where the glossary has a word for it; ``text`` may hold formulas."""
    key = _WAYS.get(way.code)
    return term(key, text) if key and "](" not in text else text


def relation_term(relation: Relation, text: str) -> str:
    """The word beside the arrow, explained where it is one of the referee's."""
    key = _RELATIONS.get(relation)
    return term(key, text) if key else text


def letters(view: StepView) -> str:
    """The quantities of the step's own line, each as a letter that explains itself."""
    shown = [_letter(symbol) for symbol in _symbols(view, [view.step])]
    return block("lp-letters", f"{plain(view.words.symbols)}: " + " ".join(shown)) if shown else ""


def _letter(symbol: Symbol) -> str:
    return (
        f'<a class="lp-term" href="#lp-letter-{_name(symbol)}" aria-label="{_name(symbol)}">{inline(symbol.latex)}</a>'
    )


def _symbols(view: StepView, steps: Iterable[Step]) -> list[Symbol]:
    wanted = frozenset().union(*(quantities_in(step) for step in steps))
    return [each for each in symbols_of(view.chapter.derivation) if (_name(each), "[" in each.text) in wanted]


def _name(symbol: Symbol) -> str:
    return symbol.text.partition("[")[0]


def with_glossary(page: str, view: StepView) -> str:
    """The page with the words and letters that it refers to explained at its foot."""
    found = {match[1]: (match["kind"], match["key"]) for match in _REFERENCE.finditer(page)}
    entries = [_term_entry(key, view.words) for kind, key in found.values() if kind == "term"]
    names = {key for kind, key in found.values() if kind == "letter"}
    entries += [_letter_entry(symbol, view) for symbol in _one_a_name(view) if _name(symbol) in names]
    if not entries:
        return page
    inside = "\n\n".join(entries)
    title = f"## {plain(view.words.glossary)} {{: data-toc-omit }}"
    return f'{page}\n<div class="lp-glossary" markdown data-search-exclude>\n\n{title}\n\n{inside}\n\n</div>\n'


def _term_entry(key: str, words: Words) -> str:
    name = next(each for each in words.terms if re.sub(r"\W+", "-", each) == key)
    explained = words.terms[name]
    return f'<div id="lp-term-{key}" markdown>\n\n**{plain(explained.title)}** {plain(explained.meaning)}\n\n</div>'


def _one_a_name(view: StepView) -> list[Symbol]:
    """The letters of the chapter's lines, ``yt`` and ``yt[m]`` as one."""
    found: dict[str, Symbol] = {}
    for symbol in symbols_of(view.chapter.derivation):
        found.setdefault(_name(symbol), symbol)
    return list(found.values())


def _letter_entry(symbol: Symbol, view: StepView) -> str:
    name = _name(symbol)
    meaning = view.words.quantities.get(name)
    said = plain(meaning) if meaning else plain(symbol.meaning.title)
    where = view.link(symbol.meaning)
    line = f"**{inline(symbol.latex)}** {said}. {inline(symbol.domain)} <small>→ {where}</small>"
    return f'<div id="lp-letter-{name}" data-letter="{html.escape(name)}" markdown>\n\n{line}\n\n</div>'
