"""The MkDocs plugin: derive and check once, add a page a step, fill the navigation, set the formulas.

    plugins:
      - lossproof:
          derivations: derivations      # the folder of scripts
          order: [coin, logistic_regression]
          language: ja                  # of what the plugin says; "en" by default
      try_it: assets/referee        # where the referee lies that runs in the reader's browser; "" for a site without
          texts: derivations/ja         # the words of the chapters, where the scripts are in another language
    nav:
      - Derivations:
          - chapters/*                  # replaced by the chapters and their steps

A refuted or undecided step fails the build and the message shows the counterexample; so does a formula that
KaTeX rejects. Everything that decides what a page says is a pure function elsewhere in this room.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.config import config_options as option
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from lossproof import store
from lossproof.chapters.chapter import Chapter
from lossproof.errors import CallerError, LossproofError
from lossproof.notes import SUFFIXES, check_note, read_note, told
from lossproof.site import fonts, katex, languages, notebooks, reading_order
from lossproof.site.book import chapter_uri, failures, in_words, read_book, survivors
from lossproof.site.chapter_notebook import taken_along
from lossproof.site.kept_pages import kept_chapter_files
from lossproof.site.npm import TO_TRY, packages_folder
from lossproof.site.page_head import head_of
from lossproof.site.pages import CODE_FILE, step_file, try_box
from lossproof.site.piece_context import Context
from lossproof.site.pieces import with_pieces
from lossproof.site.readable import first_paragraph, first_sentence
from lossproof.site.search_index import with_pages
from lossproof.site.segments import segmented
from lossproof.site.shared_lines import elsewhere, shared
from lossproof.site.try_it import bundle
from lossproof.site.words import WORDS, Words

_ASSETS = Path(__file__).with_name("assets")
_STYLES = ("assets/katex/katex.min.css", "assets/lossproof.css")
_SCRIPTS = ("assets/explain.js", "assets/map.js", "assets/pictures.js", "assets/copy.js", "assets/try.js")
_LETTERS = "assets/letters.css"
_CHAPTERS = "chapters/*"
_SEARCH = '<div class="md-search" data-md-component="search" role="dialog"'
_log = get_plugin_logger("lossproof")


class LossproofConfig(Config):
    """The plugin's options in ``mkdocs.yml``."""

    derivations = option.Type(str, default="derivations")
    order = option.ListOfItems(option.Type(str), default=[])
    language = option.Choice(sorted(WORDS), default="en")
    texts = option.Type(str, default="")
    try_it = option.Type(str, default="")


