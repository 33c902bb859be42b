"""Bodies that bring files, on an operation of the tests' own: read, refused, retried and documented like any other."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import fields
from openapi_spec_validator import validate

from api.app import create_app
from api.core.api import Answer, Blueprint, Call, File, Form, Out, anyone
from api.core.api.schema import Flag, Items, Number, Text
from tests.client import Client
from tests.conftest import settings_for

PNG = ("image/png", "image/webp")
BOUNDARY = "a-line-between"
CALLS: list[str] = []


class PictureCreate(Form):
    """A picture with a caption, and further pictures."""

    file = File(maximum=1000, media_types=PNG, required=True)
    more = Items(File(maximum=100, media_types=PNG), maximum=3)
    caption = Text(maximum=20, load_default="")
    size = Number(minimum=1, maximum=9, load_default=1)
    public = Flag(load_default=False)


class Picture(Out):
    """What was understood of it."""

    name = fields.String()
    media_type = fields.String()
    content = fields.String()
    sizes = fields.List(fields.Integer())
    caption = fields.String()
    size = fields.Integer()
    public = fields.Boolean()


def blueprint() -> Blueprint:
    bp = Blueprint("pictures", "Pictures")

    @bp.operation(
        "POST",
        "/pictures",
        access=anyone("write"),
        body=PictureCreate,
        answer=(201, Picture),
        idempotent=True,
    )
    def create_picture(call: Call) -> Answer:
        """Send a picture."""
        file = call.body["file"]
        CALLS.append(file.name)
        return Answer(
            {
                "name": file.name,
                "media_type": file.media_type,
                "content": file.stream.read().decode(),
                "sizes": [one.size for one in call.body.get("more", [])],
                **{name: call.body[name] for name in ("caption", "size", "public")},
            }
        )

    return bp


@pytest.fixture(scope="module")
def pictures(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The forum with one more operation, which takes files."""
    folder: Path = tmp_path_factory.mktemp("pictures")
    app = create_app(settings_for(database_url, folder))
    app.extensions["parley"].extra["api"].register_blueprint(blueprint())
    yield app
    app.extensions["parley"].database.engine.dispose()


@pytest.fixture
def caller(pictures: Flask) -> Client:
    return Client(pictures)


def file(
    content: bytes = b"pixels", name: str = "a.png", media_type: str = "image/png"
) -> tuple[Any, str, str]:
    return io.BytesIO(content), name, media_type


def send(caller: Client, status: int, data: dict[str, Any] | bytes, **headers: str) -> Any:
    sent = {"Content-Type": "multipart/form-data", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return caller.json("POST", "/pictures", status, data=data, headers=sent)


def raw(*parts: str, end: str = f"--{BOUNDARY}--\r\n") -> bytes:
    return ("".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + end).encode()


def errors(problem: Any) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in problem["errors"]}


def test_files_and_texts_arrive(caller: Client) -> None:
    sent = {
        "file": file(b"pixels", "pictures/小明.png"),
        "more": [file(b"12"), file(b"123")],
        "caption": " 你好 ",
        "size": "3",
        "public": "true",
    }
    assert send(caller, 201, sent) == {
        "name": "小明.png",
        "media_type": "image/png",
        "content": "pixels",
        "sizes": [2, 3],
        "caption": "你好",
        "size": 3,
        "public": True,
    }


def test_a_path_or_a_control_character_in_a_files_name_does_not_arrive(caller: Client) -> None:
    for name in ("../../etc/cron.d/a.png", "a\u202e.png", "..\\\\a.png"):
        assert send(caller, 201, {"file": file(name=name)})["name"] == "a.png"


def test_everything_wrong_with_a_form_is_named_at_once(caller: Client) -> None:
    sent = {
        "file": file(b"x" * 1001),
        "more": [file(b""), file(media_type="image/svg+xml")],
        "caption": "x" * 21,
        "size": "1e1",
        "public": "yes",
        "owner": "me",
    }
    assert errors(send(caller, 422, sent)) == {
        "/file": "too_large",
        "/more/0": "empty_file",
        "/more/1": "unknown_value",
        "/caption": "too_long",
        "/size": "invalid_type",
        "/public": "invalid_type",
        "/owner": "unknown_field",
    }


