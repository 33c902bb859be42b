"""One error shape for every source: RFC 9457 problem+json with a stable code."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from api.core.runtime import settings
from api.permissions.verdict import NOT_VISIBLE, Verdict

MEDIA_TYPE = "application/problem+json"
RETRY_DATABASE_SECONDS = 2

# Each code a client may branch on, with the English title of its kind. Features add theirs with `register`.
TITLES: dict[str, str] = {
    "bad_request": "The request cannot be understood",
    "malformed_json": "The body is not valid JSON",
    "malformed_form": "The body is not a valid form",
    "unauthorized": "Sign in to do this",
    "invalid_token": "The access token is not valid",
    "token_expired": "The access token has expired",
    "insufficient_scope": "The token's scopes do not reach this",
    "forbidden": "You may not do this",
    "moderators_only": "Only moderators may do this",
    "admins_only": "Only administrators may do this",
    "not_found": "There is nothing here",
    "method_not_allowed": "This address does not answer that method",
    "not_acceptable": "None of the accepted media types is offered",
    "request_timeout": "The request took too long to arrive",
    "conflict": "The stored state does not allow this",
    "gone": "This is no longer kept",
    "length_required": "State the length of the body",
    "version_mismatch": "It was changed in the meantime",
    "payload_too_large": "The body is too large",
    "uri_too_long": "The address is too long",
    "unsupported_media_type": "The body is of another media type than this takes",
    "invalid_input": "Some of the input is not valid",
    "invalid_cursor": "The cursor does not belong to this list",
    "precondition_required": "Send If-Match with the version you edited",
    "rate_limited": "Too many requests",
    "idempotency_key_reused": "This Idempotency-Key was used for another request",
    "idempotency_in_progress": "The same request is still under way",
    "secret_already_shown": "The secret was shown once and is not kept",
    "request_header_fields_too_large": "The headers are too large",
    "internal_error": "Something went wrong on our side",
    "not_implemented": "This server cannot do that",
    "http_version_not_supported": "This version of HTTP is not spoken here",
    "unavailable": "The forum is away for a moment",
    "database_unavailable": "The database is away for a moment",
    "busy": "Somebody else is changing the same thing; try again",
}
CODES_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    410: "gone",
    411: "length_required",
    412: "version_mismatch",
    413: "payload_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid_input",
    428: "precondition_required",
    429: "rate_limited",
    431: "request_header_fields_too_large",
    500: "internal_error",
    501: "not_implemented",
    503: "database_unavailable",
}
# Names of database constraints -> the problem that their violation is. Filled by features.
_CONSTRAINTS: dict[str, tuple[int, str]] = {}
# SQLSTATE: lock not available, query cancelled, deadlock, serialisation failure.
_RETRYABLE = frozenset({"55P03", "57014", "40P01", "40001"})


class Problem(Exception):
    """A refusal, raised anywhere below a route and answered as problem+json.

    `errors` are dicts {in, pointer or name, code, params, detail}, all of them at once.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        errors: Sequence[Mapping[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail or TITLES[code]
        self.params = dict(params or {})
        self.errors = list(errors or [])
        self.headers = dict(headers or {})


def register(titles: Mapping[str, str], constraints: Mapping[str, tuple[int, str]] | None = None) -> None:
    """Declare a feature's codes, and which of them a violated constraint stands for."""
    TITLES.update(titles)
    _CONSTRAINTS.update(constraints or {})


def require(verdict: Verdict) -> None:
    """Go on when allowed; else 404 for what the actor may not see, 403 with the reason for the rest."""
    if verdict:
        return
    code = verdict.code or "forbidden"
    raise Problem(404 if code == NOT_VISIBLE.code else 403, code)


def not_found() -> Problem:
    """The one answer for what never was, what is gone and what the actor may not see."""
    return Problem(404, "not_found")


def invalid(pointer: str, code: str, detail: str, **params: Any) -> Problem:
    """422 about one member of the body."""
    error = {"in": "body", "pointer": pointer, "code": code, "params": params, "detail": detail}
    return Problem(422, "invalid_input", errors=[error])


def to_response(problem: Problem) -> Response:
    """The problem as an answer; never stored by anybody."""
    body: dict[str, Any] = {
        "type": f"{settings().url}/api/problems/{problem.code}",
        "title": TITLES[problem.code],
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        "code": problem.code,
        "params": problem.params,
        "request_id": g.get("request_id"),
        "errors": problem.errors,
    }
    response = Response(orjson.dumps(body), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if problem.status == 401:
        error = "" if problem.code == "unauthorized" else f', error="{_bearer_error(problem.code)}"'
        response.headers["WWW-Authenticate"] = f'Bearer realm="parley"{error}'
    response.headers.update(problem.headers)
    return response


def _bearer_error(code: str) -> str:
    return "insufficient_user_authentication" if code == "reauthentication_required" else "invalid_token"


def _from_http_exception(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        raise error
    status = error.code or 500
    if status in (301, 302, 307, 308):
        return error.get_response()  # type: ignore[return-value]
    code = CODES_BY_STATUS.get(status, "bad_request" if status < 500 else "internal_error")
    response = to_response(Problem(status, code))
    allow = getattr(error, "valid_methods", None)
    if status == 405 and allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


def from_database_error(error: DBAPIError) -> Problem | None:
    """The problem that a database error stands for, or None where it is a bug of ours."""
    diagnostics = getattr(error.orig, "diag", None)
    if isinstance(error, IntegrityError):
        known = _CONSTRAINTS.get(getattr(diagnostics, "constraint_name", None) or "")
        return Problem(*known) if known else None
    if getattr(error.orig, "pgcode", None) in _RETRYABLE:
        return Problem(503, "busy", headers={"Retry-After": str(RETRY_DATABASE_SECONDS)})
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return Problem(503, "database_unavailable", headers={"Retry-After": str(RETRY_DATABASE_SECONDS)})
    return None


def init_app(app: Flask) -> None:
    """Answer every failure in the one shape."""
    app.register_error_handler(Problem, to_response)
    app.register_error_handler(HTTPException, _from_http_exception)

    @app.errorhandler(DBAPIError)
    def database_error(error: DBAPIError) -> Response:
        problem = from_database_error(error)
        if problem is None:
            return unexpected(error)
        return to_response(problem)

    @app.errorhandler(PoolTimeoutError)
    def pool_exhausted(_error: PoolTimeoutError) -> Response:
        return to_response(
            Problem(503, "database_unavailable", headers={"Retry-After": str(RETRY_DATABASE_SECONDS)})
        )

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("Unhandled error", exc_info=error)
        return to_response(Problem(500, "internal_error"))
