"""Bodies that no operation takes: each is refused with a pointer to every mistake, before anything else happens."""

import gzip
from typing import Any

import pytest

from tests.client import Client
from tests.contract.operations import Json, Operation, pointers, refused

SWAPPED = (
    "text",
    "1",
    "",
    1,
    0,
    -1,
    1.5,
    2**53,
    10**30,
    True,
    False,
    None,
    [],
    ["text"],
    [True],
    {},
    {"a": 1},
)
MALFORMED = (
    b"", b"{", b'{"title": }', b"{'title': 1}", b'{"a": 1,}', b"\xff\xfe", b"\x80abc", b"NaN", b"Infinity", b'{"a": NaN}',
    b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5_000, b'{"a": 1e999}x', '{"a": 1}'.encode("utf-16"), b"\x00",
)  # fmt: skip
NO_OBJECTS = (b"[]", b'"text"', b"1", b"true", b"null", b"[{}]")
JSON = {"Content-Type": "application/json"}


def strings(op: Operation) -> dict[str, Json]:
    """Free texts among the properties of an operation's body."""
    assert op.body is not None
    return {
        name: schema
        for name, schema in op.body["properties"].items()
        if "maxLength" in schema and "enum" not in schema
    }


def test_a_value_of_another_type_is_named(admin: Client, with_body: list[Operation]) -> None:
    asked = 0
    for op in with_body:
        assert op.body is not None
        for name, schema in op.body["properties"].items():
            for value in SWAPPED:
                if op.accepts(op.resolved(schema), value):
                    continue
                problem = refused(admin, op.method, op.address(), 422, "invalid_input", json={name: value})
                assert any(p.startswith(f"/{name}") for p in pointers(problem)), (
                    op.name,
                    name,
                    value,
                    problem,
                )
                asked += 1
    assert asked > 100


def test_what_is_missing_is_named_all_at_once(admin: Client, with_body: list[Operation]) -> None:
    for op in with_body:
        required = set((op.body or {}).get("required", []))
        if required:
            problem = refused(admin, op.method, op.address(), 422, "invalid_input", json={})
            assert {f"/{name}" for name in required} <= pointers(problem), op.name
            assert {e["code"] for e in problem["errors"]} == {"required"}, op.name


@pytest.mark.parametrize(
    "name", ["role", "is_admin", "id", "a/b~c", "__class__", "_schema", "", "\x00", "\ud800", "名"]
)
def test_an_unknown_field_is_named(admin: Client, with_body: list[Operation], name: str) -> None:
    shown = name.replace("~", "~0").replace("/", "~1").replace("\ud800", "\ufffd")
    for op in with_body:
        if name in (op.body or {})["properties"]:
            continue
        problem = refused(admin, op.method, op.address(), 422, "invalid_input", json={name: True})
        assert f"/{shown}" in pointers(problem), (op.name, problem)


