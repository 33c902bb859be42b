"""The application under other servers, and as WSGI itself."""

import gzip
import io
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from api.app import create_app
from api.core.assets import Assets
from api.core.root_path import RootPath
from tests.client import contract_of
from tests.conftest import SECRET, settings_for
from tests.servers.launched import clean_environ
from tests.servers.stack import PROJECT, ask, first_event, free_port, serve

SCRIPT = "export const forum = 1;\n" * 200


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist 客户端")
    (folder / "assets").mkdir()
    (folder / "assets" / "app-1.js").write_text(SCRIPT)
    (folder / "assets" / "app-1.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (folder / "secret.txt").write_text("not for you")
    (folder / "index.html").write_text(
        '<!doctype html><html lang="%PARLEY_LANG%"><head><title>%PARLEY_TITLE%</title>'
        '<script type="module" src="%PARLEY_ROOT%/assets/app-1.js"></script></head><body></body></html>'
    )
    return folder


def call(application, path, method="GET", body=b"", **environ):
    """(status line, headers, body) of one request, as wsgiref.validate sees it."""
    request = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": "", "SCRIPT_NAME": "", **environ}
    if body:
        request |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    setup_testing_defaults(request)
    request["wsgi.input"] = io.BytesIO(body)
    if method in ("GET", "HEAD"):
        request.pop("CONTENT_TYPE", None)
    got = {}

    def start_response(status, headers, exc_info=None):
        got.update(status=status, headers=headers)
        return lambda data: None

    chunks = validator(application)(request, start_response)
    try:
        content = b"".join(chunks)
    finally:
        chunks.close()
    return got["status"], dict(got["headers"]), content


@pytest.fixture(scope="module")
def site(database_url, client_folder, data_folder):
    url = "http://127.0.0.1:8000/forum"
    settings = settings_for(database_url, data_folder, PARLEY_URL=url, PARLEY_FRONTEND=str(client_folder))
    return RootPath(Assets(create_app(settings), client_folder), url)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/forum/api/v1/topics", 200),
        ("HEAD", "/forum/api/v1/topics", 200),
        ("GET", "/forum/api/v1/topics/999999999", 404),
        ("OPTIONS", "/forum/api/v1/topics", 200),
        ("DELETE", "/forum/api/v1/topics", 405),
        ("POST", "/forum/api/v1/topics", 401),
        ("GET", "/forum/api/v1/openapi.json", 200),
        ("GET", "/forum/healthz", 200),
        ("GET", "/forum/", 200),
        ("HEAD", "/forum/", 200),
        ("GET", "/forum/assets/app-1.js", 200),
        ("HEAD", "/forum/assets/app-1.js", 200),
        ("GET", "/forum", 308),
        ("GET", "/api/v1/topics", 404),
        ("GET", "/forums", 404),
        ("GET", "/", 404),
        ("GET", "/forum//api/v1/topics", 404),
        ("GET", "//forum/api/v1/topics", 404),
    ],
)
def test_the_application_is_valid_wsgi(site, method, path, status):
    got, _, content = call(site, path, method)
    assert int(got[:3]) == status, content
    if method == "HEAD":
        assert content == b""


def test_an_unchanged_answer_is_valid_wsgi_without_a_body(site):
    _, headers, _ = call(site, "/forum/assets/app-1.js")
    status, headers, content = call(site, "/forum/assets/app-1.js", HTTP_IF_NONE_MATCH=headers["ETag"])
    assert (status[:3], content) == ("304", b"")
    _, headers, _ = call(site, "/forum/api/v1/categories")
    status, headers, content = call(site, "/forum/api/v1/categories", HTTP_IF_NONE_MATCH=headers["ETag"])
    assert (status[:3], content, "Content-Type" in headers) == ("304", b"", False)


def test_a_body_without_a_length_is_refused_and_never_taken_for_empty(site):
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    status, _, content = call(site, "/forum/api/v1/auth/login", "POST", **environ)
    assert (status[:3], json.loads(content)["code"]) == ("411", "length_required")


