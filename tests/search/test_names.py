"""Members and tags by the beginning of their names."""

import pytest

from api.core.clock import now
from api.core.db import transaction
from api.users.actions import create_user
from tests.search.conftest import Shelf
from tests.world import World


@pytest.fixture
def people(world: World) -> dict[str, str]:
    """Members of this test's own: stem and full names."""
    stem = world.name("finder").replace("-", "")
    names = {"stem": stem, "ann": f"{stem}_ann", "bob": f"{stem}_bob", "li": f"{stem}-李雷"}
    with world.app.app_context(), transaction() as s:
        for name in ("ann", "bob", "li"):
            create_user(s, username=names[name], display_name=f"{stem[::-1]} Shown {name}", now=now())
    return names


def _names(client, q: str, **more) -> list[str]:
    page = client.get("/search", query_string={"q": q, "type": "users", **more})
    assert all(hit["type"] == "user" and hit["topic"] is None and hit["tag"] is None for hit in page["items"])
    return [hit["user"]["username"] for hit in page["items"]]


def test_members_are_found_by_the_beginning_of_their_name(client, people) -> None:
    assert set(_names(client, people["stem"])) == {people["ann"], people["bob"], people["li"]}
    assert _names(client, people["ann"]) == [people["ann"]]
    assert _names(client, "@" + people["ann"].upper()) == [people["ann"]]
    assert _names(client, f"{people['stem']}-李") == [people["li"]]
    assert _names(client, f"{people['stem']} bob") == [people["bob"]]
    assert _names(client, people["stem"] + "zzz") == []


def test_members_are_found_by_their_display_name(client, people) -> None:
    shown = people["stem"][::-1]
    assert set(_names(client, shown)) == {people["ann"], people["bob"], people["li"]}
    assert _names(client, f"{shown}  SHOWN b") == [people["bob"]]


def test_a_changed_display_name_is_found(client, world: World) -> None:
    member = world.member()
    new = world.name("Herr Anders")
    client.as_(member).patch("/users/me", {"display_name": new})
    assert _names(client, new.lower()) == [member.username]


def test_members_are_paged(client, people) -> None:
    whole = _names(client, people["stem"])
    first = client.get("/search", query_string={"q": people["stem"], "type": "users", "limit": 2})
    second = client.get(
        "/search", query_string={"q": people["stem"], "type": "users", "limit": 2, "cursor": first["next"]}
    )
    assert [hit["user"]["username"] for page in (first, second) for hit in page["items"]] == whole
    assert second["next"] is None
    back = client.get(
        "/search",
        query_string={"q": people["stem"], "type": "users", "limit": 2, "cursor": second["previous"]},
    )
    assert [hit["user"]["username"] for hit in back["items"]] == whole[:2]


def test_signs_of_patterns_are_only_signs(client, people) -> None:
    for q in ("%", "_", "\\", people["stem"][:3] + "%"):
        assert people["ann"] not in _names(client, q)


def test_the_matching_part_of_a_name_is_marked(client, people) -> None:
    [hit] = client.get("/search", query_string={"q": people["ann"][:-2], "type": "users"})["items"]
    assert hit["highlight"] == f"<mark>{people['ann'][:-2]}</mark>nn"
    assert hit["title_highlight"] is None


def test_tags_are_found_by_the_beginning_of_their_name(shelf: Shelf, client, world: World) -> None:
    stem = world.name("label")
    with_two = shelf.topic("One", "text", tags=(f"{stem}-two",))
    shelf.topic("Two", "text", tags=(f"{stem}-two",))
    shelf.topic("Three", "text", tags=(f"{stem}-one",))
    _fold(world)
    found = client.get("/search", query_string={"q": f"#{stem.upper()}", "type": "tags"})["items"]
    assert [hit["tag"]["name"] for hit in found] == [f"{stem}-two", f"{stem}-one"]
    assert found[0]["highlight"] == f"<mark>{stem}</mark>-two"
    assert with_two.topic_id


def _fold(world: World) -> None:
    from api.core import counters

    with world.app.app_context(), transaction() as s:
        counters.fold(s)


@pytest.mark.parametrize("type_", ["users", "tags"])
def test_filters_of_posts_are_refused_for_names(client, type_: str) -> None:
    query = {"q": "someone", "type": type_, "answered": "true", "sort": "new", "tag": "x"}
    problem = client.refused("GET", "/search", 422, "invalid_input", query_string=query)
    assert {(e["name"], e["code"]) for e in problem["errors"]} == {
        ("answered", "not_applicable"),
        ("sort", "not_applicable"),
        ("tag", "not_applicable"),
    }
