"""From the bytes of a request to checked data, or one problem that names everything wrong with it."""

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from api.core.api import forms
from api.core.api.errors import coded_errors
from api.core.api.forms import Form
from api.core.api.schema import Coded
from api.core.problems import Problem

MAX_BODY_BYTES = 2**20
MAX_QUERY_BYTES = 8_192
# Short queries whose reading is kept, for each process.
KEPT_QUERIES, KEPT_LENGTH = 512, 256
REPEATED = Coded("Given more than once.", "repeated")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


@cache
def loader(schema: type[Schema]) -> Schema:
    """The one instance of a schema: loading changes nothing in it, and to make one copies every field."""
    return schema()


def read_query(schema: type[Schema] | None) -> dict[str, Any]:
    """The checked query parameters; unknown and needlessly repeated ones are refused."""
    if len(request.query_string) > MAX_QUERY_BYTES:
        raise Problem(414, "uri_too_long", params={"max": MAX_QUERY_BYTES})
    read = _read_query if len(request.query_string) <= KEPT_LENGTH else _read_query.__wrapped__
    found = read(schema or Schema, request.query_string)
    return {name: list(value) if isinstance(value, list) else value for name, value in found.items()}


@lru_cache(maxsize=KEPT_QUERIES)
def _read_query(schema: type[Schema], _query: bytes) -> dict[str, Any]:
    """What a query means does not change, and most are asked again and again. Refusals are not kept."""
    return _load_texts(loader(schema), request.args.lists(), "query")


def _load_texts(schema: Schema, given: Iterable[tuple[str, list[Any]]], place: str) -> dict[str, Any]:
    """Load names with their values, of which only lists may have several; all that is wrong at once."""
    raw: dict[str, Any] = {}
    repeated: list[dict[str, Any]] = []
    for name, values in given:
        field = schema.fields.get(name)
        if isinstance(field, fields.List):
            raw[name] = values
            continue
        raw[name] = values[0]
        if len(values) > 1:
            repeated += coded_errors({name: [REPEATED]}, place)
    try:
        loaded: dict[str, Any] = schema.load(raw)
    except ValidationError as error:
        raise Problem(
            422, "invalid_input", errors=[*repeated, *coded_errors(error.messages, place)]
        ) from error
    if repeated:
        raise Problem(422, "invalid_input", errors=repeated)
    return loaded


def read_json(*, optional: bool = False) -> Any:
    """The parsed JSON body. 411 without a length, 413 too large, 415 not JSON, 400 malformed."""
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        raise Problem(411, "length_required")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Problem(413, "payload_too_large", params={"max": MAX_BODY_BYTES})
    raw = request.get_data(cache=True)
    # Generated clients write the body that was left out as null.
    if optional and raw.strip() in (b"", b"null"):
        return {}
    _check_media_type()
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed_json") from error


def _check_media_type() -> None:
    """415 says what is taken: the media type (RFC 9110, 15.5.16), and no content coding but none at all."""
    if request.mimetype != "application/json":
        name = "Accept-Patch" if request.method == "PATCH" else "Accept"
        raise Problem(415, "unsupported_media_type", headers={name: "application/json"})
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        detail = "Send the body without Content-Encoding."
        raise Problem(415, "unsupported_media_type", detail, headers={"Accept-Encoding": "identity"})


def read_body(schema: type[Schema], *, optional: bool = False) -> dict[str, Any]:
    """The checked body; every error with its JSON pointer."""
    if issubclass(schema, Form):
        return _load_texts(schema(), forms.read_parts(schema), "body")
    try:
        loaded: dict[str, Any] = loader(schema).load(read_json(optional=optional))
    except ValidationError as error:
        raise Problem(422, "invalid_input", errors=coded_errors(error.messages, "body")) from error
    return loaded


def refuse_body() -> None:
    """Routes that take no body refuse one that is too large before reading it."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Problem(413, "payload_too_large", params={"max": MAX_BODY_BYTES})


def fingerprint(schema: type[Schema] | None) -> str:
    """Tells whether two requests under one Idempotency-Key bring the same body."""
    if schema is not None and issubclass(schema, Form):
        return forms.fingerprint().hex()
    return blake2b(request.get_data(cache=True), digest_size=16).hexdigest()
