"""The browser's way to keep a refresh token: a cookie that no script reads and no other site sends.

A request asks for it with `X-Session: cookie`. A form on another site can send neither that header nor a JSON body
without asking first, which we never allow; the Origin must be ours besides.
"""

from urllib.parse import SplitResult, urlsplit

from flask import request
from werkzeug.http import dump_cookie

from api.auth.actions.sessions import IDLE
from api.config import LOOPBACK_NAMES
from api.core.problems import Problem
from api.core.runtime import settings

HEADER = "X-Session"
MODE = "cookie"
NAME = "parley_refresh"
DEFAULT_PORTS = {"http": 80, "https": 443}


def is_secure() -> bool:
    """Plain http exists on loopback only, where browsers would drop a Secure cookie."""
    return urlsplit(settings().url).scheme == "https"


def cookie_name() -> str:
    """The cookie's name; its prefix makes browsers insist on Secure."""
    return f"__Secure-{NAME}" if is_secure() else NAME


def wanted() -> bool:
    """Whether this request keeps its refresh token in the cookie.

    Raises 415 without a JSON body, 403 origin_mismatch for a page that is not ours, 422 for another mode.
    """
    mode = request.headers.get(HEADER)
    if mode is None:
        return False
    if mode != MODE:
        error = {"in": "header", "name": HEADER, "code": "unknown_value", "params": {"known": [MODE]}}
        raise Problem(422, "invalid_input", errors=[{**error, "detail": f"Send {MODE}, or no such header."}])
    if request.mimetype != "application/json":
        raise Problem(415, "unsupported_media_type")
    if not is_same_origin(request.headers.get("Origin"), settings().origin):
        raise Problem(403, "origin_mismatch")
    return True


def is_same_origin(origin: str | None, own: str) -> bool:
    """Whether a page of this origin is ours. The names of loopback are one host."""
    if origin is None:
        return False
    try:
        return _parts(urlsplit(origin)) == _parts(urlsplit(own)) and urlsplit(origin).path == ""
    except ValueError:
        return False


def _parts(origin: SplitResult) -> tuple[str, str | None, int | None]:
    host = "localhost" if origin.hostname in LOOPBACK_NAMES else origin.hostname
    return origin.scheme, host, origin.port or DEFAULT_PORTS.get(origin.scheme)


def held() -> str | None:
    """The refresh token in the request's cookie."""
    return request.cookies.get(cookie_name())


def header(token: str | None) -> str:
    """The Set-Cookie header that keeps this token, or with None forgets it."""
    return dump_cookie(
        cookie_name(),
        token or "",
        max_age=int(IDLE.total_seconds()) if token else 0,
        path=f"{settings().root_path}/api/v1/auth",
        secure=is_secure(),
        httponly=True,
        samesite="Strict",
        sync_expires=False,
    )
