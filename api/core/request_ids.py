"""One id for each request: in the answer, in its log line and in its problem."""

import re
import uuid

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-Id"
# Nothing that could forge a log line or a header; the same pattern as nginx uses.
SANE = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id() -> str:
    """The id of the current request."""
    found: str = g.request_id
    return found


def init_app(app: Flask) -> None:
    """Take the caller's id when it is sane, else make one, and send it back."""

    @app.before_request
    def begin() -> None:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if SANE.fullmatch(sent) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)

    @app.after_request
    def answer(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        clear_contextvars()
