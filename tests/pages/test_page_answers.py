"""What page answers have in common: language, caching, policy, methods, and what is said without a client."""

import gzip

import pytest
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.categories import queries
from tests.client import Client
from tests.conftest import settings_for
from tests.pages.conftest import INDEX
from tests.pages.pages import read


@pytest.mark.parametrize(
    ("query", "accepted", "lang", "title"),
    [
        ("", "", "en", "Tags · Parley"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "标签 · Parley"),
        ("", "zh-TW", "zh-Hans", "标签 · Parley"),
        ("", "en;q=0.5,zh;q=0.9", "zh-Hans", "标签 · Parley"),
        ("", "fr, de;q=0.5", "en", "Tags · Parley"),
        ("", "fr, zh;q=0.5", "zh-Hans", "标签 · Parley"),
        ("", "*", "en", "Tags · Parley"),
        ("", "\xff;q=x,,;", "en", "Tags · Parley"),
        ("?lang=zh-Hans", "en", "zh-Hans", "标签 · Parley"),
        ("?lang=en", "zh", "en", "Tags · Parley"),
        ("?lang=tlh", "zh", "zh-Hans", "标签 · Parley"),
    ],
)
def test_the_language_is_asked_for_or_preferred(reader, query, accepted, lang, title):
    answer = reader.request("GET", f"/tags{query}", 200, headers={"Accept-Language": accepted})
    page = read(answer)
    assert (page.lang, page.title) == (lang, title)
    assert answer.headers["Content-Language"] == lang
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_page_allows_nothing_inline(reader):
    for path, status in (("/", 200), ("/nowhere", 404)):
        policy = reader.request("GET", path, status).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_an_unchanged_page_is_not_sent_again(reader):
    first = reader.request("GET", "/tags", 200)
    again = reader.request("GET", "/tags", 304, headers={"If-None-Match": first.headers["ETag"]})
    assert again.get_data() == b""
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    reader.request("GET", "/tags", 200, headers={"If-None-Match": '"other"'})
    other_language = reader.request(
        "GET", "/tags?lang=zh-Hans", 200, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert other_language.headers["ETag"] != first.headers["ETag"]


def test_a_large_page_is_compressed_for_those_who_accept_it(site, reader, dist):
    index = dist / "index.html"
    try:
        index.write_text(INDEX.replace("<body>", f"<body><!--{'x' * 2000}-->"), encoding="utf-8")
        answer = reader.request("GET", "/", 200, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        plain = reader.request("GET", "/", 200)
        assert gzip.decompress(answer.get_data()) == plain.get_data()
        assert answer.headers["ETag"] != plain.headers["ETag"]
        reader.request("GET", "/", 304, headers={"If-None-Match": answer.headers["ETag"]})
    finally:
        index.write_text(INDEX, encoding="utf-8")


def test_a_new_build_is_served_without_a_restart(reader, dist):
    index = dist / "index.html"
    reader.request("GET", "/", 200)
    try:
        index.write_text(INDEX.replace("boot.js", "boot-2.js"), encoding="utf-8")
        assert read(reader.request("GET", "/", 200)).script == "/forum/assets/boot-2.js"
    finally:
        index.write_text(INDEX, encoding="utf-8")


def test_head_answers_like_get_without_a_body(reader):
    answer = reader.request("HEAD", "/", 200)
    assert answer.get_data() == b""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_take_nothing(reader, method):
    problem = reader.refused(method, "/tags", 405, "method_not_allowed")
    assert problem["status"] == 405
    assert "GET" in reader.request(method, "/tags", 405).headers["Allow"]
    reader.refused(method, "/nowhere", 404, "not_found")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/assets/gone.js", "/uploads/1"])
def test_programs_get_a_problem_where_nothing_is(reader, path):
    problem = reader.refused("GET", path, 404, "not_found")
    assert problem["type"].endswith("/forum/api/problems/not_found")


def test_a_database_that_is_away_still_starts_the_client(reader, monkeypatch):
    def away(*_arguments):
        raise OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr(queries, "with_levels", away)
    answer = reader.request("GET", "/c/anything", 503)
    assert read(answer).title == "Away for a moment · Parley"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Retry-After"]) > 0
    reader.request("GET", "/signin", 200)


def test_robots_are_kept_from_data_and_empty_screens(reader):
    lines = reader.request("GET", "/robots.txt", 200).get_data(as_text=True).splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /forum/api/v1/" in lines
    assert "Disallow: /forum/signin" in lines


def test_without_a_built_client_a_page_says_how_to_build_it(database_url, data_folder, tmp_path):
    settings = settings_for(
        database_url, data_folder, PARLEY_FRONTEND=str(tmp_path / "none"), PARLEY_NAME="<b>Ours</b>"
    )
    bare = create_app(settings)
    answer = Client(bare, base="").request("GET", "/", 503)
    page = answer.get_data(as_text=True)
    assert "npm run build" in page
    assert "<b>Ours" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    bare.extensions["parley"].database.engine.dispose()
