"""The shipped nginx configuration before an application that tells what reached it."""

import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from api.core.problems import TITLES
from api.core.responses import API_CSP, SECURITY_HEADERS
from tests.servers.stack import check_configuration, serve

pytestmark = pytest.mark.process

MEBIBYTE = 1024 * 1024
SHELL = '<html lang="%PARLEY_LANG%"><title>%PARLEY_TITLE%</title><script src="%PARLEY_ROOT%/assets/app-1.js"></script>'


def make_client(folder):
    assets = folder / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets / "app-1.js").write_text("let forum;\n" * 500)
    (assets / "app-1.js.gz").write_bytes(gzip.compress(("let forum;\n" * 500).encode()))
    (folder / "dist" / "index.html").write_text(SHELL)
    return folder / "dist"


@pytest.fixture(scope="module", params=["", "/forum"], ids=["root", "sub-path"])
def stack(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack 论坛")
    environ = {
        "PARLEY_DATABASE_URL": "postgresql:///none",
        "PARLEY_SECRET_KEY": "k" * 40,
        "PARLEY_FRONTEND": str(make_client(folder)),
    }
    module = "tests.servers.probe:application"
    with serve(environ, folder, module=module, root_path=request.param, ready="/healthz") as running:
        yield running


@pytest.fixture
def ask(stack):
    root = urlsplit(stack.url).path
    return lambda path, method="GET", **arguments: stack.ask(root + path, method, **arguments)


def problem(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body = json.loads(answer.body)
    assert body["status"] == answer.status
    assert body["title"] == body["detail"] == TITLES[body["code"]]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert set(body) == {
        *("type", "title", "status", "detail", "instance", "code", "params", "request_id", "errors")
    }
    return body


def seen(answer):
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def raw(stack, request: bytes) -> bytes:
    parts = urlsplit(stack.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def test_the_configuration_is_valid_without_warnings(stack):
    checked = check_configuration(stack.folder)
    assert checked.returncode == 0
    assert "warn" not in checked.stderr


def test_a_public_answer_is_fetched_once_for_many_visitors(ask):
    first = seen(ask("/api/v1/topics?case=many"))
    with ThreadPoolExecutor(8) as pool:
        hits = {seen(answer)["hit"] for answer in pool.map(ask, ["/api/v1/topics?case=many"] * 16)}
    # A second may pass meanwhile; then one more is fetched in the background.
    assert first["hit"] in hits
    assert len(hits) <= 2


def test_a_cold_answer_is_fetched_once_for_a_crowd(ask):
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ask, ["/api/v1/topics?case=cold&seconds=0.3"] * 8)
        assert len({seen(answer)["hit"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "credential",
    [{"Authorization": "Bearer x"}, {"Cookie": "parley_refresh=x"}, {"Origin": "https://app.example.org"}],
)
def test_whoever_shows_a_credential_or_an_origin_neither_fills_nor_reads_the_cache(ask, credential):
    name = next(iter(credential))
    path = f"/api/v1/topics?case=private-{name}"
    private = seen(ask(path, headers=credential))["hit"]
    public = seen(ask(path))["hit"]
    assert public != private
    assert seen(ask(path, headers=credential))["hit"] not in (private, public)
    assert seen(ask(path))["hit"] == public


@pytest.mark.parametrize("answer", ["cache=private,no-cache", "cache=no-store", "cookie=1", "cache=private"])
def test_an_answer_that_is_not_for_everybody_is_never_stored(ask, answer):
    path = f"/api/v1/topics?case=unshared&{answer}"
    assert seen(ask(path))["hit"] != seen(ask(path))["hit"]


@pytest.mark.parametrize("path", ["/api/v1/auth/providers", "/api/v1/search?q=x", "/healthz", "/readyz"])
def test_sign_in_search_and_health_are_never_cached(ask, path):
    assert seen(ask(path))["hit"] != seen(ask(path))["hit"]


def test_pages_are_cached_by_language_and_never_across(ask):
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
    english = {"Accept-Language": "en-GB,zh;q=0.2"}
    first = seen(ask("/t/1/page", headers=chinese))
    assert first["environ"]["HTTP_ACCEPT_LANGUAGE"] == "zh-Hans"
    other = seen(ask("/t/1/page", headers=english))
    assert other["environ"]["HTTP_ACCEPT_LANGUAGE"] == "en"
    assert other["hit"] != first["hit"]
    assert seen(ask("/t/1/page", headers={"Accept-Language": "zh-TW"}))["hit"] == first["hit"]


def test_every_spelling_of_gzip_shares_one_copy_that_nginx_does_not_compress_again(ask):
    answers = [
        ask("/api/v1/topics?case=gzip&gzip=1", headers={"Accept-Encoding": accepted})
        for accepted in ("gzip", "gzip, deflate, br", "br, gzip;q=1.0")
    ]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert {answer.headers["ETag"] for answer in answers} == {'"1-a"'}
    assert len({json.loads(gzip.decompress(answer.body))["hit"] for answer in answers}) == 1
    plain = ask("/api/v1/topics?case=gzip&gzip=1", headers={"Accept-Encoding": "gzip;q=0"})
    assert plain.headers["Content-Encoding"] is None
    assert not seen(plain)["environ"]["HTTP_ACCEPT_ENCODING"]


def test_a_private_answer_is_compressed_by_nginx_but_a_sign_in_is_not(ask):
    headers = {"Accept-Encoding": "gzip", "Authorization": "Bearer x"}
    assert ask("/api/v1/topics", headers=headers).headers["Content-Encoding"] == "gzip"
    assert ask("/api/v1/auth/sessions", headers=headers).headers["Content-Encoding"] is None


def test_a_known_copy_is_answered_304_with_every_security_header(ask):
    answer = ask("/api/v1/topics?case=known", headers={"If-None-Match": '"1-a"'})
    assert (answer.status, answer.body) == (304, b"")
    assert_secure(answer)


def test_head_neither_takes_its_body_from_get_nor_empties_it(ask):
    head = ask("/api/v1/topics?case=head", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert seen(ask("/api/v1/topics?case=head"))["padding"]


def assert_secure(answer):
    for name, value in {**SECURITY_HEADERS, "Content-Security-Policy": API_CSP}.items():
        assert answer.headers.get_all(name) == [value], name
    assert answer.headers.get_all("X-Request-Id"), "every answer names its request"


@pytest.mark.parametrize(
    "path", ["/api/v1/topics", "/t/1/x", "/assets/app-1.js", "/assets/none.js", "/metrics"]
)
def test_every_answer_has_each_security_header_once(ask, path):
    assert_secure(ask(path))


def test_a_sane_request_id_is_kept_and_another_is_replaced(ask):
    kept = ask("/api/v1/topics?case=id", headers={"X-Request-Id": "my-id.1"})
    assert kept.headers.get_all("X-Request-Id") == ["my-id.1"]
    assert seen(kept)["environ"]["HTTP_X_REQUEST_ID"] == "my-id.1"
    cached = ask("/api/v1/topics?case=id", headers={"X-Request-Id": "mine"})
    assert cached.headers.get_all("X-Request-Id") == ["mine"]
    assert ask("/api/v1/topics?case=id", headers={"X-Request-Id": 'a"b'}).headers["X-Request-Id"] != 'a"b'


def test_forged_forwarding_headers_do_not_reach_the_application(ask):
    forged = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=6.6.6.6",
        "Proxy": "http://evil.example",
    }
    environ = seen(ask("/api/v1/auth/x", headers=forged))["environ"]
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    for name in forged:
        assert not environ.get(f"HTTP_{name.upper().replace('-', '_')}")


def test_a_chunked_body_arrives_whole_and_with_a_length(ask):
    answer = seen(ask("/api/v1/topics", "POST", body=iter([b"12345"] * 1000)))
    assert answer["received"] == 5000
    assert answer["environ"]["CONTENT_LENGTH"] == "5000"
    assert not answer["environ"].get("HTTP_TRANSFER_ENCODING")


def test_a_body_of_one_mebibyte_passes_and_one_byte_more_is_413(ask):
    assert seen(ask("/api/v1/topics", "POST", body=b"x" * MEBIBYTE))["received"] == MEBIBYTE
    refused = ask("/api/v1/topics", "POST", body=b"x" * (MEBIBYTE + 1))
    assert (refused.status, problem(refused)["code"]) == (413, "payload_too_large")
    chunked = ask("/api/v1/topics", "POST", body=iter([b"x" * MEBIBYTE, b"x"]))
    assert (chunked.status, problem(chunked)["code"]) == (413, "payload_too_large")
    assert_secure(refused)


def test_what_nginx_itself_refuses_is_a_problem_document(ask, stack):
    for answer, status, code in (
        (ask("/" + "x" * 9000), 414, "uri_too_long"),
        (ask("/api/v1/topics", headers={"X-Long": "x" * 9000}), 431, "request_header_fields_too_large"),
        (ask("/api/v1/topics", "TRACE"), 405, "method_not_allowed"),
        (ask("/assets/none.js"), 404, "not_found"),
        (ask("/metrics"), 404, "not_found"),
    ):
        assert (answer.status, problem(answer)["code"]) == (status, code)
        assert_secure(answer)


def test_malformed_requests_are_refused_and_the_connection_is_closed(stack):
    smuggling = (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    twice = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"
    for request in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", smuggling, twice):
        answer = raw(stack, request)
        assert answer.startswith(b"HTTP/1.1 400 "), request
        assert b"Connection: close" in answer
        assert b'"code":"bad_request"' in answer


def test_hostile_addresses_cannot_break_the_problem_document(stack):
    root = urlsplit(stack.url).path.encode()
    answer = raw(stack, b"TRACE " + root + b'/a"b\\c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["instance"] == "/"


def test_files_of_the_client_are_immutable_and_sent_compressed_from_disk(ask):
    plain = ask("/assets/app-1.js")
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    packed = ask("/assets/app-1.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert ask("/assets/app-1.js", headers={"If-None-Match": plain.headers["ETag"]}).status == 304
    assert "immutable" not in (ask("/assets/none.js").headers["Cache-Control"] or "")


def test_nothing_outside_the_folder_of_assets_is_served(stack):
    root = urlsplit(stack.url).path.encode()
    for path in (b"/assets/../index.html", b"/assets/%2e%2e/index.html", b"/assets/..%2findex.html"):
        answer = raw(stack, b"GET " + root + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"<html" not in answer


def test_outside_the_root_path_there_is_nothing(stack):
    root = urlsplit(stack.url).path
    if not root:
        assert seen(stack.ask("/forum/api/v1/topics"))["path"] == "/forum/api/v1/topics"
        return
    for path in ("/", "/api/v1/topics", "/assets/app-1.js", "/forumx"):
        answer = stack.ask(path)
        assert (answer.status, problem(answer)["code"]) == (404, "not_found")
    assert stack.ask(root).headers["Location"].endswith(f"{root}/")
    assert seen(stack.ask(f"{root}/api/v1/topics"))["path"] == f"{root}/api/v1/topics"


def test_a_worker_that_dies_costs_a_reader_nothing(ask):
    answer = ask("/api/v1/auth/x?die=once")
    assert seen(answer)["path"].endswith("/auth/x")


def test_a_worker_that_dies_costs_a_writer_one_503_and_is_never_asked_twice(ask):
    answer = ask("/api/v1/auth/x?die=1", "POST", body=b"x")
    assert (answer.status, problem(answer)["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert ask("/api/v1/topics?case=after").status == 200


def test_without_the_application_the_last_copy_the_shell_or_a_problem_is_served(stack, ask):
    remembered = seen(ask("/api/v1/topics?case=stale"))["hit"]
    ask("/t/2/remembered")
    stack.stop("api")
    try:
        assert seen(ask("/api/v1/topics?case=stale"))["hit"] == remembered
        assert ask("/t/2/remembered").status == 200
        away = ask("/api/v1/topics?case=unknown")
        assert (away.status, problem(away)["code"]) == (503, "unavailable")
        assert_secure(away)
        shell = ask("/t/3/unknown", headers={"Accept-Language": "zh"})
        assert (shell.status, shell.headers["Retry-After"]) == (503, "5")
        root = urlsplit(stack.url).path
        assert shell.text == (
            f'<html lang="zh-Hans"><title>Parley</title><script src="{root}/assets/app-1.js"></script>'
        )
        assert "script-src 'self'" in shell.headers["Content-Security-Policy"]
        assert shell.headers["Cache-Control"] == "no-store"
    finally:
        stack.start_application("tests.servers.probe:application")
        stack.wait_until(f"{urlsplit(stack.url).path}/healthz")
