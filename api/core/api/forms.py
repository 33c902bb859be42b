"""Bodies that bring files: multipart/form-data, one part for each property of the declared schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO, Any

import flask
from flask import request
from marshmallow import RAISE, fields
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser

from api.core.api.described import Described
from api.core.api.schema import Items, refuse
from api.core.problems import Problem
from api.text.clean import CharacterRefused, nfc

MEDIA_TYPE = "multipart/form-data"
# For the texts beside the files, the names of the parts and the lines between them.
MAX_TEXT_BYTES = 2**20
MAX_PARTS = 100
MAX_FILE_NAME = 255
_CHUNK = 2**16


class Request(flask.Request):
    """Flask's request, which says so when a form cannot be read, where Werkzeug's own silently finds no parts."""

    def make_form_data_parser(self) -> FormDataParser:
        """The parser that Werkzeug asks for."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser


class Form(Described):
    """A multipart body: what is not declared is refused. Other parts than files are texts, as in a query."""

    from_text = True

    class Meta:
        unknown = RAISE


@dataclass(frozen=True)
class Upload:
    """A received file. `name` and `media_type` are the sender's word for it and prove nothing about the content."""

    name: str
    media_type: str
    size: int
    stream: IO[bytes]
    """At its beginning; closed when the request ends."""


class File(fields.Field[Any]):
    """One file of at most `maximum` bytes, sent as one of `media_types`; loads as an Upload."""

    def __init__(self, *, maximum: int, media_types: tuple[str, ...], **kwargs: Any) -> None:
        self.maximum, self.media_types = maximum, media_types
        metadata = {"type": "string", "format": "binary", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Upload:
        if not isinstance(value, FileStorage):
            raise refuse("Not a file.", "invalid_type", expected="file")
        size = _size(value.stream)
        if size > self.maximum:
            message = f"Larger than {self.maximum} bytes."
            raise refuse(message, "too_large", max=self.maximum, actual=size)
        if not size:
            raise refuse("An empty file.", "empty_file")
        if value.mimetype not in self.media_types:
            message = f"Not one of {', '.join(self.media_types)}."
            raise refuse(message, "unknown_value", known=list(self.media_types))
        return Upload(_own_name(value.filename or ""), value.mimetype, size, value.stream)


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _own_name(name: str) -> str:
    """The last segment of what the sender calls the file, without what cannot be shown."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        shown = nfc("".join(c for c in last if c.isprintable()))
    except CharacterRefused:
        shown = ""
    return shown[-MAX_FILE_NAME:]


def largest(schema: type[Form]) -> int:
    """The most bytes that a body of this schema may have."""
    return MAX_TEXT_BYTES + sum(_most_bytes(field) for field in schema().fields.values())


def _most_bytes(field: fields.Field[Any]) -> int:
    if isinstance(field, Items):
        return field.maximum * _most_bytes(field.inner)
    return field.maximum if isinstance(field, File) else 0


def content(schema: type[Form]) -> dict[str, Any]:
    """The `content` of an OpenAPI request body: the schema, and for each file the media types it may have."""
    files = {
        name: inner
        for name, field in schema().fields.items()
        if isinstance(inner := field.inner if isinstance(field, fields.List) else field, File)
    }
    encoding = {name: {"contentType": ", ".join(field.media_types)} for name, field in files.items()}
    return {MEDIA_TYPE: {"schema": schema, "encoding": encoding}}


def read_parts(schema: type[Form]) -> list[tuple[str, list[Any]]]:
    """Each part's name with its values, texts or FileStorage. 411, 413, 415, and 400 for what is no such form."""
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        raise Problem(411, "length_required")
    most = largest(schema)
    if (request.content_length or 0) > most:
        raise Problem(413, "payload_too_large", params={"max": most})
    if request.mimetype != MEDIA_TYPE:
        raise Problem(415, "unsupported_media_type", headers={"Accept": MEDIA_TYPE})
    request.max_content_length = most
    request.max_form_memory_size = MAX_TEXT_BYTES
    request.max_form_parts = MAX_PARTS
    try:
        texts, files = request.form, request.files
    except ValueError as error:
        raise Problem(400, "malformed_form") from error
    names = dict.fromkeys([*texts, *files])
    return [(name, [*texts.getlist(name), *files.getlist(name)]) for name in names]


def fingerprint() -> bytes:
    """A hash of the parts of this request's form. Not of its bytes: each retry draws another boundary."""
    digest = blake2b(digest_size=16)
    for name, value in [*request.form.items(multi=True), *request.files.items(multi=True)]:
        if isinstance(value, FileStorage):
            digest.update(repr((name, value.filename, value.mimetype, _size(value.stream))).encode())
            while chunk := value.stream.read(_CHUNK):
                digest.update(chunk)
            value.stream.seek(0)
        else:
            digest.update(repr((name, value)).encode())
    return digest.digest()