def test_what_is_too_long_is_named_with_the_limit(admin: Client, with_body: list[Operation]) -> None:
    for op in with_body:
        for name, schema in strings(op).items():
            text = "ab " * (schema["maxLength"] // 3) + "abcd"
            problem = refused(admin, op.method, op.address(), 422, "invalid_input", json={name: text})
            (error,) = (e for e in problem["errors"] if e["pointer"] == f"/{name}")
            assert error["code"] == "too_long", (op.name, name)
            assert error["params"]["max"] == schema["maxLength"], (op.name, name)


def test_lists_that_are_too_long_are_named(admin: Client, with_body: list[Operation]) -> None:
    for op in with_body:
        for name, schema in (op.body or {})["properties"].items():
            if "maxItems" in schema:
                sent = {name: ["tag"] * (schema["maxItems"] + 1)}
                problem = refused(admin, op.method, op.address(), 422, "invalid_input", json=sent)
                (error,) = (e for e in problem["errors"] if e["pointer"] == f"/{name}")
                assert error["code"] == "too_many", (op.name, name)


@pytest.mark.parametrize("code_point", [0x00, 0xD800, 0xDFFF])
def test_characters_that_cannot_be_stored_are_named(
    admin: Client, with_body: list[Operation], code_point: int
) -> None:
    character = chr(code_point)
    for op in with_body:
        for name, schema in strings(op).items():
            text = f"some text{character}and more"[: schema["maxLength"]]
            if character not in text:
                continue
            problem = refused(admin, op.method, op.address(), 422, "invalid_input", json={name: text})
            assert f"/{name}" in pointers(problem), (op.name, name, problem)


@pytest.mark.parametrize("raw", MALFORMED, ids=lambda raw: repr(raw[:12]))
def test_what_is_no_json_is_malformed(admin: Client, with_body: list[Operation], raw: bytes) -> None:
    for op in with_body:
        if raw == b"" and not op.doc["requestBody"].get("required"):
            continue
        refused(admin, op.method, op.address(), 400, "malformed_json", data=raw, headers=JSON)


@pytest.mark.parametrize("raw", NO_OBJECTS)
def test_json_that_is_no_object_is_invalid(admin: Client, with_body: list[Operation], raw: bytes) -> None:
    for op in with_body:
        if raw == b"null" and not op.doc["requestBody"].get("required"):
            continue
        problem = refused(admin, op.method, op.address(), 422, "invalid_input", data=raw, headers=JSON)
        assert pointers(problem) == {""}, (op.name, problem)


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "", "application/jso"]
)  # fmt: skip
def test_only_json_is_taken(admin: Client, with_body: list[Operation], media: str) -> None:
    for op in with_body:
        sent: dict[str, Any] = {"data": b'{"a": 1}', "headers": {"Content-Type": media}}
        refused(admin, op.method, op.address(), 415, "unsupported_media_type", **sent)
        told = admin.request(op.method, op.address(), 415, **sent).headers
        assert told["Accept-Patch" if op.method == "PATCH" else "Accept"] == "application/json", op.name


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "nonsense"])
def test_a_compressed_body_is_refused_with_what_is_taken(
    admin: Client, with_body: list[Operation], coding: str
) -> None:
    sent: dict[str, Any] = {"data": gzip.compress(b"{}"), "headers": {**JSON, "Content-Encoding": coding}}
    for op in with_body:
        refused(admin, op.method, op.address(), 415, "unsupported_media_type", **sent)
        told = admin.request(op.method, op.address(), 415, **sent).headers
        assert told["Accept-Encoding"] == "identity", op.name


@pytest.mark.parametrize("media", ["application/json; charset=gbk", "Application/JSON;charset=UTF-8"])
def test_json_is_utf_8_whatever_else_it_calls_itself(admin: Client, media: str) -> None:
    """RFC 8259, 8.1 and 11: there is no charset parameter, and nothing but UTF-8."""
    sent = {"data": '{"body": "论坛"}'.encode(), "headers": {"Content-Type": media}}
    assert "论坛" in admin.request("POST", "/preview", 200, **sent).get_json()["body_html"]
    refused(
        admin, "POST", "/preview", 400, "malformed_json", **sent | {"data": '{"body": "论坛"}'.encode("gbk")}
    )


def test_a_body_over_one_mebibyte_is_too_large(admin: Client, every: list[Operation]) -> None:
    for op in every:
        problem = refused(
            admin, op.method, op.address(), 413, "payload_too_large", data=b" " * (2**20 + 1), headers=JSON
        )
        assert problem["params"] == {"max": 2**20}, op.name


def test_a_body_without_a_length_is_refused(admin: Client, with_body: list[Operation]) -> None:
    chunked: dict[str, Any] = {"headers": {**JSON, "Transfer-Encoding": "chunked"}}
    for op in with_body:
        refused(admin, op.method, op.address(), 411, "length_required", **chunked)
