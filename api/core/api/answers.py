"""From what a view returns to the bytes on the wire: JSON, ETag, 304, caching, compression, Link."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from api.core.api.declaration import Declaration
from api.core.etags import gzip_etag, make_etag, matches
from api.core.runtime import settings
from api.permissions.actor import Actor

SHARED = "public, max-age=1, stale-while-revalidate=4"
PRIVATE = "private, no-cache"
NEVER = "no-store"
# Below this a compressed answer is hardly smaller than the packet that carries it.
COMPRESS_FROM_BYTES = 1_000
COMPRESS_LEVEL = 5


@dataclass
class Answer:
    """A view's answer with something beside its body: a Location, another status, more headers."""

    body: Any = None
    location: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def api_path(path: str) -> str:
    """A path-absolute address under the API, sub-path included: "/topics/1" -> "/forum/api/v1/topics/1"."""
    return f"{settings().root_path}/api/v1{path}"


def page_path(path: str) -> str:
    """A path-absolute page address, sub-path included."""
    return f"{settings().root_path}{path}"


def moved_permanently(location: str) -> Response:
    """301 to the address under which the object lives now."""
    response = Response(status=301)
    response.headers["Location"] = location
    response.headers["Cache-Control"] = PRIVATE
    response.vary.add("Authorization")
    response.headers.pop("Content-Type", None)
    return response


def build(declaration: Declaration, actor: Actor, result: Any) -> Response:
    """The Response for what a view returned, under its declaration."""
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result)
    status = answer.status or declaration.status
    body = _body(declaration, answer.body)
    response = Response(body, status=status, mimetype="application/json")
    response.headers.update(answer.headers)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    shared = _set_caching(response, declaration, actor)
    if declaration.out is None:
        response.headers.pop("Content-Type", None)
        return response
    if declaration.paged:
        _set_link(response, answer.body)
    if declaration.caching != "never":
        _set_etag(response, body, answer.body, shared=shared)
    return response


def _body(declaration: Declaration, data: Any) -> bytes:
    if declaration.out is None:
        return b""
    if not declaration.ready:
        data = declaration.out().dump(data)
    return orjson.dumps(data)


def _set_caching(response: Response, declaration: Declaration, actor: Actor) -> bool:
    credentials = actor.is_member or "Authorization" in request.headers or "Cookie" in request.headers
    shared = declaration.caching == "shared" and not credentials and request.method in ("GET", "HEAD")
    response.headers["Cache-Control"] = (
        NEVER if declaration.caching == "never" else SHARED if shared else PRIVATE
    )
    response.vary.add("Authorization")
    return shared


def _set_etag(response: Response, body: bytes, data: Any, *, shared: bool) -> None:
    version = data.get("version") if isinstance(data, Mapping) else getattr(data, "version", None)
    etag = make_etag(body, version if isinstance(version, int) else None)
    packed = shared and _wants_packed(body)
    response.headers["ETag"] = gzip_etag(etag) if packed else etag
    if request.method not in ("GET", "HEAD"):
        return
    if shared:
        response.vary.add("Accept-Encoding")
    # A 304 has the headers of the 200 that it stands for, as one from the cache in front has, but for its content's.
    if matches(request.headers.get("If-None-Match"), etag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    elif packed:
        compress_shared(response, body, etag)


def _wants_packed(body: bytes) -> bool:
    return len(body) >= COMPRESS_FROM_BYTES and request.accept_encodings.quality("gzip") > 0


def compress_shared(response: Response, body: bytes, etag: str) -> None:
    """Shared answers are compressed here once, so that the cache in front need not do it on each hit."""
    response.vary.add("Accept-Encoding")
    if not _wants_packed(body):
        return
    response.set_data(gzip.compress(body, COMPRESS_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = gzip_etag(etag)


def _set_link(response: Response, data: Any) -> None:
    relations = [("next", data["next"]), ("prev", data["previous"])]
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
    here = page_path(request.path)
    links = [
        f'<{here}?{urlencode([*pairs, ("cursor", cursor)])}>; rel="{relation}"'
        for relation, cursor in relations
        if cursor
    ]
    first = f"<{here}?{urlencode(pairs)}>" if pairs else f"<{here}>"
    response.headers["Link"] = ", ".join([*links, f'{first}; rel="first"'])
