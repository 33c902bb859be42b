"""Serves the guide at /api/docs: its front page and its chapters, in the language that the reader prefers."""

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from api import __version__
from api.core import problems
from api.core.api import Api, reference
from api.core.api.answers import page_path
from api.core.runtime import settings
from api.guide.contents import CHAPTERS, LANGUAGES, Chapter
from api.guide.words import WORDS
from api.pages.languages import choose

TEMPLATES = Path(__file__).parent / "templates"
DOCS = "/api/docs"


class Guide:
    """The pages of one application, each made at its first use and kept."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.templates = reference.templates(TEMPLATES, reference.TEMPLATES)
        self._pages: dict[tuple[str, str | None, bool], bytes] = {}

    def page(self, language: str, name: str | None, *, asked: bool) -> bytes:
        """A chapter, or with None the front page. Links keep a language that was `asked` for in the address."""
        key = (language, name, asked)
        if key not in self._pages:
            self._pages[key] = self._make(language, name, f"?lang={language}" if asked else "").encode()
        return self._pages[key]

    def _make(self, language: str, name: str | None, query: str) -> str:
        # The parser of Markdown is loaded by the process that is asked for a page, and only then.
        from api.guide.chapters import load

        words = WORDS[language]
        address = partial(_address, query=query)
        chapters = [load(language, chapter, address, words["transcript"]) for chapter in CHAPTERS]
        values = {
            "lang": language,
            "words": words,
            "languages": [(code, WORDS[code]["name"]) for code in LANGUAGES],
            "here": page_path(DOCS if name is None else f"{DOCS}/{name}"),
            "address": address,
            "path": page_path,
            "forum": settings().name,
            "version": __version__,
            "chapters": chapters,
        }
        more = self._front(words) if name is None else _around(chapters, name, words)
        template = "contents.html" if name is None else "chapter.html"
        return self.templates.get_template(template).render(values | more)

    def _front(self, words: Any) -> dict[str, Any]:
        return {
            "title": words["title"].format(forum=settings().name),
            "api_address": f"{settings().url}/api/v1",
            "tags": self.api.served_document().get("tags", []),
        }


def _around(chapters: list[Chapter], name: str, words: Any) -> dict[str, Any]:
    """A chapter among its neighbours."""
    at = CHAPTERS.index(name)
    return {
        "title": chapters[at].title,
        "chapter": chapters[at],
        "place": words["chapter"].format(number=at + 1, all=len(chapters)),
        "before": chapters[at - 1] if at else None,
        "after": chapters[at + 1] if at + 1 < len(chapters) else None,
    }


def _address(target: str, *, query: str) -> str:
    """The address of a chapter by its name, or of a page of this forum by its path."""
    if not target.startswith("/"):
        return page_path(f"{DOCS}/{target}") + query
    return page_path(target) + (query if target == DOCS else "")


def init_app(app: Flask, api: Api) -> None:
    """Register the front page and the chapters."""
    guide = Guide(api)

    def answer(name: str | None) -> Response:
        asked = request.args.get("lang")
        language = choose(asked, request.accept_languages)
        response = reference.cached(guide.page(language, name, asked=asked == language), "text/html")
        response.headers["Content-Language"] = language
        response.vary.add("Accept-Language")
        return response

    @app.get(DOCS)
    def api_docs() -> Response:
        return answer(None)

    @app.get(f"{DOCS}/<chapter>")
    def api_docs_chapter(chapter: str) -> Response:
        if chapter not in CHAPTERS:
            raise problems.not_found()
        return answer(chapter)
