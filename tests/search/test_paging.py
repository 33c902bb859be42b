"""Pages of hits: nothing twice, nothing missed, back and forth, at a fixed price."""

import datetime as dt

import pytest

from tests.search.conftest import Shelf, counted

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def _filled(shelf: Shelf, n: int) -> list[int]:
    return [
        shelf.topic(
            f"Stone {i}", "a pebble" if i % 3 else "pebble stone", at=START + dt.timedelta(hours=i)
        ).post_id
        for i in range(n)
    ]


@pytest.mark.parametrize("type_", ["posts", "topics"])
@pytest.mark.parametrize("sort", ["relevance", "new"])
@pytest.mark.parametrize("q", ["pebble", '"a pebble"', "stone pebble", "in:title stone"])
def test_pages_follow_each_other_without_gaps_or_repeats(shelf: Shelf, q: str, sort: str, type_: str) -> None:
    _filled(shelf, 11)
    whole = [hit["topic"]["id"] for hit in shelf.page(q, sort=sort, type=type_)["items"]]
    pages, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = shelf.page(q, sort=sort, type=type_, limit=3, **more)
        pages.append([hit["topic"]["id"] for hit in page["items"]])
        cursor = page["next"]
        if cursor is None:
            break
    assert [topic_id for page_ids in pages for topic_id in page_ids] == whole
    back = shelf.page(q, sort=sort, type=type_, limit=3, cursor=page["previous"])
    assert [hit["topic"]["id"] for hit in back["items"]] == pages[-2]


def test_newest_first_is_by_time_and_misses_no_title(shelf: Shelf) -> None:
    ids = _filled(shelf, 7)
    assert shelf.find("pebble", sort="new") == ids[::-1]
    assert shelf.find("stone", sort="new", limit=2) == ids[::-1][:2]


def test_what_is_written_between_two_pages_does_not_disturb_them(shelf: Shelf) -> None:
    ids = _filled(shelf, 6)
    first = shelf.page("pebble", limit=3)
    shelf.topic("Pebble pebble", "pebble")
    second = shelf.page("pebble", limit=3, cursor=first["next"])
    found = [hit["post"]["id"] for page in (first, second) for hit in page["items"]]
    assert sorted(found) == ids
    assert second["next"] is None


def test_the_link_header_leads_to_the_next_page(shelf: Shelf) -> None:
    _filled(shelf, 3)
    query = {"q": "pebble", "category": shelf.category, "limit": 2}
    response = shelf.client.request("GET", "/search", 200, query_string=query)
    assert 'rel="next"' in response.headers["Link"]


def test_a_cursor_belongs_to_its_own_search(shelf: Shelf) -> None:
    _filled(shelf, 3)
    cursor = shelf.page("pebble", limit=1)["next"]
    same = {"q": "pebble", "category": shelf.category, "limit": 1, "cursor": cursor}
    shelf.client.get("/search", query_string=same)
    for other in ({"q": "stone"}, {"sort": "new"}, {"type": "topics"}, {"answered": "true"}):
        shelf.client.refused("GET", "/search", 400, "invalid_cursor", query_string={**same, **other})


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "量子", "=" * 50, "e30", "A" * 2000])
def test_forged_cursors_are_refused(client, cursor: str) -> None:
    for type_ in ("posts", "topics", "users", "tags"):
        query = {"q": "pebble", "type": type_, "cursor": cursor}
        client.refused("GET", "/search", 400, "invalid_cursor", query_string=query)


@pytest.mark.parametrize("q", ["pebble", "stone pebble", '"a pebble"', "pebble -nothing tag:geology"])
@pytest.mark.parametrize("type_", ["posts", "topics"])
def test_the_number_of_statements_does_not_grow_with_the_hits(shelf: Shelf, app, q: str, type_: str) -> None:
    def ask(limit: int) -> tuple[int, int]:
        with counted(app) as statements:
            found = shelf.page(q, type=type_, limit=limit)["items"]
        return len(found), len(statements)

    for i in range(20):
        author = shelf.world.member() if i < 5 else None
        shelf.topic(f"Stone {i}", "a pebble", tags=("geology",), author=author)
    one, twenty = ask(1), ask(20)
    assert (one[0], twenty[0]) == (1, 20)
    assert one[1] == twenty[1] <= 14


def test_more_than_a_thousand_matches_are_said_to_be_so(shelf: Shelf, monkeypatch) -> None:
    _filled(shelf, 5)
    assert shelf.page("pebble")["truncated"] is False
    monkeypatch.setattr("api.search.queries.posts.MOST", 4)
    page = shelf.page("pebble")
    assert page["truncated"] is True
    assert len(page["items"]) == 4 or len(page["items"]) == 5
    assert shelf.page("pebble", sort="new")["truncated"] is False


def test_phrases_are_looked_for_beyond_the_matches_of_one_window(shelf: Shelf, monkeypatch) -> None:
    whole = shelf.topic("Old", "blue whale", at=START)
    for i in range(9):
        shelf.topic(f"New {i}", "whale, blue", at=START + dt.timedelta(hours=1 + i))
    monkeypatch.setattr("api.search.queries.posts.MOST", 4)
    found, cursor = [], ""
    for _ in range(4):
        more = {"cursor": cursor} if cursor else {}
        page = shelf.page('"blue whale"', sort="new", limit=4, **more)
        found += [hit["post"]["id"] for hit in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert cursor is None
    assert found == [whole.post_id]