def test_a_missing_file_a_text_in_its_place_and_a_repeated_part_are_named(caller: Client) -> None:
    assert errors(send(caller, 422, {"caption": "a"})) == {"/file": "required"}
    assert errors(send(caller, 422, {"file": "text"})) == {"/file": "invalid_type"}
    assert errors(send(caller, 422, {"file": [file(), file()]})) == {"/file": "repeated"}
    assert errors(send(caller, 422, {"file": file(), "caption": file()})) == {"/caption": "invalid_type"}


def test_a_body_of_another_media_type_is_refused(caller: Client) -> None:
    assert caller.post("/pictures", {"file": "a"}, 415)["code"] == "unsupported_media_type"
    refused = send(caller, 415, b"file=a", Content_Type="application/x-www-form-urlencoded")
    assert refused["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [
        b"nothing",
        raw('Content-Disposition: form-data; name="file"\r\n\r\ncut', end=""),
        raw("no header"),
    ],
)
def test_what_is_no_form_is_refused(caller: Client, body: bytes) -> None:
    told = f"multipart/form-data; boundary={BOUNDARY}"
    assert send(caller, 400, body, Content_Type=told)["code"] == "malformed_form"


def test_a_form_without_a_boundary_is_refused(caller: Client) -> None:
    assert send(caller, 400, raw("a"), Content_Type="multipart/form-data")["code"] == "malformed_form"


def test_a_body_larger_than_its_files_may_be_is_refused(caller: Client) -> None:
    told = f"multipart/form-data; boundary={BOUNDARY}"
    problem = send(caller, 413, raw("x" * 2**21), Content_Type=told)
    assert problem["params"] == {"max": 2**20 + 1000 + 3 * 100}


def test_more_parts_than_any_form_has_are_refused(caller: Client) -> None:
    assert send(caller, 413, {"file": file(), "caption": ["a"] * 200})["code"] == "payload_too_large"


def test_a_retry_draws_another_boundary_and_is_still_the_same_request(caller: Client) -> None:
    CALLS.clear()
    part = 'Content-Disposition: form-data; name="file"; filename="retried.png"\r\nContent-Type: image/png\r\n\r\n'
    first, other = raw(part + "pixels"), raw(part + "pixels").replace(BOUNDARY.encode(), b"another")
    for body, boundary in ((first, BOUNDARY), (other, "another")):
        told = f"multipart/form-data; boundary={boundary}"
        assert send(caller, 201, body, Content_Type=told, Idempotency_Key="k-form")["content"] == "pixels"
    assert CALLS == ["retried.png"]
    told = f"multipart/form-data; boundary={BOUNDARY}"
    refused = send(caller, 422, raw(part + "others"), Content_Type=told, Idempotency_Key="k-form")
    assert refused["code"] == "idempotency_key_reused"


def test_the_document_of_a_form_is_valid_and_says_what_is_checked(pictures: Flask) -> None:
    with pictures.app_context():
        document = pictures.extensions["parley"].extra["api"].document()
    validate(document)
    body = document["paths"]["/api/v1/pictures"]["post"]["requestBody"]
    assert body["content"] == {
        "multipart/form-data": {
            "schema": {"$ref": "#/components/schemas/PictureCreate"},
            "encoding": {
                "file": {"contentType": "image/png, image/webp"},
                "more": {"contentType": "image/png, image/webp"},
            },
        }
    }
    schema = document["components"]["schemas"]["PictureCreate"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary"}
    assert schema["properties"]["more"]["items"] == {"type": "string", "format": "binary"}
    assert schema["required"] == ["file"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", ["route", "arguments", "response", "alt_response", "paginate", "etag"])
def test_a_decorator_that_documents_without_enforcing_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="operation"):
        getattr(Blueprint("a", "b"), name)("/x")
