"""The document of one operation, written from the declaration that is enforced."""

from typing import Any

from api.core.api.declaration import Declaration

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
DESCRIPTIONS = {
    200: "The answer",
    201: "Created",
    202: "Accepted; the work goes on",
    204: "Done, nothing to say",
    301: "It lives at another address",
    304: "Not changed since the ETag that was sent",
    400: "The request cannot be understood",
    401: "Not signed in, or the credential is not valid",
    403: "Refused, with the reason's code",
    404: "There is nothing here that you may see",
    409: "The stored state does not allow it",
    410: "No longer kept",
    411: "The length of the body is missing",
    412: "Changed since the version that was edited",
    413: "The body is too large",
    414: "The query is too long",
    415: "The body is not JSON",
    422: "Some of the input is not valid",
    428: "If-Match is missing",
    429: "Too many requests",
    500: "A mistake of ours",
    501: "This server cannot do that",
    503: "Away for a moment",
}


def _header(description: str, example: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    return {"description": description, "schema": schema} | ({"example": example} if example else {})


REQUEST_ID = {"X-Request-Id": _header("Names this request in logs and problems.")}
LIMITS = {
    "RateLimit-Policy": _header("The quota that counted this request.", '"write";q=30;w=60'),
    "RateLimit": _header("What is left of it.", '"write";r=29;t=41'),
}
ETAG = {"ETag": _header("Version and hash of this answer.", '"3-6f1ed002ab5595859014"')}
CACHE = {"Cache-Control": _header("Who may store this answer, and for how long.")}
LINK = {"Link": _header("The next, previous and first page (RFC 8288).")}
LOCATION = {"Location": _header("The address of the object.")}
RETRY = {"Retry-After": _header("Seconds to wait before the next try.")}


def _parameter(name: str, description: str, example: str, maximum: int = 255) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": maximum}
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": description,
        "schema": schema,
        "example": example,
    }


IF_NONE_MATCH = _parameter("If-None-Match", "Answer 304 when this is still the ETag.", '"3-6f1ed002ab"', 2048)
IF_MATCH = _parameter("If-Match", "Act only on this version; else 412.", '"3"', 2048)
IDEMPOTENCY_KEY = _parameter("Idempotency-Key", "Makes a retry harmless: one effect for each key.", "a3f1-77")


def operation_doc(declaration: Declaration, operation_id: str, method: str) -> dict[str, Any]:
    """The OpenAPI operation object, schema classes still in place of references."""
    doc: dict[str, Any] = {
        "operationId": operation_id,
        "security": _security(declaration),
        "responses": _responses(declaration, method),
        "parameters": _parameters(declaration, method),
    }
    if declaration.body is not None:
        doc["requestBody"] = {
            "required": not declaration.optional_body,
            "content": {"application/json": {"schema": declaration.body}},
        }
    return doc


def _security(declaration: Declaration) -> list[dict[str, list[str]]]:
    if not declaration.access.reads_token:
        return []
    scopes = {"bearer": [declaration.access.scope]}
    return [{}, scopes] if declaration.access.who == "anyone" else [scopes]


def _parameters(declaration: Declaration, method: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if declaration.query is not None:
        found.append({"in": "query", "schema": declaration.query})
    if _has_etag(declaration) and method == "GET":
        found.append(dict(IF_NONE_MATCH))
    if declaration.if_match:
        found.append(dict(IF_MATCH))
    if declaration.idempotent:
        found.append(dict(IDEMPOTENCY_KEY))
    found.extend(dict(parameter) for parameter in declaration.headers)
    return found


def _has_etag(declaration: Declaration) -> bool:
    return declaration.out is not None and declaration.caching != "never"


def _responses(declaration: Declaration, method: str) -> dict[str, Any]:
    counted = REQUEST_ID | LIMITS
    success: dict[str, Any] = {"description": DESCRIPTIONS[declaration.status], "headers": counted | CACHE}
    if declaration.out is not None:
        success["content"] = {declaration.media_type: {"schema": declaration.out}}
    elif declaration.media_type != "application/json":
        success["content"] = {declaration.media_type: {"schema": {"type": "string"}}}
    if _has_etag(declaration):
        success["headers"] = success["headers"] | ETAG
    if declaration.located:
        success["headers"] = success["headers"] | LOCATION
    if declaration.paged:
        success["headers"] = success["headers"] | LINK
    if declaration.idempotent:
        success["headers"] = success["headers"] | {
            "Idempotent-Replayed": _header("true on a replayed answer.")
        }
    responses: dict[str, Any] = {str(declaration.status): success}
    if _has_etag(declaration) and method == "GET":
        responses["304"] = {"description": DESCRIPTIONS[304], "headers": counted | CACHE | ETAG}
    for status in declaration.statuses(method):
        responses[str(status)] = _problem_response(status, counted)
    return responses


def _problem_response(status: int, counted: dict[str, Any]) -> dict[str, Any]:
    headers = dict(REQUEST_ID)
    if status == 301:
        return {"description": DESCRIPTIONS[status], "headers": headers | LOCATION}
    if status == 401:
        headers |= {"WWW-Authenticate": _header("How to sign in (RFC 6750).")}
    if status in (409, 429, 503):
        headers |= RETRY
    if status == 412:
        headers |= ETAG
    if status == 429:
        headers |= counted
    return {
        "description": DESCRIPTIONS[status],
        "headers": headers,
        "content": {"application/problem+json": {"schema": PROBLEM_REF}},
    }
