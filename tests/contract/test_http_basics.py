"""What HTTP promises of every address: HEAD, OPTIONS, 405, 404, conditional requests, request ids."""

from collections import defaultdict

import pytest
from flask import Flask

from tests.client import Client
from tests.contract.operations import Operation, assert_clean, refused
from tests.permissions.stage import Stage, Things

# Real things, so that what is asked for is there.
SHARED = "public, max-age=1, stale-while-revalidate=4"
UNKNOWN = (
    "/",
    "/nonsense",
    "/topics/1/nonsense",
    "/topic",
    "/TOPICS",
    "/topics//1",
    "/topics/1/",
    "/v2",
    "/.env",
)


@pytest.fixture(scope="module")
def things(app: Flask) -> Things:
    return Stage(app).things("open", moderated=True)


@pytest.fixture(scope="module")
def readable(every: list[Operation], things: Things) -> dict[str, tuple[Operation, str]]:
    """Operations that anyone may GET, with the address of something that is there."""
    given = {**vars(things), "q": things.word}
    found = {}
    for op in every:
        if op.method == "GET" and {} in op.doc["security"] and op.name != "streamEvents":
            path = op.path.format(**given) + (f"?q={things.word}" if op.name == "searchForum" else "")
            found[op.name] = (op, path)
    return found


def methods_by_path(every: list[Operation]) -> dict[str, set[str]]:
    """Address -> the methods that the document names for it."""
    found: dict[str, set[str]] = defaultdict(set)
    for op in every:
        found[op.address().partition("?")[0]].add(op.method)
    return found


def test_head_answers_like_get_without_a_body(app: Flask, readable: dict[str, tuple[Operation, str]]) -> None:
    for name, (_, path) in readable.items():
        got = Client(app).request("GET", path, 200)
        head = Client(app).request("HEAD", path, 200)
        assert head.get_data() == b"", name
        for header in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary", "Link"):
            assert head.headers.get(header) == got.headers.get(header), (name, header)


def test_options_names_the_methods(app: Flask, every: list[Operation]) -> None:
    for path, methods in methods_by_path(every).items():
        response = Client(app).request("OPTIONS", path)
        assert response.status_code == 200, path
        assert response.get_data() == b""
        assert set(response.allow) >= methods, path
        assert not {"GET", "POST", "PUT", "PATCH", "DELETE"} & (set(response.allow) - methods), path


def test_another_method_is_405_with_allow(app: Flask, admin: Client, every: list[Operation]) -> None:
    for path, methods in methods_by_path(every).items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - methods:
            for client in (Client(app), admin):
                refused(client, method, path, 405, "method_not_allowed")
            response = admin.request(method, path, 405)
            assert {m.strip() for m in response.headers["Allow"].split(",")} >= methods, (method, path)


def test_head_is_answered_where_get_is_and_nowhere_else(app: Flask, every: list[Operation]) -> None:
    for path, methods in methods_by_path(every).items():
        status = Client(app).request("HEAD", path).status_code
        assert (status == 405) == ("GET" not in methods), path
        allowed = Client(app).request("OPTIONS", path).allow
        assert set(allowed) == methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()), path


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_of_404(app: Flask, admin: Client, method: str, path: str) -> None:
    for client in (Client(app), admin):
        refused(client, method, path, 404, "not_found")


def test_no_address_is_answered_with_a_slash_more(app: Flask, every: list[Operation]) -> None:
    for op in every:
        path = op.address().partition("?")[0]
        refused(Client(app), op.method, f"{path}/", 404, "not_found")


