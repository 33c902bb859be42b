"""The document and its pages, served by this forum alone."""

import gzip
import html
import re
from html.parser import HTMLParser

import orjson
import pytest

from api.app import create_app
from api.core import problems
from tests.client import Client
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def below(database_url, data_folder):
    """A forum below a path."""
    app = create_app(settings_for(database_url, data_folder, PARLEY_URL="http://127.0.0.1:8000/forum"))
    yield Client(app, base="/api")
    app.extensions["parley"].database.engine.dispose()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        if "id" in values:
            assert values["id"] not in self.ids, f"id {values['id']} twice"
            self.ids.add(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        elif tag in ("link", "script", "img"):
            self.sources.append(values.get("href") or values.get("src"))
        assert not [name for name in values if name.startswith("on") or name == "style"]


def links_of(answer) -> _Links:
    found = _Links()
    found.feed(answer.get_data(as_text=True))
    return found


def test_the_document_names_this_server(below):
    document = orjson.loads((answer := below.request("GET", "/v1/openapi.json", 200)).get_data())
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://127.0.0.1:8000/forum"}]
    assert answer.mimetype == "application/json"
    below.request("GET", "/v1/openapi.json", 304, headers={"If-None-Match": answer.headers["ETag"]})


def test_the_document_is_compressed_for_those_who_accept_it(below):
    answer = below.request("GET", "/v1/openapi.json", 200, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.get_data()) == below.request("GET", "/v1/openapi.json", 200).get_data()


def test_the_reference_shows_every_operation_and_every_schema(below):
    document = orjson.loads(below.request("GET", "/v1/openapi.json", 200).get_data())
    page = links_of(below.request("GET", "/docs/reference", 200))
    operations = {
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert operations <= page.ids
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= page.ids


def test_the_reference_shows_what_was_really_sent_and_answered(below):
    page = html.unescape(below.request("GET", "/docs/reference", 200).get_data(as_text=True))
    assert '"title": "nginx answers 502 although uWSGI runs"' in page
    assert "403 <code>topic_locked</code> as it was answered" in page
    assert """-d '{"login": "小明", "password": "four loud waterfalls"}'""" not in page
    assert """-d '{"login": "小明", "password": "three quiet rivers"}'""" in page


def test_links_inside_the_reference_lead_somewhere(below):
    page = links_of(below.request("GET", "/docs/reference", 200))
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    for link in {link for link in page.links if not link.startswith("#")} - {"/forum/"}:
        below.request("GET", link.removeprefix("/forum/api"), 200)


def test_the_pages_load_nothing_from_elsewhere_and_run_nothing(below):
    for path in ("/docs", "/docs/sign-in", "/docs/reference", "/problems", "/problems/not_found"):
        answer = below.request("GET", path, 200)
        page = links_of(answer)
        assert {source.partition("?")[0] for source in page.sources} <= {
            "/forum/api/docs/reference.css",
            f"/forum/api{path}",
        }
        assert "script" not in page.tags
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    style = below.request("GET", "/docs/reference.css", 200)
    assert style.mimetype == "text/css"
    assert not re.search(r"@import|https?:|url\(", style.get_data(as_text=True))


def test_each_problem_has_its_page(below):
    for code, title in problems.TITLES.items():
        answer = below.request("GET", f"/problems/{code}", 200)
        page = answer.get_data(as_text=True)
        assert f"<code>{code}</code>" in page
        assert title.replace("'", "&#39;") in page


def test_a_problem_that_is_none_has_no_page(below):
    assert orjson.loads(below.request("GET", "/problems/no_such_code", 404).get_data())["code"] == "not_found"


def test_a_refusal_names_a_page_that_exists(client):
    problem = client.refused("GET", "/nowhere", 404, "not_found")
    path = problem["type"].removeprefix("http://127.0.0.1:8000")
    Client(client.app, base="").request("GET", path, 200)
