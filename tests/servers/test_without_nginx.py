"""The same application without nginx, as `make run` serves it: behind uWSGI's own HTTP router."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.launcher.sockets import make_private
from tests.conftest import settings_for
from tests.servers.site import JSON, PREVIEW, TEXT, Site, chunks, environ_of, problem
from tests.servers.stack import PROJECT, Stack, free_port
from tests.servers.wire import Reply, Wire

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def site(database_url: str, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("router"), free_port()
    url = f"http://127.0.0.1:{port}"
    own = {"PARLEY_URL": url, "PARLEY_DATA": str(folder), "PYTHONPATH": str(PROJECT)}
    stack = Stack(url=url, folder=folder, environ={**os.environ, **environ_of(database_url), **own})
    make_private(stack.socket_of("api").parent)
    app = create_app(settings_for(database_url, data_folder, PARLEY_URL=url))
    stack.start_router(port)
    try:
        stack.wait_until("/readyz")
        yield Site(stack, app)
    finally:
        stack.stop("api")
        app.extensions["parley"].database.engine.dispose()


def test_a_chunked_body_is_refused_and_never_taken_for_empty(site: Site) -> None:
    reply = site.sent("Transfer-Encoding: chunked", body=chunks(TEXT, 7))
    problem(reply, 411, "length_required")
    both = site.sent("Transfer-Encoding: chunked", f"Content-Length: {len(TEXT)}")
    problem(both, 411, "length_required")


def test_whoever_waits_for_100_is_told_to_go_on(site: Site) -> None:
    head = [PREVIEW, JSON, site.token(), "Expect: 100-continue"]
    with Wire(site.stack.url) as wire:
        wire.send(*head, f"Content-Length: {len(TEXT)}")
        assert wire.receive() == Reply(100, [], b"")
        wire.socket.sendall(TEXT)
        reply = wire.receive()
        assert reply is not None
        assert reply.status == 200


def test_each_connection_serves_one_request_and_says_so(site: Site) -> None:
    for line in ("GET /api/v1/meta HTTP/1.1", "GET /api/v1/none HTTP/1.1", "OPTIONS /api/v1/topics HTTP/1.1"):
        with Wire(site.stack.url) as wire:
            wire.send(line, body=b"GET /api/v1/topics HTTP/1.1\r\nHost: x\r\n\r\n")
            reply = wire.receive()
            assert reply is not None
            site.judge(line, reply)
            assert reply.header("connection") == "close"
            assert wire.closed


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/meta", 200), ("/api/v1/%6deta", 200), ("//api/v1/meta", 404), ("/api/v1//meta", 404),
        ("/api/v1/meta/", 404), ("/api/v1/users/%00", 404), ("/api/v1/users/%FF", 404), ("/api/v1/meta?a=1", 422),
    ],
)  # fmt: skip
def test_an_address_is_what_was_written(site: Site, path: str, status: int) -> None:
    assert site.ask(f"GET {path} HTTP/1.1").status == status


def test_headers_that_are_too_large_end_the_connection_or_are_refused(site: Site) -> None:
    fits = site.ask("GET /api/v1/meta HTTP/1.1", f"X-Long: {'x' * 30_000}")
    assert fits.status == 200
    with Wire(site.stack.url) as wire:
        wire.send("GET /api/v1/meta HTTP/1.1", f"X-Long: {'x' * 100_000}")
        try:
            reply = wire.receive()
        except ConnectionResetError:
            reply = None
    assert reply is None or 400 <= reply.status < 500
    assert json.loads(site.ask("GET /api/v1/meta HTTP/1.1").body)["name"] == "Parley"
