"""Each page address answers with the right status, title, language and canonical address."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from api.categories.models import MEMBERS
from api.core.db import transaction
from api.permissions.actor import Level
from api.text import names
from api.users.models import FORMER, User, Username
from tests.pages.conftest import URL
from tests.pages.pages import read

SHARED = "public, max-age=1, stale-while-revalidate=4"


@pytest.fixture
def author(client, world):
    """A member who opens topics."""
    return client.as_(world.member())


def topic_of(author, world, title="How do qubits 量子 work?", access=None, tags=()):
    """A topic opened over the API."""
    category = world.category(access) if access else world.category()
    body = {"title": title, "body": "One **post** of text.", "category": category, "tags": list(tags)}
    return author.post("/topics", body)


def test_a_topic_has_its_title_and_canonical_address(reader, author, world):
    topic = topic_of(author, world)
    path = f"/t/{topic['id']}/{quote(topic['slug'])}"
    page = read(answer := reader.request("GET", path, 200))
    assert page.title == "How do qubits 量子 work? · Parley"
    assert page.canonical == URL + path
    assert page.root == "/forum"
    assert page.script == "/forum/assets/boot.js"
    assert page.description.startswith("One post of text.")
    assert page.robots == ""
    assert answer.headers["Cache-Control"] == SHARED


@pytest.mark.parametrize("slug", ["", "/another", "/another?page=1&lang=en"])
def test_another_slug_is_moved_to_the_right_one_with_its_query(reader, author, world, slug):
    topic = topic_of(author, world)
    answer = reader.request("GET", f"/t/{topic['id']}{slug}", 301)
    _, mark, query = slug.partition("?")
    assert answer.headers["Location"] == f"/forum/t/{topic['id']}/{quote(topic['slug'])}{mark}{query}"
    assert answer.headers["Location"].isascii()


def test_later_pages_of_a_topic_exist_as_far_as_its_replies_reach(reader, author, world):
    topic = topic_of(author, world)
    path = f"/t/{topic['id']}/{quote(topic['slug'])}"
    reader.request("GET", f"{path}?page=2", 404)
    for number in range(31):
        author.post(f"/topics/{topic['id']}/replies", {"body": f"Reply {number}"})
    page = read(reader.request("GET", f"{path}?page=2", 200))
    assert page.title == "How do qubits 量子 work? · page 2 · Parley"
    assert page.canonical == f"{URL}{path}?page=2"
    reader.request("GET", f"{path}?page=3", 404)


@pytest.mark.parametrize("page", ["0", "-1", "abc", "", "1.0", "٣", "9" * 30])
def test_a_page_number_that_is_none_is_not_found(reader, author, world, page):
    topic = topic_of(author, world)
    reader.request("GET", f"/t/{topic['id']}/{quote(topic['slug'])}?page={quote(page)}", 404)


@pytest.mark.parametrize("number", ["0", "9007199254740992", "99999999999999999999999999", "999999999"])
def test_a_topic_that_never_was_is_not_found(reader, number):
    page = read(reader.request("GET", f"/t/{number}/slug", 404))
    assert page.title == "There is nothing here · Parley"
    assert page.robots == "noindex"


def test_what_a_visitor_may_not_see_looks_like_what_never_was(reader, author, world, client):
    hidden = topic_of(author, world, access={MEMBERS: Level.POST})
    author.get(f"/topics/{hidden['id']}", 200)
    withdrawn = topic_of(author, world)
    author.delete(f"/topics/{withdrawn['id']}")
    never = reader.request("GET", "/t/999999999/slug", 404)
    for topic in (hidden, withdrawn):
        answer = reader.request("GET", f"/t/{topic['id']}/{quote(topic['slug'])}", 404)
        assert answer.get_data() == never.get_data()
        wrong_slug = reader.request("GET", f"/t/{topic['id']}/x", 404)
        assert wrong_slug.get_data() == never.get_data()
    category = hidden["category"]["slug"]
    assert reader.request("GET", f"/c/{category}", 404).get_data() == never.get_data()


def test_a_credential_changes_nothing_on_a_page(reader, author, world):
    hidden = topic_of(author, world, access={MEMBERS: Level.POST})
    path = f"/t/{hidden['id']}/{quote(hidden['slug'])}"
    answer = reader.request("GET", path, 404, headers={"Authorization": f"Bearer {author.token}"})
    assert answer.headers["Cache-Control"] == SHARED


def test_a_category_has_its_name(reader, world):
    slug = world.category()
    page = read(reader.request("GET", f"/c/{slug}", 200))
    assert page.title == f"{slug} · Parley"
    assert page.canonical == f"{URL}/c/{slug}"


def test_a_renamed_category_is_moved(reader, client, world):
    slug, new = world.category(), world.name("renamed")
    client.as_(world.member("admin")).patch(f"/categories/{slug}", {"slug": new})
    assert reader.request("GET", f"/c/{slug}", 301).headers["Location"] == f"/forum/c/{new}"
    reader.request("GET", f"/c/{new}", 200)


def test_a_tag_is_found_however_it_is_spelt(reader, author, world):
    topic_of(author, world, tags=["c++"])
    page = read(reader.request("GET", "/tag/c%2B%2B", 200))
    assert page.title == "Topics tagged c++ · Parley"
    assert page.canonical == f"{URL}/tag/c%2B%2B"
    assert reader.request("GET", "/tag/C%2B%2B", 301).headers["Location"] == "/forum/tag/c%2B%2B"


@pytest.mark.parametrize("name", ["no-such-tag", "..", "a%20b", "%00"])
def test_a_tag_that_nobody_used_is_not_found(reader, name):
    reader.request("GET", f"/tag/{name}", 404)


def test_a_member_is_found_under_the_name_as_it_is_written(reader, world):
    person = world.member(username=world.name("Kai"))
    page = read(reader.request("GET", f"/u/{person.username}", 200))
    assert page.title == f"@{person.username} · Parley"
    moved = reader.request("GET", f"/u/{person.username.lower()}", 301)
    assert moved.headers["Location"] == f"/forum/u/{person.username}"


def test_a_former_name_is_moved_to_the_current_one(reader, app, world):
    person = world.member()
    former = world.name("former")
    with app.app_context(), transaction() as s:
        s.add(Username(key=names.key(former), shown=former, kind=FORMER, user_id=s.get(User, person.id).id))
    assert reader.request("GET", f"/u/{former}", 301).headers["Location"] == f"/forum/u/{person.username}"


@pytest.mark.parametrize(
    "path", ["/u/nobody-of-this-name", "/c/no-such-category", "/t/abc", "/c/%00", "/u/%00", "/x/y"]
)
def test_an_unknown_address_starts_the_client_with_404(reader, path):
    answer = reader.request("GET", path, 404)
    assert read(answer).script == "/forum/assets/boot.js"
    assert answer.headers["Cache-Control"] == SHARED


@pytest.mark.parametrize(
    ("path", "title", "robots"),
    [
        ("/", "Parley", ""),
        ("/search", "Search · Parley", "noindex"),
        ("/search?q=%E9%87%8F%E5%AD%90", "Search: 量子 · Parley", "noindex"),
        ("/signin", "Sign in · Parley", "noindex"),
        ("/signup", "Sign up · Parley", "noindex"),
        ("/confirm", "Confirm your address · Parley", "noindex"),
        ("/forgot", "Forgotten password · Parley", "noindex"),
        ("/reset", "New password · Parley", "noindex"),
        ("/settings", "Settings · Parley", "noindex"),
        ("/new", "New topic · Parley", "noindex"),
        ("/tags", "Tags · Parley", ""),
        ("/members", "Members · Parley", ""),
        ("/categories", "Categories · Parley", ""),
    ],
)
def test_a_screen_has_its_title(reader, path, title, robots):
    page = read(reader.request("GET", path, 200))
    assert (page.title, page.robots) == (title, robots)


def test_one_slash_too_many_is_taken_away(reader, world):
    slug = world.category()
    assert (
        reader.request("GET", f"/c/{slug}/?sort=new", 301).headers["Location"] == f"/forum/c/{slug}?sort=new"
    )
    reader.request("GET", "/x/", 404)


def test_a_redirect_never_leaves_the_forum(site):
    for path in ("//evil.example/", "//evil.example/t/1/", "/\\evil.example/"):
        answer = site.test_client().get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code == 404
        assert "Location" not in answer.headers


def test_titles_are_written_as_text(reader, author, world):
    topic = topic_of(author, world, title='</title><script>alert("%PARLEY_ROOT%")</script>')
    answer = reader.request("GET", f"/t/{topic['id']}/{quote(topic['slug'])}", 200)
    assert read(answer).title.startswith('</title><script>alert("%PARLEY_ROOT%")</script>')
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "alert" not in read(reader.request("GET", "/search?q=%3C/title%3E%3Cscript%3E", 200)).script


def test_the_client_reads_the_forums_name_whole(reader, site, monkeypatch):
    parley = site.extensions["parley"]
    named = replace(parley, settings=replace(parley.settings, name='Ink · "Paper" & Co'))
    monkeypatch.setitem(site.extensions, "parley", named)
    page = reader.request("GET", "/", 200).get_data(as_text=True)
    assert '<meta name="application-name" content="Ink · &quot;Paper&quot; &amp; Co">' in page
