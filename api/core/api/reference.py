"""Serves the document and pages about the API for people, every asset from this server."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request
from jinja2 import Environment, FileSystemLoader

from api import __version__
from api.core import problems
from api.core.api import reference_view
from api.core.api.answers import compress_shared, page_path
from api.core.api.document import Api
from api.core.api.problem_pages import ADVICE
from api.core.api.twin import twin
from api.core.etags import make_etag, matches
from api.core.runtime import runtime, settings

TEMPLATES = Path(__file__).parent / "templates"
STYLE = "reference.css"
# The document and its pages change with the program only; an hour later every copy has followed.
CACHED = "public, max-age=60, stale-while-revalidate=3600"
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def templates(*folders: Path) -> Environment:
    """Jinja's environment for the templates of these folders, the first that has one counting."""
    return Environment(
        loader=FileSystemLoader(folders), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


class Reference:
    """Everything shown about one application's API, each part made at its first use."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.templates = templates(TEMPLATES)

    @cached_property
    def document(self) -> bytes:
        """The served document's bytes."""
        return orjson.dumps(self.api.served_document())

    @cached_property
    def twin(self) -> bytes:
        """The same in OpenAPI 3.0.3."""
        return orjson.dumps(twin(self.api.served_document()))

    @cached_property
    def operations_page(self) -> bytes:
        """All operations and schemas on one page."""
        doc = self.api.served_document()
        return self._page(
            "reference.html",
            title="Parley API",
            doc=doc,
            sections=reference_view.sections(doc, settings().url),
            schemas=reference_view.schemas(doc),
        )

    @cached_property
    def problems_page(self) -> bytes:
        """The list of all codes."""
        return self._page("problems.html", title="Problems", titles=dict(sorted(problems.TITLES.items())))

    def problem_page(self, code: str) -> bytes:
        """What one code means."""
        statuses = [status for status, common in problems.CODES_BY_STATUS.items() if common == code]
        return self._page(
            "problem.html",
            title=problems.TITLES[code],
            code=code,
            advice=ADVICE.get(code),
            status=statuses[0] if statuses else None,
        )

    @cached_property
    def style(self) -> bytes:
        """The one style sheet of these pages."""
        return (TEMPLATES / STYLE).read_bytes()

    def _page(self, template: str, **values: Any) -> bytes:
        page = self.templates.get_template(template)
        return page.render(path=page_path, forum=settings().name, version=__version__, **values).encode()


def init_app(app: Flask, api: Api) -> None:
    """Serve the document at /api/v1/openapi.json and openapi-3.0.json, its pages at /api/docs/reference, /api/problems."""
    runtime_of_app = app.extensions["parley"]
    runtime_of_app.extra["api"] = api
    reference = Reference(api)

    @app.get("/api/v1/openapi.json")
    def openapi_document() -> Response:
        return cached(reference.document, "application/json")

    @app.get("/api/v1/openapi-3.0.json")
    def openapi_twin() -> Response:
        return cached(reference.twin, "application/json")

    @app.get("/api/docs/reference")
    def api_reference() -> Response:
        return cached(reference.operations_page, "text/html")

    @app.get(f"/api/docs/{STYLE}")
    def api_docs_style() -> Response:
        return cached(reference.style, "text/css")

    @app.get("/api/problems")
    def problem_list() -> Response:
        return cached(reference.problems_page, "text/html")

    @app.get("/api/problems/<code>")
    def problem_page(code: str) -> Response:
        if code not in problems.TITLES:
            raise problems.not_found()
        return cached(reference.problem_page(code), "text/html")


def cached(body: bytes, mimetype: str) -> Response:
    """The answer with what changes with the program only, or 304."""
    etag = make_etag(body, None)
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = CACHED
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = CSP
    if matches(request.headers.get("If-None-Match"), etag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
        return response
    compress_shared(response, body, etag)
    return response


def document_texts() -> dict[str, str]:
    """The committed documents by file name: the same for every installation, one line a value.

    Needs an application context.
    """
    api: Api = runtime().extra["api"]
    document = api.document()
    return {"openapi.json": _text(document), "openapi-3.0.json": _text(twin(document))}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_documents(folder: Path) -> list[Path]:
    """Write the committed documents into a folder; those that changed. Needs an application context."""
    changed = []
    for name, text in document_texts().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