def test_what_did_not_change_is_304(app: Flask, readable: dict[str, tuple[Operation, str]]) -> None:
    client, conditional = Client(app), 0
    for name, (op, path) in readable.items():
        first = client.request("GET", path, 200)
        etag = first.headers.get("ETag")
        assert (etag is not None) == ("304" in op.doc["responses"]), name
        if etag is None:
            continue
        conditional += 1
        for sent in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            again = client.request("GET", path, 304, headers={"If-None-Match": sent})
            assert again.get_data() == b"", name
            assert again.headers["ETag"] == etag, name
            assert again.headers["Cache-Control"] == first.headers["Cache-Control"], name
            assert "Content-Type" not in again.headers, name
        assert client.request("GET", path, 200, headers={"If-None-Match": '"x"'}).get_data(), name
    assert conditional > 10


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_a_304_has_the_tag_and_the_variants_of_its_200(
    app: Flask, readable: dict[str, tuple[Operation, str]], accepted: str
) -> None:
    """RFC 9110, 15.4.5; and nothing that describes a body it does not have."""
    client, packed = Client(app), 0
    for name, (_, path) in readable.items():
        first = client.request("GET", path, 200, headers={"Accept-Encoding": accepted})
        if "ETag" not in first.headers:
            continue
        packed += first.headers.get("Content-Encoding") == "gzip"
        sent = {"Accept-Encoding": accepted, "If-None-Match": first.headers["ETag"]}
        again = client.request("GET", path, 304, headers=sent)
        for header in ("ETag", "Vary", "Cache-Control"):
            assert again.headers.get(header) == first.headers.get(header), (name, header)
        assert not {"Content-Encoding", "Content-Type"} & set(again.headers.keys()), name
    assert (packed > 0) == (accepted == "gzip")


def test_only_answers_without_credentials_are_shared(
    app: Flask, admin: Client, readable: dict[str, tuple[Operation, str]]
) -> None:
    for name, (_, path) in readable.items():
        mine = admin.request("GET", path, 200)
        assert "public" not in mine.headers["Cache-Control"], name
        assert "Authorization" in mine.vary, name
        assert "Authorization" in Client(app).request("GET", path, 200).vary, name
        cookie = Client(app).request("GET", path, 200, headers={"Cookie": "a=b"})
        assert "public" not in cookie.headers["Cache-Control"], name
    shared = [
        n
        for n, (_, p) in readable.items()
        if Client(app).request("GET", p).headers["Cache-Control"] == SHARED
    ]
    assert {"listTopics", "getTopic", "listReplies", "getPost", "listCategories", "getUser"} <= set(shared)


@pytest.mark.parametrize("sent", ["abc-123_.X", "a" * 128])
def test_a_sane_request_id_comes_back(
    app: Flask, readable: dict[str, tuple[Operation, str]], sent: str
) -> None:
    for _, path in readable.values():
        assert (
            Client(app).request("GET", path, headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent
        )
    problem = Client(app).get("/topics/0", 404, headers={"X-Request-Id": sent})
    assert problem["request_id"] == sent


@pytest.mark.parametrize(
    "sent", ["", "a b", "a" * 129, "<script>", "a,b", "\u91cf".encode().decode("latin-1"), "a;b"]
)
def test_any_other_request_id_is_replaced(app: Flask, sent: str) -> None:
    response = Client(app).request("GET", "/topics", 200, headers={"X-Request-Id": sent})
    assert response.headers["X-Request-Id"] not in (sent, "")
    assert len(response.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "*/*;q=0", "", "a" * 5_000])
def test_whatever_is_accepted_json_is_answered(app: Flask, accept: str) -> None:
    response = Client(app).request("GET", "/topics", headers={"Accept": accept})
    assert_clean(response)
    assert response.status_code == 200
    assert response.mimetype == "application/json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "evil.example.net"), ("X-Forwarded-Host", "evil.example.net"), ("X-Forwarded-Proto", "gopher"),
        ("Forwarded", "host=evil.example.net"), ("X-Original-URL", "/admin"), ("X-HTTP-Method-Override", "DELETE"),
        ("Range", "bytes=0-1"), ("Cookie", "session=\x01"), ("Accept-Language", "x" * 5_000), ("Expect", "nonsense"),
        ("Accept-Encoding", "gzip;q=nonsense"), ("If-None-Match", "x" * 5_000), ("If-Modified-Since", "yesterday"),
    ],
)  # fmt: skip
def test_headers_change_nothing_that_they_must_not(app: Flask, things: Things, name: str, value: str) -> None:
    path = f"/topics/{things.topic_id}"
    plain = Client(app).request("GET", path, 200)
    odd = Client(app).request("GET", path, 200, headers={name: value})
    assert odd.get_json() == plain.get_json()
    assert "evil.example.net" not in str(odd.headers)


def test_every_answer_says_what_it_is(app: Flask, readable: dict[str, tuple[Operation, str]]) -> None:
    for name, (_, path) in readable.items():
        response = Client(app).request("GET", path, 200)
        assert response.headers["X-Content-Type-Options"] == "nosniff", name
        assert response.headers["Content-Type"] == "application/json", name
        assert "Set-Cookie" not in response.headers, name
