"""Requests whose end can be seen in two places: refused, and never taken for two.

Each attack is followed by a request of somebody else on the same connection, as a proxy in front would send it.
"""

import json
from collections.abc import Iterator

import pytest

from tests.servers.stack import Stack, serve
from tests.servers.wire import Wire

pytestmark = pytest.mark.process

PAIRS = 1_000
SMUGGLED = b"GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
NOTHING = b"0\r\n\r\n"


def length(body: bytes, extra: int = 0) -> bytes:
    return b"Content-Length: %d" % (len(body) + extra)


# Lines of the head, then what follows it.
AMBIGUOUS = {
    "CL.TE": ([length(NOTHING + SMUGGLED), CHUNKED], NOTHING + SMUGGLED),
    "TE.CL": ([CHUNKED, b"Content-Length: 4"], b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)),
    "CL.CL": ([b"Content-Length: 0", length(SMUGGLED)], SMUGGLED),
    "the same CL twice": ([length(SMUGGLED), length(SMUGGLED)], SMUGGLED),
    "a list of CL": ([b"Content-Length: 0, %d" % len(SMUGGLED)], SMUGGLED),
    "TE.TE": ([CHUNKED, CHUNKED], NOTHING + SMUGGLED),
    "a coding that nobody knows": ([b"Transfer-Encoding: xchunked"], NOTHING + SMUGGLED),
    "two codings": ([b"Transfer-Encoding: gzip, chunked"], NOTHING + SMUGGLED),
    "chunked is not the last": ([b"Transfer-Encoding: chunked, identity"], NOTHING + SMUGGLED),
    "obs-fold": ([b"Transfer-Encoding:", b" chunked"], NOTHING + SMUGGLED),
    "obs-fold of a length": ([b"Content-Length: 0", b" %d" % len(SMUGGLED)], SMUGGLED),
    "a blank before the colon": ([b"Transfer-Encoding : chunked"], NOTHING + SMUGGLED),
    "a tab before the colon": ([b"Content-Length\t: %d" % len(SMUGGLED)], SMUGGLED),
    "a CR in a value": ([b"X: a\rTransfer-Encoding: chunked"], NOTHING + SMUGGLED),
    "a NUL in a value": ([b"Transfer-Encoding: chunked\x00"], NOTHING + SMUGGLED),
    "a NUL in a name": ([b"Transfer-Encoding\x00: chunked"], NOTHING + SMUGGLED),
    "plus a length": ([b"Content-Length: +%d" % len(SMUGGLED)], SMUGGLED),
    "minus a length": ([b"Content-Length: -1"], SMUGGLED),
    "a length in hex": ([b"Content-Length: 0x10"], SMUGGLED),
    "a length too long for a number": ([b"Content-Length: 18446744073709551617"], SMUGGLED),
    "a chunk of minus one": ([CHUNKED], b"-1\r\n" + SMUGGLED),
    "a chunk too long for a number": ([CHUNKED], b"ffffffffffffffffff\r\n" + SMUGGLED),
    "a chunk without an end": ([CHUNKED], b"3\r\nabcdef" + SMUGGLED),
    "a chunk in hex with 0x": ([CHUNKED], b"0x3\r\nabc\r\n0\r\n\r\n" + SMUGGLED),
}
# What looks like an attack, and is one body and one request all the same.
CLEAR = {
    "a request as a body": ([length(SMUGGLED)], SMUGGLED),
    "a request in a chunk": ([CHUNKED], b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)),
    "a request in a trailer": ([CHUNKED], b"0\r\nX: " + SMUGGLED.replace(b"\r\n", b" ") + b"\r\n\r\n"),
    "a request in an extension": ([CHUNKED], b'1;x="GET / HTTP/1.1"\r\na\r\n0\r\n\r\n'),
    "a header that only looks alike": ([b"Transfer_Encoding: chunked", length(SMUGGLED)], SMUGGLED),
    "a precondition": ([b'If-Match: "1"', length(SMUGGLED)], SMUGGLED),
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    environ = {"PARLEY_DATABASE_URL": "postgresql:///none", "PARLEY_SECRET_KEY": "k" * 40}
    folder = tmp_path_factory.mktemp("smuggling")
    with serve(environ, folder, module="tests.servers.probe:application", ready="/healthz") as running:
        yield running


def seen(stack: Stack) -> str:
    """What was asked for, as the server understood it."""
    return (stack.folder / "access.log").read_text()


def innocent(wire: Wire, number: int) -> None:
    """Somebody else's request, answered as it was asked."""
    wire.send(f"GET /api/v1/auth/{number}?cache=no-store HTTP/1.1")
    reply = wire.receive()
    assert reply is not None
    assert (reply.status, json.loads(reply.body)["path"]) == (200, f"/api/v1/auth/{number}")


def test_what_ends_in_two_places_is_refused_and_nothing_after_it_is_read(stack: Stack) -> None:
    attacks = list(AMBIGUOUS.items())
    with Wire(stack.url) as other:
        for number in range(PAIRS):
            name, (lines, body) = attacks[number % len(attacks)]
            with Wire(stack.url) as wire:
                wire.send(b"POST /api/v1/auth/attack HTTP/1.1", *lines, body=body)
                reply = wire.receive()
                assert reply is not None, name
                assert reply.status in (400, 501), name
                assert reply.header("content-type") == "application/problem+json", name
                assert reply.header("connection") == "close", name
                assert wire.closed, name
            if number % 40 == 0:
                innocent(other, number)
    assert "smuggled" not in seen(stack)


def test_a_body_that_looks_like_a_request_is_a_body(stack: Stack) -> None:
    for number in range(3):
        for name, (lines, body) in CLEAR.items():
            for method in (b"POST", b"GET", b"DELETE"):
                with Wire(stack.url) as wire:
                    wire.send(method + b" /api/v1/auth/first?cache=no-store HTTP/1.1", *lines, body=body)
                    reply = wire.receive()
                    assert reply is not None, name
                    assert json.loads(reply.body)["path"] == "/api/v1/auth/first", name
                    innocent(wire, number)
    assert "smuggled" not in seen(stack)


@pytest.mark.parametrize("path", ["/metrics", "/assets/none.js", "/api/v1/topics", "/t/1/x"])
def test_a_refusal_leaves_no_body_behind(stack: Stack, path: str) -> None:
    """Whoever answers before the body is read reads it all the same, or closes."""
    for lines in ([length(SMUGGLED)], [length(SMUGGLED), b"Expect: 100-continue"]):
        with Wire(stack.url) as wire:
            wire.send(f"DELETE {path}?status=404+Not+Found HTTP/1.1".encode(), *lines, body=SMUGGLED)
            reply = wire.receive()
            while reply is not None and reply.status == 100:
                reply = wire.receive()
            assert reply is not None
            if reply.header("connection") != "close":
                innocent(wire, 1)
    assert "smuggled" not in seen(stack)


def test_requests_that_are_sent_together_are_answered_in_their_order(stack: Stack) -> None:
    with Wire(stack.url) as wire:
        for number in range(50):
            wire.send(f"GET /api/v1/auth/{number}?cache=no-store HTTP/1.1")
        for number in range(50):
            reply = wire.receive()
            assert reply is not None
            assert json.loads(reply.body)["path"] == f"/api/v1/auth/{number}"