def test_outside_the_root_path_there_is_a_problem_with_every_header(site):
    _, headers, content = call(site, "/api/v1/topics")
    problem = json.loads(content)
    assert problem["code"] == "not_found"
    assert problem["instance"] == "/api/v1/topics"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def seen_by(url):
    def inner(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        inner.seen = (environ["SCRIPT_NAME"], environ["PATH_INFO"])
        return [b""]

    return RootPath(inner, url), inner


def test_the_root_path_moves_from_the_path_to_the_script_name():
    application, inner = seen_by("http://127.0.0.1:8000/a/b")
    assert call(application, "/a/b/t/1")[0] == "200 OK"
    assert inner.seen == ("/a/b", "/t/1")


def test_a_root_path_in_chinese_is_compared_as_servers_decode_it():
    application, inner = seen_by("http://127.0.0.1:8000/%E8%AE%BA%E5%9D%9B")
    path = "/论坛".encode().decode("latin-1")
    assert call(application, path + "/t/1")[0] == "200 OK"
    assert inner.seen == (path, "/t/1")


def nothing(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


def test_files_of_the_client_are_immutable_and_packed_where_that_is_accepted(client_folder):
    application = Assets(nothing, client_folder)
    status, headers, content = call(application, "/assets/app-1.js")
    assert (status, content.decode()) == ("200 OK", SCRIPT)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Vary"] == "Accept-Encoding"
    _, headers, content = call(application, "/assets/app-1.js", HTTP_ACCEPT_ENCODING="br, gzip;q=0.8")
    assert (headers["Content-Encoding"], gzip.decompress(content).decode()) == ("gzip", SCRIPT)
    _, headers, _ = call(application, "/assets/app-1.js", HTTP_ACCEPT_ENCODING="gzip;q=0")
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize(
    "path", ["/assets/../secret.txt", "/assets//etc/passwd", "/assets/", "/assets/none.js", "/assets/\x00"]
)
def test_nothing_but_assets_is_served_from_the_clients_folder(client_folder, path):
    assert call(Assets(nothing, client_folder), path)[0] == "404 Not Found"


@contextmanager
def gunicorn(database_url, client_folder, root_path=""):
    port = free_port()
    environ = clean_environ(
        PARLEY_DATABASE_URL=database_url,
        PARLEY_SECRET_KEY=SECRET,
        PARLEY_URL=f"http://127.0.0.1:{port}{root_path}",
        PARLEY_FRONTEND=str(client_folder),
    )
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "api.wsgi:application"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environ, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                ask(f"{environ['PARLEY_URL']}/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield environ["PARLEY_URL"]
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.process
@pytest.mark.parametrize("root_path", ["", "/forum"])
def test_gunicorn_serves_api_pages_and_client(database_url, client_folder, root_path):
    with gunicorn(database_url, client_folder, root_path) as url:
        assert ask(f"{url}/readyz").status == 200
        assert json.loads(ask(f"{url}/api/v1/topics").body).keys() == {"items", "next", "previous"}
        page = ask(f"{url}/")
        assert page.status == 200
        assert f'src="{root_path}/assets/app-1.js"' in page.text
        assert ask(f"{url}/assets/app-1.js").text == SCRIPT
        chunked = ask(f"{url}/api/v1/auth/login", "POST", body=iter([b"{}"]))
        assert chunked.status in (411, 415, 422)


@pytest.mark.process
@pytest.mark.parametrize("root_path", ["", "/forum"])
def test_the_shipped_servers_serve_api_pages_and_client(
    app, database_url, client_folder, tmp_path, root_path
):
    environ = {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_FRONTEND": str(client_folder),
    }
    with serve(environ, tmp_path, root_path=root_path, events=True, contract=contract_of(app)) as stack:
        topics = stack.ask(f"{root_path}/api/v1/topics")
        assert json.loads(topics.body).keys() == {"items", "next", "previous"}
        assert topics.headers["Cache-Control"].startswith("public, max-age=1")
        again = stack.ask(f"{root_path}/api/v1/topics", headers={"If-None-Match": topics.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        page = stack.ask(f"{root_path}/")
        assert page.status == 200
        assert f'src="{root_path}/assets/app-1.js"' in page.text
        missing = stack.ask(f"{root_path}/t/999999999/none")
        assert missing.status == 404
        body = iter([b'{"login": "nobody", ', b'"password": "wrong wrong"}'])
        login = stack.ask(
            f"{root_path}/api/v1/auth/login", "POST", body=body, headers={"Content-Type": "application/json"}
        )
        assert (login.status, json.loads(login.body)["code"]) == (401, "invalid_credentials")
        assert stream_of(stack) == "ready"
        for answer in (topics, page, missing, login):
            assert len(answer.headers.get_all("X-Content-Type-Options")) == 1
            assert len(answer.headers.get_all("Content-Security-Policy")) == 1
            assert len(answer.headers.get_all("X-Request-Id")) == 1


def stream_of(stack):
    while "spawned uWSGI worker" not in (stack.folder / "events.log").read_text():
        assert stack.children["events"].is_running(), stack.log
    return first_event(f"{stack.url}/api/v1/events/stream")


def test_every_setting_is_on_the_page_for_operators():
    from dataclasses import fields

    from api.config import Settings

    page = (PROJECT / "docs" / "OPERATING.md").read_text()
    missing = [f.name for f in fields(Settings) if f"`PARLEY_{f.name.upper()}`" not in page]
    assert missing == []
