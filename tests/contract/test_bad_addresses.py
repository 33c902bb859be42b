"""Paths and queries that no operation takes, and what injections make of them: nothing."""

import pytest
from flask import Flask

from tests.client import Client
from tests.contract.operations import Json, Operation, assert_clean, names, refused

NO_NUMBERS = (
    str(2**53), str(2**63), str(2**64), str(10**30), "9" * 4_000, "-1", "+1", "1.0", "1e3", "0x1", "abc", "007",
    "%D9%A1", "%00", "1%00", "%FF", "1%0d%0aSet-Cookie:%20a=b", "null", "NaN", "%27%20or%201=1--",
)  # fmt: skip
NO_NAMES = (
    "%00", "a%00b", "%FF%FE", "x" * 256, "x" * 5_000, "%ED%A0%80", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%0d%0aX-Evil:%201",
    "%27%3b%20drop%20table%20users%3b--", "%25%25", "nobody%20", "%E2%80%AE", "{}", "%3Cscript%3E",
)  # fmt: skip
INJECTIONS = (
    "' or '1'='1", "1; select pg_sleep(9)--", '" union select * from users--', "../../../etc/passwd",
    "a\r\nSet-Cookie: a=b", "%", "_", "\\", "a\\", "\x00", "\ud7ff\uf8ff", "{{7*7}}", "${7*7}", "$(id)", "a" * 3_000,
    "!!!", "()", "&|!:*", "' & ' | '", "<->", "\u202e", "(((((((((", '"' * 999, "-" * 999, "author:" * 300,
)  # fmt: skip
WRONG: dict[str, tuple[str, ...]] = {
    "integer": ("", "x", "1.5", "1e3", "9" * 40, "9" * 5_000, "-9999999", " 1", "%00", "true"),
    "boolean": ("", "yes", "1", "TRUE", "null"),
    "date-time": (
        "",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "9999999999",
        "0000-00-00",
        "2026-01-01",
        "2026-W01-1",
        "2026-01-31T12:00:00",
        "%00",
        "1" * 400,
    ),
    "enum": ("", "nonsense", "%00", "ACTIVE "),
}


def kind(schema: Json) -> str | None:
    """Which of the wrong values a parameter of this schema refuses; None for free text."""
    inner = schema.get("items", schema)
    if "enum" in inner:
        return "enum"
    return (
        inner.get("format")
        if inner.get("format") == "date-time"
        else WRONG.keys() & {inner.get("type")} and inner["type"]
    )


@pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda n: n[:24])
def test_what_is_no_id_is_nowhere(admin: Client, every: list[Operation], number: str) -> None:
    for op in every:
        for name, schema in op.parameters("path").items():
            if schema["type"] == "integer":
                refused(admin, op.method, op.address(**{name: number}), 404, "not_found")


def test_the_largest_ids_are_looked_up_in_vain(admin: Client, every: list[Operation]) -> None:
    for op in every:
        numbers = [name for name, schema in op.parameters("path").items() if schema["type"] == "integer"]
        if numbers and op.method == "GET":
            for number in ("0", str(2**31), "9" * 15, str(2**53 - 1)):
                refused(admin, "GET", op.address(**dict.fromkeys(numbers, number)), 404, "not_found")


@pytest.mark.parametrize("segment", NO_NAMES, ids=lambda n: n[:24])
def test_names_that_nobody_bears_are_nowhere(admin: Client, every: list[Operation], segment: str) -> None:
    for op in every:
        for name, schema in op.parameters("path").items():
            if schema["type"] == "string":
                response = admin.request(op.method, op.address(**{name: segment}), json=None)
                assert_clean(response)
                # What takes a body says first that there is none.
                assert response.status_code in ({404, 415} if op.body else {404}), (op.name, segment)
                assert "X-Evil" not in response.headers
                assert "Set-Cookie" not in response.headers


def test_a_wrong_parameter_is_named(admin: Client, every: list[Operation]) -> None:
    asked = 0
    for op in every:
        for name, schema in op.parameters("query").items():
            for value in WRONG.get(kind(schema) or "", ()):
                join = "&" if "?" in op.address() else "?"
                address = f"{op.address()}{join}{name}={value}"
                problem = refused(admin, op.method, address, 422, "invalid_input")
                assert name in names(problem), (op.name, name, value, problem)
                asked += 1
    assert asked > 100


def test_a_text_that_is_too_long_is_named(admin: Client, every: list[Operation]) -> None:
    for op in every:
        for name, schema in op.parameters("query").items():
            inner = schema.get("items", schema)
            if "maxLength" in inner and name not in ("cursor", "after") and "enum" not in inner:
                query = {"q": "words"} if op.name == "searchForum" else {}
                query[name] = "x" * (inner["maxLength"] + 1)
                path = op.address().partition("?")[0]
                problem = refused(admin, op.method, path, 422, "invalid_input", query_string=query)
                assert name in names(problem), (op.name, name, problem)


@pytest.mark.parametrize(
    "unknown", ["nonsense", "access_token", "__class__", "_schema", "%00", "%ED%A0%80", "a%0d%0ab", ""]
)
def test_an_unknown_parameter_is_refused_everywhere(
    admin: Client, every: list[Operation], unknown: str
) -> None:
    for op in every:
        join = "&" if "?" in op.address() else "?"
        problem = refused(admin, op.method, f"{op.address()}{join}{unknown}=1", 422, "invalid_input")
        assert {e["code"] for e in problem["errors"]} == {"unknown_field"}, op.name


def test_a_parameter_given_twice_is_named(admin: Client, every: list[Operation]) -> None:
    for op in every:
        for name, schema in op.parameters("query").items():
            if schema.get("type") != "array":
                path = op.address().partition("?")[0]
                problem = refused(admin, op.method, f"{path}?{name}=1&{name}=1", 422, "invalid_input")
                assert name in names(problem), (op.name, name)


def test_a_query_that_is_too_long_is_refused(admin: Client, every: list[Operation]) -> None:
    for op in every:
        refused(admin, op.method, f"{op.path.format_map(_Ones())}?q={'x' * 9_000}", 414, "uri_too_long")


class _Ones(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "1"


@pytest.mark.parametrize("text", INJECTIONS, ids=lambda t: repr(t[:16]))
def test_injections_are_texts_like_others(app: Flask, every: list[Operation], text: str) -> None:
    client = Client(app)
    for op in every:
        if op.method != "GET" or {} not in op.doc["security"]:
            continue
        path = op.address().partition("?")[0]
        for name, schema in op.parameters("query").items():
            if kind(schema) is None:
                base = {"q": "words"} if op.name == "searchForum" else {}
                response = client.request("GET", path, query_string={**base, name: text})
                assert_clean(response)
                assert response.status_code in (200, 400, 404, 422), (op.name, name, text)
                assert "Set-Cookie" not in response.headers
