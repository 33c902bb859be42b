"""The guide at /api/docs: two languages, links that lead somewhere, and HTTP as everywhere."""

import gzip
import re
from html import unescape

import pytest

from api.app import create_app
from api.guide.contents import CHAPTERS, LANGUAGES
from api.guide.words import WORDS
from tests.client import Client
from tests.conftest import settings_for
from tests.guide.running import steps_of

ROOT = "/forum"


@pytest.fixture(scope="module")
def below(database_url, data_folder):
    """A forum below a path."""
    app = create_app(settings_for(database_url, data_folder, PARLEY_URL=f"http://127.0.0.1:8000{ROOT}"))
    yield Client(app, base="")
    app.extensions["parley"].database.engine.dispose()


def page(caller: Client, path: str, **headers: str) -> str:
    return caller.request("GET", path, 200, headers=headers).get_data(as_text=True)


def hrefs(text: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', text)]


def test_the_front_page_leads_to_every_chapter_and_to_the_reference(below):
    links = hrefs(page(below, "/api/docs"))
    assert {f"{ROOT}/api/docs/{chapter}" for chapter in CHAPTERS} <= set(links)
    assert {f"{ROOT}/api/docs/reference", f"{ROOT}/api/problems", f"{ROOT}/api/v1/openapi.json"} <= set(links)


def test_the_front_page_names_this_forums_own_address(below):
    assert f"http://127.0.0.1:8000{ROOT}/api/v1</code>" in page(below, "/api/docs")


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_shows_all_its_commands_in_its_language(client, chapter, language):
    answer = Client(client.app, base="").request("GET", f"/api/docs/{chapter}?lang={language}", 200)
    text = unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))
    assert answer.headers["Content-Language"] == language
    assert WORDS[language]["guide"] in text
    for step in steps_of(language, chapter):
        assert step.command in text
        assert step.answer in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_guide_leads_somewhere(below, language):
    pages = {
        path: page(below, f"{path}?lang={language}")
        for path in ("/api/docs", *(f"/api/docs/{c}" for c in CHAPTERS))
    }
    for path, text in pages.items():
        for href in hrefs(text):
            target, _, fragment = href.partition("#")
            if "://" in target or target == f"{ROOT}/":
                continue
            shown = text if not target else page(below, target.removeprefix(ROOT))
            assert not fragment or f'id="{fragment}"' in shown, (path, href)


def test_sections_have_the_same_addresses_in_both_languages(client):
    caller = Client(client.app, base="")
    for chapter in CHAPTERS:
        english, chinese = (
            re.findall(r'<h2 id="([^"]+)"', page(caller, f"/api/docs/{chapter}?lang={language}"))
            for language in LANGUAGES
        )
        assert english == chinese
        assert english


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "en-GB", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "fr", "en"),
        ("?lang=zh-Hans", "en", "zh-Hans"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=klingon", "zh-CN", "zh-Hans"),
    ],
)
def test_the_address_decides_the_language_and_then_the_browser(client, query, accepted, language):
    caller = Client(client.app, base="")
    answer = caller.request("GET", f"/api/docs{query}", 200, headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.get_data(as_text=True)
    assert "Accept-Language" in answer.headers["Vary"]


def test_links_keep_a_language_that_was_asked_for(client):
    caller = Client(client.app, base="")
    assert "/api/docs/paging?lang=zh-Hans" in hrefs(page(caller, "/api/docs?lang=zh-Hans"))
    assert "/api/docs/paging" in hrefs(page(caller, "/api/docs", **{"Accept-Language": "zh-CN"}))


def test_each_page_leads_to_itself_in_the_other_language(client):
    caller = Client(client.app, base="")
    for path in ("/api/docs", "/api/docs/limits"):
        links = hrefs(page(caller, path))
        assert {f"{path}?lang={language}" for language in LANGUAGES} <= set(links)


def test_a_chapter_that_was_read_before_is_not_sent_again(client):
    caller = Client(client.app, base="")
    answer = caller.request("GET", "/api/docs/errors", 200)
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    again = caller.request("GET", "/api/docs/errors", 304, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.get_data() == b""
    assert "Accept-Language" in again.headers["Vary"]
    other = {"If-None-Match": answer.headers["ETag"], "Accept-Language": "zh"}
    caller.request("GET", "/api/docs/errors", 200, headers=other)


def test_a_chapter_is_compressed_for_those_who_accept_it(client):
    caller = Client(client.app, base="")
    answer = caller.request("GET", "/api/docs/errors", 200, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.get_data()) == caller.request("GET", "/api/docs/errors", 200).get_data()


def test_the_head_of_a_chapter_has_no_body(client):
    assert Client(client.app, base="").request("HEAD", "/api/docs/errors", 200).get_data() == b""


@pytest.mark.parametrize("name", ["nothing", "first-steps.md", "..", "en"])
def test_a_chapter_that_is_none_is_not_found(client, name):
    Client(client.app, base="").refused("GET", f"/api/docs/{name}", 404, "not_found")


def test_a_page_of_the_guide_is_guarded_like_every_other(client):
    headers = Client(client.app, base="").request("GET", "/api/docs/events", 200).headers
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
