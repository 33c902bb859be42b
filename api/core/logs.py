"""One line for each request and each job, as JSON or as text; nothing a client sends can forge a line.

Queries, bodies and headers are never logged: they carry tokens and passwords. The last line of defence blanks what
looks like a secret in any other message, tracebacks of libraries included.
"""

import json
import logging
import re
import sys
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from api.core.slim import without

with without("rich"):
    # Only for coloured tracebacks, which nobody sees here, and six megabytes in every process.
    import structlog
    from structlog.contextvars import bound_contextvars
    from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["bound_contextvars", "configure", "get_logger", "init_app"]

SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|otp", re.IGNORECASE)
# Personal access tokens, JWTs, passwords inside URLs, and name=value pairs in messages of libraries.
SECRET_VALUES = re.compile(
    r"pat_[0-9A-Za-z]{8,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"
    r"|(?<=password=)[^\s&]+|(?<=secret=)[^\s&]+|(?<=token=)[^\s&]+"
)
BLANK = "[secret]"
PLAIN = re.compile(r"[\w./:@+-]+")
# Control characters beyond what JSON escapes: DEL, C1 (terminal escapes) and Unicode's own line ends.
UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")
QUIET = ("procrastinate", "alembic", "werkzeug", "urllib3", "asyncio")


def get_logger(name: str) -> Any:
    """A logger; modules that log ask here, so that the library is loaded in one place."""
    return structlog.get_logger(name)


log = get_logger("parley")


def _blank_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name not in ("event", "exception") and SECRET_NAMES.search(name):
            event[name] = BLANK
        elif isinstance(value, str):
            event[name] = SECRET_VALUES.sub(BLANK, value)
    return event


def _quoted(value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if PLAIN.fullmatch(written):
        return written
    quoted = json.dumps(written, ensure_ascii=False)
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """A line for people: time, level, event, name=value; a traceback below it is indented, line by line."""
    head = [str(event.pop(name, "-")) for name in ("timestamp", "level")]
    exception = event.pop("exception", None)
    words = [
        *head,
        _quoted(event.pop("event", "")),
        *(f"{name}={_quoted(value)}" for name, value in event.items()),
    ]
    below = [f"    {_quoted(line)}" for line in exception.splitlines()] if exception else []
    return "\n".join([" ".join(words), *below])


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("timestamp", "level", "event") if name in event}
    return json.dumps({**first, **event}, ensure_ascii=True, default=str)


class StandardError(logging.Handler):
    """Writes to whatever standard error is at the moment of writing; each record is one write, so lines stay whole."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write and flush one record."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 (a log that cannot be written must not fail a request)
            self.handleError(record)


def configure(log_format: str, level: str) -> None:
    """Send our lines and those of the libraries to standard error, all in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    render = _as_text if log_format == "text" else _as_json
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _blank_secrets, render],
    )
    handler = StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, StandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Write one line for each answered request: its route, never its query."""
    settings = app.extensions["parley"].settings
    configure(settings.log_format, settings.log_level)

    @app.before_request
    def start() -> None:
        g.setdefault("started", perf_counter())

    @app.after_request
    def line(response: Response) -> Response:
        actor = g.get("actor")
        started = g.get("started")
        log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            path=request.path,
            status=response.status_code,
            ms=round((perf_counter() - started) * 1000, 1) if started is not None else None,
            bytes=response.content_length,
            user_id=actor.user_id if actor is not None else None,
        )
        return response
