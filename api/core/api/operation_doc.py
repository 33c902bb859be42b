"""The document of one operation, written from the declaration that is enforced."""

from typing import Any

from marshmallow import Schema

from api.core.api import forms
from api.core.api.declaration import Declaration
from api.core.api.forms import Form

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
    415: "The body is of another media type",
    422: "Some of the input is not valid",
    428: "If-Match is missing",
    429: "Too many requests",
    431: "The headers are too large",
    500: "A mistake of ours",
    501: "This server cannot do that",
    503: "Away for a moment",
}


def _header(description: str, example: str, *, always: bool = False) -> dict[str, Any]:
    """`always`: no answer with the status comes without it."""
    header: dict[str, Any] = {"description": description}
    if always:
        header["required"] = True
    return header | {"schema": {"type": "string"}, "example": example}


# By the name under which the document keeps each of them once.
HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": _header(
        "Names this request in logs and problems.", "b2f7c1d84e0a4c6f9d0e3a5b7c9d1e2f", always=True
    ),
    "RateLimitPolicy": _header("The quota that counted this request.", '"write";q=30;w=60'),
    "RateLimit": _header("What is left of it.", '"write";r=29;t=41'),
    "ETag": _header("Version and hash of this answer.", '"3-6f1ed002ab5595859014"', always=True),
    "CurrentETag": _header(
        "Version and hash of the object as it is now.", '"4-8fd0aa31c27be91d5506"', always=True
    ),
    "CacheControl": _header("Who may store this answer, and for how long.", "private, no-cache"),
    "NoStore": _header("Problems are never stored.", "no-store"),
    "Pages": _header(
        "The next, previous and first page (RFC 8288).",
        '</api/v1/topics?cursor=c2l..>; rel="next", </api/v1/topics>; rel="first"',
        always=True,
    ),
    "Location": _header("The address of the object.", "/api/v1/topics/1", always=True),
    "RetryAfter": _header("Seconds to wait before the next try.", "41", always=True),
    "RetryTwin": _header("Seconds to wait while the same request is under way.", "1"),
    "Replayed": _header("true on a replayed answer.", "true"),
    "Challenge": _header("How to sign in (RFC 6750).", 'Bearer realm="parley"', always=True),
    "Accept": _header("The media type that is taken.", "application/json"),
    "AcceptPatch": _header("The media type that a PATCH takes (RFC 5789).", "application/json"),
    "AcceptEncoding": _header("The content coding that is taken.", "identity"),
}


def _shared(**names: str) -> dict[str, Any]:
    """Header names with underscores for hyphens, to the names in HEADERS."""
    return {
        header.replace("_", "-"): {"$ref": f"#/components/headers/{name}"} for header, name in names.items()
    }


REQUEST_ID = _shared(X_Request_Id="RequestId")
LIMITS = _shared(RateLimit_Policy="RateLimitPolicy", RateLimit="RateLimit")
ETAG = _shared(ETag="ETag")
CURRENT_ETAG = _shared(ETag="CurrentETag")
CACHE = _shared(Cache_Control="CacheControl")
NO_STORE = _shared(Cache_Control="NoStore")
LINK = _shared(Link="Pages")
LOCATION = _shared(Location="Location")
RETRY = _shared(Retry_After="RetryAfter")
REPLAYED = _shared(Idempotent_Replayed="Replayed")
CHALLENGE = _shared(WWW_Authenticate="Challenge")
RETRY_TWIN = _shared(Retry_After="RetryTwin")
TAKEN = _shared(Accept="Accept", Accept_Patch="AcceptPatch", Accept_Encoding="AcceptEncoding")
# What belongs to one problem status alone.
PROBLEM_HEADERS = {401: CHALLENGE, 409: RETRY_TWIN, 412: CURRENT_ETAG, 415: TAKEN, 429: RETRY, 503: RETRY}


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
    if declaration.deprecated is not None:
        doc |= declaration.deprecated.document()
    if declaration.body is not None:
        doc["requestBody"] = {
            "required": not declaration.optional_body,
            "content": _body_content(declaration.body),
        }
    return doc


def _body_content(body: type[Schema]) -> dict[str, Any]:
    return forms.content(body) if issubclass(body, Form) else {"application/json": {"schema": body}}


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
    going = _going(declaration)
    responses = {str(declaration.status): _success(declaration, going)}
    if _has_etag(declaration) and method == "GET":
        headers = REQUEST_ID | LIMITS | CACHE | ETAG | going | (LINK if declaration.paged else {})
        responses["304"] = {"description": DESCRIPTIONS[304], "headers": headers}
    for status in declaration.statuses(method):
        responses[str(status)] = _problem_response(status, going)
    if "401" in responses:
        responses["401"]["headers"] |= _own(declaration)
    return responses


def _own(declaration: Declaration) -> dict[str, Any]:
    """The headers of this operation alone, which a refused credential may have as well."""
    return {
        name: {"description": says, "schema": {"type": "string"}}
        for name, says in declaration.answer_headers.items()
    }


def _success(declaration: Declaration, going: dict[str, Any]) -> dict[str, Any]:
    headers = REQUEST_ID | LIMITS | CACHE
    if _has_etag(declaration):
        headers = headers | ETAG
    if declaration.located:
        headers = headers | LOCATION
    if declaration.paged:
        headers = headers | LINK
    if declaration.idempotent:
        headers = headers | REPLAYED
    headers = headers | _own(declaration)
    success: dict[str, Any] = {
        "description": DESCRIPTIONS[declaration.status],
        "headers": headers | {name: header for name, header in going.items() if name not in headers},
    }
    if declaration.out is not None:
        success["content"] = {declaration.media_type: {"schema": declaration.out}}
    elif declaration.media_type != "application/json":
        success["content"] = {declaration.media_type: {"schema": {"type": "string"}}}
    return success


def _going(declaration: Declaration) -> dict[str, Any]:
    """The headers that announce the end of an operation, on all its answers."""
    if declaration.deprecated is None:
        return {}
    says = {
        "Deprecation": "Since when it is deprecated (RFC 9745).",
        "Sunset": "Until when it is answered (RFC 8594).",
        "Link": "The page that says what to use instead.",
    }
    return {
        name: _header(says[name], value, always=True)
        for name, value in declaration.deprecated.headers().items()
    }


def _problem_response(status: int, going: dict[str, Any]) -> dict[str, Any]:
    headers = REQUEST_ID | LIMITS
    if status == 301:
        moved = headers | LOCATION | CACHE
        return {"description": DESCRIPTIONS[status], "headers": moved | going}
    headers = headers | NO_STORE | PROBLEM_HEADERS.get(status, {})
    return {
        "description": DESCRIPTIONS[status],
        "headers": headers | going,
        "content": {"application/problem+json": {"schema": PROBLEM_REF}},
    }
