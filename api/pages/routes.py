"""Answers every page address with the client's shell, the right status, title and language.

A navigation carries no bearer, so a page is always what somebody without an account may see, whoever asks: every
answer may be shared. Failures that the client can tell about itself start it, too.
"""

from collections.abc import Callable
from functools import partial
from html import escape

from flask import Flask, Response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, NotFound

from api.core import problems
from api.core.api.answers import SHARED, compress_shared, page_path
from api.core.db import current_session
from api.core.etags import make_etag, matches
from api.core.responses import PAGE_CSP
from api.core.runtime import settings
from api.pages import subjects
from api.pages.languages import WORDS, choose
from api.pages.shell import BUILD_HINT, Head, Shell
from api.pages.subjects import Subject

# Screens of the client alone. Those that lists lead to are for search engines as well.
SCREENS = ("signin", "signup", "confirm", "forgot", "reset", "settings", "new")
LISTS = ("tags", "members", "categories")
# Below these nothing is a page: a program that asks here wants a problem, not a document.
NO_PAGES = ("/api/", "/assets/", "/uploads/")
RETRY_SECONDS = 5
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

Find = Callable[..., Subject | None]


def init_app(app: Flask) -> None:
    """Register the pages, and the page that stands where none is."""
    shell = Shell(app.extensions["parley"].settings.frontend)

    def page(
        rule: str, name: str, find: Find | None, title: str | None = None, *, indexed: bool = True
    ) -> None:
        found = find or _screen(rule, title, indexed=indexed)
        app.add_url_rule(rule, f"pages.{name}", partial(_answer, shell, found))

    page("/", "home", None)
    page("/t/<int:topic_id>", "topic_without_slug", subjects.topic)
    page("/t/<int:topic_id>/<slug>", "topic", subjects.topic)
    page("/c/<slug>", "category", subjects.category)
    page("/tag/<name>", "tag", subjects.tag)
    page("/u/<name>", "member", subjects.member)
    page("/search", "search", subjects.search)
    for screen in SCREENS + LISTS:
        page(f"/{screen}", screen, _screen(f"/{screen}", screen, indexed=screen in LISTS))
    app.add_url_rule("/robots.txt", "pages.robots", robots)
    app.register_error_handler(404, partial(_nothing_here, app, shell))


def _screen(path: str, title: str | None, *, indexed: bool = True) -> Find:
    """A page that is not about anything stored; without a title it bears the forum's name alone."""

    def find(reader: subjects.Visit) -> Subject:
        return Subject(reader.say(title) if title else "", path, indexed=indexed)

    return find


def _answer(shell: Shell, find: Find, **path: object) -> Response:
    lang = _language()
    if any("\x00" in part for part in path.values() if isinstance(part, str)):
        return _nowhere(shell, lang)
    try:
        subject = find(subjects.Visit(current_session(), lang, request.args), **path)
    except DATABASE_AWAY:
        current_session().rollback()
        return _away(shell, lang)
    if subject is None:
        return _nowhere(shell, lang)
    if subject.path != request.path:
        return _moved(subject)
    head = Head(
        title=_titled(subject.title),
        lang=lang,
        canonical=settings().url + subject.address,
        description=subject.description,
        indexed=subject.indexed,
    )
    return _document(shell, head, 200)


def _language() -> str:
    return choose(request.args.get("lang"), request.accept_languages)


def _titled(title: str) -> str:
    return f"{title} · {settings().name}" if title else settings().name


def _moved(subject: Subject) -> Response:
    """301 to the one path of this page, with the query as it came."""
    path = subject.address.partition("?")[0]
    query = request.query_string.decode("ascii", "ignore")
    response = Response(status=301)
    response.headers["Location"] = page_path(path) + (f"?{query}" if query else "")
    response.headers["Cache-Control"] = SHARED
    return response


def _nowhere(shell: Shell, lang: str) -> Response:
    return _document(shell, Head(_titled(WORDS[lang]["nowhere"]), lang, indexed=False), 404)


def _away(shell: Shell, lang: str) -> Response:
    response = _document(shell, Head(_titled(WORDS[lang]["away"]), lang, indexed=False), 503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _document(shell: Shell, head: Head, status: int) -> Response:
    page = shell.fill(head, settings().root_path, settings().name)
    if page is None:
        return _without_client()
    body = page.encode()
    response = Response(body, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Content-Language"] = head.lang
    response.vary.update(("Accept-Language", "Accept-Encoding"))
    if status >= 500:
        response.headers["Cache-Control"] = "no-store"
        return response
    etag = make_etag(body, None)
    response.headers["Cache-Control"] = SHARED
    response.headers["ETag"] = etag
    if status == 200 and matches(request.headers.get("If-None-Match"), etag):
        response.status_code = 304
        response.set_data(b"")
        response.headers.pop("Content-Length", None)
        return response
    compress_shared(response, body, etag)
    return response


def _without_client() -> Response:
    page = BUILD_HINT.format(name=escape(settings().name), root=escape(settings().root_path))
    response = Response(page, status=503, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = PAGE_CSP
    return response


def _nothing_here(app: Flask, shell: Shell, error: HTTPException) -> Response:
    """Where no route is: a problem for programs, the shell for readers, the page itself for one slash too many."""
    path = request.path
    if path.startswith(NO_PAGES) or request.method not in ("GET", "HEAD"):
        return problems.to_response(problems.not_found())
    bare = path.rstrip("/")
    if bare and bare != path and _is_page(app, bare):
        return _moved(Subject("", bare))
    return _nowhere(shell, _language())


def _is_page(app: Flask, path: str) -> bool:
    try:
        endpoint, _ = app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, NotFound):
        return False
    return str(endpoint).startswith("pages.")


def robots() -> Response:
    """What crawlers may leave alone: the API's data and what shows nothing without an account."""
    root = settings().root_path
    hidden = "".join(f"Disallow: {root}/{screen}\n" for screen in (*SCREENS, "search"))
    response = Response(f"User-agent: *\nDisallow: {root}/api/v1/\n{hidden}", mimetype="text/plain")
    response.headers["Cache-Control"] = SHARED
    return response
