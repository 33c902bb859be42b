"""HTTP as RFC 9110 and 9112 have it, through the shipped nginx and uWSGI to the real application."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from tests.client import contract_of
from tests.conftest import settings_for
from tests.contract.operations import operations
from tests.contract.statuses import BY_THE_SERVER
from tests.servers.site import JSON, PREVIEW, TEXT, Site, chunks, environ_of, problem
from tests.servers.stack import serve
from tests.servers.wire import Reply, Wire

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def site(database_url: str, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(environ_of(database_url), tmp_path_factory.mktemp("semantics")) as stack:
        app = create_app(settings_for(database_url, data_folder, PARLEY_URL=stack.url))
        yield Site(stack, app)
        app.extensions["parley"].database.engine.dispose()


# What the server refuses itself, for every operation -----------------------------------------------------------------

REFUSED = {400: "X : blank before the colon", 431: f"X-Long: {'x' * 9_000}"}


@pytest.mark.parametrize("status", sorted(BY_THE_SERVER))
def test_what_the_server_refuses_itself_is_declared_by_every_operation(site: Site, status: int) -> None:
    for op in operations(site.app):
        line = f"{op.method} /api/v1{op.address()} HTTP/1.1"
        reply = site.ask(line, REFUSED[status])
        problem(reply, status, BY_THE_SERVER[status])
        assert reply.header("connection") == "close"


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        (["GET /api/v1/meta HTTP/2.0"], 505, "http_version_not_supported"),
        ([PREVIEW, "Transfer-Encoding: gzip"], 501, "not_implemented"),
        ([PREVIEW, "Transfer-Encoding: gzip, chunked"], 501, "not_implemented"),
        ([f"GET /api/v1/{'x' * 9_000} HTTP/1.1"], 414, "uri_too_long"),
        ([PREVIEW, "Content-Length: 1048577"], 413, "payload_too_large"),
        (["GET /api/v1/meta HTTP/1.1", *(f"X-{n}: {'a' * 1000}" for n in range(40))], 431,
         "request_header_fields_too_large"),
        (["GET /metrics HTTP/1.1"], 404, "not_found"),
        (["TRACE /api/v1/topics HTTP/1.1"], 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_every_refusal_of_the_servers_own_has_the_one_shape(
    site: Site, lines: list[str], status: int, code: str
) -> None:
    reply = site.ask(*lines, judged=False)
    problem(reply, status, code)
    contract_of(site.app).check_answer("GET", "/api/v1/no-operation", status, reply.headers, reply.body)


def test_a_405_of_the_servers_own_names_what_is_answered(site: Site) -> None:
    """RFC 9110, 15.5.6: with Allow. What the address itself answers, OPTIONS says there."""
    refused = site.ask("TRACE /api/v1/topics HTTP/1.1")
    assert refused.header("allow") == "OPTIONS"
    told = site.ask("OPTIONS /api/v1/topics HTTP/1.1")
    assert set((told.header("allow") or "").split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert (told.status, told.body) == (200, b"")


def test_a_header_of_nearly_eight_kilobytes_arrives(site: Site) -> None:
    assert site.ask("GET /api/v1/meta HTTP/1.1", f"X-Long: {'x' * 8_000}").status == 200


# Bodies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_chunked_body_is_the_same_as_a_whole_one(site: Site, size: int) -> None:
    whole = site.sent(f"Content-Length: {len(TEXT)}")
    assert (whole.status, "<strong>" in json.loads(whole.body)["body_html"]) == (200, True)
    assert site.sent("Transfer-Encoding: chunked", body=chunks(TEXT, size)).body == whole.body


def test_extensions_and_trailers_of_chunks_change_nothing(site: Site) -> None:
    body = b'5;name="value"\r\n{"bod\r\n8\r\ny":"hi"}\r\n0\r\nAuthorization: Bearer x\r\n\r\n'
    assert json.loads(site.sent("Transfer-Encoding: Chunked", body=body).body) == {"body_html": "<p>hi</p>\n"}


@pytest.mark.parametrize("body", [b"zz\r\n", b"-5\r\nabcde\r\n0\r\n\r\n", b"5\r\nabcdefg\r\n0\r\n\r\n"])
def test_malformed_chunks_are_refused_and_the_connection_is_closed(site: Site, body: bytes) -> None:
    reply = site.sent("Transfer-Encoding: chunked", body=body)
    problem(reply, 400, "bad_request")
    assert reply.header("connection") == "close"


def test_whoever_waits_for_100_is_told_to_go_on_or_refused_at_once(site: Site) -> None:
    head = [PREVIEW, JSON, site.token(), "Expect: 100-continue"]
    with Wire(site.stack.url) as wire:
        wire.send(*head, f"Content-Length: {len(TEXT)}")
        assert wire.receive() == Reply(100, [], b"")
        wire.socket.sendall(TEXT)
        reply = wire.receive()
        assert reply is not None
        assert reply.status == 200
    with Wire(site.stack.url) as wire:
        wire.send(*head, "Content-Length: 1048577")
        refused = wire.receive()
        assert refused is not None
        problem(refused, 413, "payload_too_large")
    unknown = site.sent(f"Content-Length: {len(TEXT)}", "Expect: another-thing")
    assert unknown.status == 200  # RFC 9110, 10.1.1: what is not known may be refused, and is not here


def test_a_compressed_body_is_refused_with_what_is_taken(site: Site) -> None:
    body = gzip.compress(TEXT)
    reply = site.sent(f"Content-Length: {len(body)}", "Content-Encoding: gzip", body=body)
    problem(reply, 415, "unsupported_media_type")
    assert reply.header("accept-encoding") == "identity"


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/meta", 200), ("/api/v1/x/../meta", 200), ("/api/v1/%6deta", 200), ("/api/v1/./meta", 200),
        ("http://another.example/api/v1/meta", 200), ("/api/v1/meta?", 200),
        ("/api/v1//meta", 404), ("//api/v1/meta", 404), ("/api//v1/meta", 404), ("//metrics", 404), ("//healthz", 404), ("/api/v1/meta/", 404),
        ("/api/v1/META", 404), ("/api/v1/meta;v=1", 404), ("/api/v1/meta%20", 404), ("/api/v1/meta%2F", 404),
        ("/api/v1/meta%3Fa=b", 404), ("/api/v1/topics/1%2Freplies%2F", 404), ("/api/v1/users/%FF", 404),
        ("/api/v1/users/%E5%B0", 404), ("/api/v1/users/%ED%A0%80", 404), ("/api/v1/tags/%2e%2e%2fmeta", 200),
        ("/api/v1/users/%00", 400), ("/api/v1/users/%", 400), ("/api/v1/users/%zz", 400), ("*", 400),
        ("meta", 400),
        ("/api/v1/meta?a=1", 422), ("/api/v1/meta?%FF", 422), ("/api/v1/topics?sort=new&sort=new", 422),
        ("/api/v1/topics?limit=1&limit=2", 422),
    ],
)  # fmt: skip
def test_an_address_is_what_was_written(site: Site, path: str, status: int) -> None:
    assert site.ask(f"GET {path} HTTP/1.1").status == status


@pytest.mark.parametrize("spelt", ["%E5%B0%8F%E6%98%8E", "%e5%b0%8f%E6%98%8e", "raw"])
def test_chinese_names_are_found_however_they_are_written(site: Site, spelt: str) -> None:
    name = f"小明{site.world.name('')[-3:].strip('-')}{spelt[:2].strip('%')}"
    site.world.member(username=name)
    suffix = name.removeprefix("小明").encode()
    written = "小明".encode() if spelt == "raw" else spelt.encode()
    reply = site.ask(b"GET /api/v1/users/" + written + suffix + b" HTTP/1.1")
    assert (reply.status, json.loads(reply.body)["username"]) == (200, name)


# Headers that are given twice, or differently ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["Authorization: Bearer a", "Authorization: Bearer b"], ["Host: a", "Host: b"], ["Host: a b"], ["Host:"],
        ['If-Match: "1"', 'If-Match: "2"'], ["Content-Length: 2", "Content-Length: 2"], ["X-A : b"], ["A B: c"],
        ["X-A: b\x00c"],
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(site: Site, lines: list[str]) -> None:
    reply = site.ask(f"PATCH {site.path} HTTP/1.1", JSON, *lines, body=b"{}")
    problem(reply, 400, "bad_request")
    assert reply.header("connection") == "close"


def test_two_idempotency_keys_are_one_key_or_none(site: Site) -> None:
    """Never two effects: whichever of two keys counts, the same two count the same."""
    body = json.dumps({"body": "An answer, once."}).encode()
    lines = (
        JSON,
        site.token(),
        f"Content-Length: {len(body)}",
        "Idempotency-Key: one",
        "Idempotency-Key: two",
    )
    replies = [site.ask(f"POST {site.path}/replies HTTP/1.1", *lines, body=body) for _ in range(2)]
    assert [reply.status for reply in replies] in ([201, 201], [422, 422])
    assert replies[0].body == replies[1].body or replies[0].status == 422


@pytest.mark.parametrize(
    "line",
    [
        'If-Match: "999"', 'If-Match: "1"', 'If-Match: W/"1-x"', "If-Match: *", "Range: bytes=0-1", 'If-Range: "x"',
        "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT", "If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT",
        "Accept: text/html", "Accept: */*", "Accept: application/json;q=0", "Accept-Charset: gbk",
        "Accept-Language: zh", "Content-Type: text/plain",
    ],
)  # fmt: skip
@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_a_read_is_whole_and_json_whatever_else_is_asked(site: Site, line: str, *, signed_in: bool) -> None:
    lines = [line, site.token()] if signed_in else [line]
    for _ in range(2):  # a second time, since what nginx remembers takes another way
        reply = site.ask(f"GET {site.path} HTTP/1.1", *lines)
        assert (reply.status, reply.header("content-type")) == (200, "application/json")
        assert json.loads(reply.body)["id"] == site.topic["id"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True), ("GZIP", True), ("x, gzip;q=0.5", True), ("gzip;q=0.001", True), ("gzip;q=1.000", True),
        ("gzip;q=0", False), ("gzip ; q=0", False), ("gzip; q=0.000", False), ("gzip;q=0, *", False),
        ("gzip;q=0.", False), ("br", False), ("identity", False), ("*;q=0", False), ("", False),
    ],
)  # fmt: skip
def test_compression_is_what_was_accepted(site: Site, accepted: str, *, packed: bool) -> None:
    for lines in ([], [site.token()]):
        for path in ("/api/v1/openapi.json", site.path):
            reply = site.ask(f"GET {path} HTTP/1.1", f"Accept-Encoding: {accepted}", *lines)
            assert (reply.header("content-encoding") == "gzip") == packed, (path, lines)
            assert "Accept-Encoding" in ", ".join(v for k, v in reply.headers if k == "vary")


def test_a_304_has_the_tag_and_the_variants_of_its_200(site: Site) -> None:
    for encoding in ("gzip", "identity"):
        lines = [f"GET {site.path} HTTP/1.1", f"Accept-Encoding: {encoding}"]
        whole = site.ask(*lines)
        again = site.ask(*lines, f"If-None-Match: {whole.header('etag')}")
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "cache-control"):
            assert again.header(name) == whole.header(name), (encoding, name)


def test_head_is_get_without_its_body(site: Site) -> None:
    for op in operations(site.app):
        path = op.address()
        if op.method != "GET" or {} not in op.doc["security"] or op.name == "streamEvents":
            continue
        got = site.ask(f"GET /api/v1{path} HTTP/1.1")
        head = site.ask(f"HEAD /api/v1{path} HTTP/1.1")
        assert head.status == got.status, op.name
        for name in ("content-type", "content-length", "etag", "cache-control", "link"):
            assert head.header(name) == got.header(name), (op.name, name)