class LossproofPlugin(BasePlugin[LossproofConfig]):
    """Pages from derivations, see the module's docstring."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Name the style sheets and statuses; keep executed notebooks only as long as the sources they ran on."""
        self.root = Path(config.config_file_path).parent
        self.words = WORDS[self.config.language]
        self.alternates = languages.alternates(config.extra)
        self.letters: set[str] = set()
        self.mistakes: list[str] = []
        own_letters = (_LETTERS,) if self.config.language in fonts.FONTS else ()
        config.extra_css = [*_STYLES, *own_letters, *config.extra_css]
        config.extra_javascript = [*_SCRIPTS, *config.extra_javascript]
        config.extra.setdefault("status", {key.value: word for key, word in self.words.status.items()})
        if "mkdocs-jupyter" in config.plugins:
            executed = store.place("notebooks", notebooks.kept_for(self.root, self.config.language))
            config.plugins["mkdocs-jupyter"].config["cache_dir"] = str(executed or self.root / ".cache")
            os.environ.update(notebooks.ENVIRONMENT)
        return config

    # Before mkdocs-jupyter, which replaces the collection of files by a copy of its own.
    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Derive, check, and add the pages and assets."""
        with _failing_the_build():
            self.chapters = read_book(self.root / self.config.derivations, self.config.order)
            self._refuse(failures(chapter) for chapter in self.chapters)
            self._in_words()
            self._fail_on_mistakes()
            self.packages = packages_folder(self.root, TO_TRY if self.config.try_it else {})
        for line in (line for chapter in self.chapters for line in survivors(chapter)):
            _log.warning(line)
        self.referee = self._referee()
        for uri, content in self._contents():
            files.append(_file(config, uri, content))
        if config.nav:
            config.nav = _filled(config.nav, [_chapter(chapter, self.words) for chapter in self.chapters])
        return files

    def _in_words(self) -> None:
        """The chapters in the words of the site's language."""
        if self.config.texts:
            try:
                self.chapters = in_words(self.chapters, self.root / self.config.texts)
            except LossproofError as error:
                self._refuse([str(error).splitlines()])

    def _refuse(self, found: Iterable[Iterable[str]]) -> None:
        """Remember what must stop the build: whoever mends one mistake is to know of the others."""
        self.mistakes += [line for lines in found for line in lines]

    def _fail_on_mistakes(self) -> None:
        if self.mistakes:
            raise PluginError("The site is not built:\n" + "\n".join(f"  {line}" for line in self.mistakes))

    def on_page_markdown(self, markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the pieces into a hand-written page; check the formulas of one that asks for it.

        Its head says what its first paragraph says.
        """
        written = page.file.src_uri.endswith(".md") and "description" not in page.meta
        if written and (described := first_paragraph(markdown)):
            page.meta["description"] = first_sentence(described)
        try:
            self._refuse([_wrong_in(page.file)])
            return with_pieces(markdown, Context(self.chapters, self.words, page.file.src_uri, self.root))
        except LossproofError as error:
            self._refuse([[f"{page.file.src_uri}: {error}"]])
            return markdown

    @event_priority(-50)
    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give a notebook's page the site's own look; leave TeX for the search that is worth finding."""
        if notebooks.is_notebook(html):
            html = notebooks.restyled(html, lambda address: _link(address, page.file, files), self.words.show_code)
            html = notebooks.anchored(html, (entry.id for entry in _flat(page.toc)))
        return katex.with_short_tex(languages.unbroken(html))

    def on_page_context(self, context: Any, page: Page, config: MkDocsConfig, nav: Any) -> Any:
        """The switch between languages, and what a search engine is told of them, stay on this page."""
        languages.point_to(page.url, self.alternates, config.extra)
        return context

    def on_template_context(self, context: Any, template_name: str, config: MkDocsConfig) -> Any:
        """On a page of the theme's own the switch leads to the front pages."""
        languages.point_to("", self.alternates, config.extra)
        return context

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Every page has its HTML now: set all formulas of the site in one go."""
        pages = [file.page for file in files.documentation_pages() if file.page is not None]
        for page in pages:
            if left := katex.left_in_text(page.content or ""):
                _log.warning("%s shows TeX or code that is not set: %s", page.file.src_uri, left[0])
        wanted = {each: page.file.src_uri for page in pages for each in katex.formulas_in(page.content or "")}
        with _failing_the_build():
            self.rendered = self._set(wanted)
        self._fail_on_mistakes()
        return env

    def _set(self, wanted: dict[katex.Formula, str]) -> dict[katex.Formula, str]:
        """The formulas as HTML; what is rejected is named with its page."""
        try:
            return katex.render(wanted, self.packages)
        except katex.RejectedFormula as error:
            self._refuse([str(katex.RejectedFormula(error.reasons, wanted)).splitlines()])
            return {}

    def _referee(self) -> dict[str, bytes]:
        """The files of the referee for the browser; none where the site does without, or they cannot be had."""
        if not self.config.try_it:
            return {}
        try:
            return bundle.files(self.packages)
        except CallerError as error:
            _log.info("The site is built without the box in which readers check claims of their own: %s", error)
            return {}

    # After the search plugin has indexed the short TeX.
    @event_priority(-100)
    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        """Put the set formulas in place of their TeX, names on what has none, and the article before the menu."""
        named = output.replace(_SEARCH, f'{_SEARCH} aria-label="{self.words.search}"')
        ordered = reading_order.fewer_stops(reading_order.article_first(named), str(config.theme.get("language", "en")))
        named = reading_order.painted_first(reading_order.named_menus(ordered))
        tag = self._referee_tag(page) if try_box.MARK in named else ""
        named = try_box.shown(named) if tag else named
        head = head_of(page, config) + reading_order.SCRIPTS_RUN + tag
        named = named.replace("</head>", f"{head}</head>", 1)
        named = languages.for_search_engines(named, page.canonical_url)
        self.letters.update(named)
        return katex.with_formulas(named, self.rendered)

    # After the search plugin has written the index, before the offline plugin makes a script of it.
    @event_priority(-50)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Give the search one entry a page, under the words that people search; letters to those who have none."""
        for chapter in self.chapters:  # no files of the build: a generator would make pages of them
            for name, text in taken_along(chapter, self.words).items():
                place = Path(config.site_dir) / "chapters" / chapter.name
                place.mkdir(parents=True, exist_ok=True)
                store.write_whole(place / name, text)
        fonts.write(Path(config.site_dir) / _LETTERS, self.packages, self.config.language, self.letters)
        path = Path(config.site_dir) / "search" / "search_index.json"
        if path.is_file():
            index = with_pages(json.loads(path.read_text(encoding="utf-8")), self.chapters, self.words)
            index = segmented(index)
            store.write_whole(path, json.dumps(index, ensure_ascii=False, separators=(",", ":")))

    def _referee_tag(self, page: Page) -> str:
        """Tells `try.js` where the referee lies and what it weighs."""
        if not self.referee:
            return ""
        place = posixpath.relpath(self.config.try_it, posixpath.dirname(page.url) or ".")
        weight = bundle.megabytes(self.referee)
        return f'<meta name="lossproof-referee" content="{place}/" data-megabytes="{weight}">'

    def on_post_template(self, output: str, template_name: str, config: MkDocsConfig) -> str:
        """The page for a lost address finds its style sheets from the disk as well, where no address is absolute."""
        if template_name != "404.html":
            return output
        root = urlsplit(config.site_url or "").path or "/"
        base = f"<script>location.protocol=='file:'||document.write('<base href=\"{root}\">')</script>"
        relative = re.sub(rf'(href|src)="{re.escape(root)}', r'\1="', output)
        return relative.replace("<head>", f"<head>{base}", 1).replace('href=""', 'href="."')

    def on_serve(self, server: Any, config: MkDocsConfig, builder: Any) -> Any:
        """Build again when a derivation changes."""
        server.watch(str(self.root / self.config.derivations))
        return server

    def _contents(self) -> Iterator[tuple[str, str | bytes]]:
        """Every generated file: address, content."""
        lines = shared(self.chapters)
        for chapter in self.chapters:
            for name, text in kept_chapter_files(chapter, self.words, elsewhere(chapter, lines)).items():
                yield chapter_uri(chapter.name, name), text
        for own in ("assets/lossproof.css", *_SCRIPTS):
            yield own, (_ASSETS / own.rpartition("/")[2]).read_text(encoding="utf-8")
        yield (
            "assets/iframe-worker.js",
            (self.packages / "iframe-worker" / "shim" / "index.js").read_text(encoding="utf-8"),
        )
        yield "assets/katex/katex.min.css", katex.stylesheet(self.packages)
        for font in katex.fonts(self.packages):
            yield f"assets/katex/fonts/{font.name}", font.read_bytes()
        if not self.config.try_it.startswith(".."):  # there they are another site's: the same in another language
            for name, content in self.referee.items():
                yield f"{self.config.try_it}/{name}", content


class _failing_the_build:
    """Turns what lossproof raises on purpose into a failed build with its sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, LossproofError):
            raise PluginError(str(error)) from error


def _wrong_in(file: File) -> list[str]:
    """What is wrong or open among the formulas of a page whose front matter says ``lossproof: check``."""
    path = Path(file.abs_src_path or "")
    if not path.is_file() or path.suffix.lower() not in SUFFIXES:
        return []
    note = read_note(path)
    return list(told.failures(check_note(note), file.src_uri)) if note.asks else []


def _file(config: MkDocsConfig, uri: str, content: str | bytes) -> File:
    file = File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED)
    file.edit_uri = None
    return file


def _link(address: str, page: File, files: Files) -> str:
    """A notebook's link to a Markdown file as the link to its page; a dead one is a warning, as MkDocs has it."""
    path, mark, anchor = address.partition("#")
    if ":" in path or not path.endswith((".md", ".py")):
        return address
    target = files.get_file_from_path(posixpath.normpath(posixpath.join(posixpath.dirname(page.src_uri), path)))
    if target is None:
        _log.warning("%s links to %s, which is not there.", page.src_uri, path)
        return address
    return target.url_relative_to(page) + mark + anchor


def _flat(entries: Iterable[AnchorLink]) -> Iterator[AnchorLink]:
    for entry in entries:
        yield entry
        yield from _flat(entry.children)


def _filled(nav: list[Any], chapters: list[dict[str, list[Any]]]) -> list[Any]:
    """The navigation with the entry ``chapters/*`` replaced by the chapters and their pages, at any depth."""
    return [filled for item in nav for filled in _filled_item(item, chapters)]


def _filled_item(item: Any, chapters: list[dict[str, list[Any]]]) -> list[Any]:
    if item == _CHAPTERS:
        return list(chapters)
    if isinstance(item, dict):
        return [{key: _filled(value, chapters) if isinstance(value, list) else value for key, value in item.items()}]
    return [item]


def _chapter(chapter: Chapter, words: Words) -> dict[str, list[Any]]:
    steps = [{step.title: chapter_uri(chapter.name, step_file(name))} for name, step in chapter.steps.items()]
    code = [{words.code.title: chapter_uri(chapter.name, CODE_FILE)}] if chapter.running else []
    return {chapter.title: [chapter_uri(chapter.name), *steps, *code]}
