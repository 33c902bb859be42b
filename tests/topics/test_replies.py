from concurrent.futures import ThreadPoolExecutor

import pytest

from api.topics.queries import posts as queries
from tests.client import Client
from tests.world import World


def test_replies_get_dense_numbers_and_name_what_they_answer(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    first = world.reply(author, topic, "one")
    second = world.reply(world.member(), topic, "two", reply_to=1)
    assert (first["number"], second["number"]) == (1, 2)
    assert (second["reply_to"], second["reply_to_id"]) == (1, first["id"])
    read = client.get(f"/topics/{topic['id']}")
    assert (read["reply_count"], read["last_number"]) == (2, 2)
    assert client.get(f"/topics/{topic['id']}/replies/2")["id"] == second["id"]
    assert client.get(f"/topics/{topic['id']}/replies/0")["id"] == topic["post"]["id"]
    client.refused("GET", f"/topics/{topic['id']}/replies/3", 404, "not_found")


def test_a_reply_to_nothing_is_refused(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    problem = world.client(author).refused(
        "POST", f"/topics/{topic['id']}/replies", 422, "invalid_input", json={"body": "x", "reply_to": 7}
    )
    assert problem["errors"][0]["pointer"] == "/reply_to"


def test_a_locked_topic_refuses_replies_but_not_those_of_moderators(client: Client, world: World) -> None:
    author, moderator = world.member(), world.member("moderator")
    topic = world.topic(author)
    path = f"/topics/{topic['id']}"
    world.client(author).refused("PUT", f"{path}/lock", 403, "moderators_only")
    client.refused("PUT", f"{path}/lock", 401, "unauthorized")
    locked = world.client(moderator).put(f"{path}/lock")
    assert locked["locked"] is True
    assert world.client(moderator).put(f"{path}/lock")["version"] == locked["version"]
    world.client(author).refused("POST", f"{path}/replies", 403, "topic_locked", json={"body": "x"})
    world.client(author).refused("PATCH", path, 403, "topic_locked", json={"title": "Other"})
    world.reply(moderator, topic, "the last word")
    assert world.client(moderator).delete(f"{path}/lock", 200)["locked"] is False
    world.reply(author, topic, "and one more")


def test_an_archived_category_takes_no_replies_and_no_topics(world: World) -> None:
    author, admin, category = world.member(), world.member("admin"), world.category()
    topic = world.topic(author, category)
    world.client(admin).patch(f"/categories/{category}", {"archived": True})
    path = f"/topics/{topic['id']}/replies"
    world.client(author).refused("POST", path, 403, "category_archived", json={"body": "x"})
    body = {"title": "A title", "body": "x", "category": category}
    world.client(author).refused("POST", "/topics", 403, "category_archived", json=body)
    assert world.client(author).get(f"/topics/{topic['id']}")["viewer"]["can"]["reply"] is False


def test_paging_walks_all_replies_in_both_directions(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    for i in range(7):
        world.reply(author, topic, f"reply {i}")
    path = f"/topics/{topic['id']}/replies"
    numbers, pages, url = [], [], f"{path}?limit=3"
    while url:
        response = client.request("GET", url, 200)
        page = response.get_json()
        pages.append(page)
        numbers += [p["number"] for p in page["items"]]
        assert ('rel="next"' in response.headers["Link"]) == (page["next"] is not None)
        url = f"{path}?limit=3&cursor={page['next']}" if page["next"] else ""
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    back = client.get(f"{path}?limit=3&cursor={pages[2]['previous']}")
    assert [p["number"] for p in back["items"]] == [4, 5, 6]
    assert pages[0]["previous"] is None
    assert [p["number"] for p in client.get(f"{path}?from=5")["items"]] == [5, 6, 7]
    assert [p["number"] for p in client.get(f"{path}?sort=new&limit=2")["items"]] == [7, 6]


def test_cursors_lead_both_ways_from_a_number(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    for i in range(7):
        world.reply(author, topic, f"reply {i}")
    path = f"/topics/{topic['id']}/replies?limit=2"
    entered = client.get(f"{path}&from=4")
    assert [p["number"] for p in entered["items"]] == [4, 5]
    for start in ("", "&from=4"):
        after, before = (client.get(f"{path}{start}&cursor={entered[side]}") for side in ("next", "previous"))
        assert [p["number"] for p in after["items"]] == [6, 7]
        assert [p["number"] for p in before["items"]] == [2, 3]


def test_from_belongs_to_the_order_of_numbers(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    client.refused("GET", f"/topics/{topic['id']}/replies?from=2&sort=top", 422, "invalid_input")


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "a" * 400, "====", "null"])
def test_a_forged_cursor_is_refused(client: Client, world: World, cursor: str) -> None:
    topic = world.topic(world.member())
    client.refused("GET", f"/topics/{topic['id']}/replies?cursor={cursor}", 400, "invalid_cursor")


def test_a_cursor_of_another_list_is_refused(client: Client, world: World) -> None:
    author = world.member()
    topic, other = world.topic(author), world.topic(author)
    for _ in range(2):
        world.reply(author, topic)
    cursor = client.get(f"/topics/{topic['id']}/replies?limit=1")["next"]
    client.refused("GET", f"/topics/{other['id']}/replies?limit=1&cursor={cursor}", 400, "invalid_cursor")
    client.refused(
        "GET", f"/topics/{topic['id']}/replies?limit=1&sort=new&cursor={cursor}", 400, "invalid_cursor"
    )


def test_sixteen_writers_at_once_get_dense_numbers_and_right_counters(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    writers = [world.member() for _ in range(16)]

    def write(writer) -> list[int]:
        return [world.reply(writer, topic, f"reply {i}")["number"] for i in range(3)]

    with ThreadPoolExecutor(16) as pool:
        numbers = sorted(n for written in pool.map(write, writers) for n in written)
    assert numbers == list(range(1, 49))
    read = client.get(f"/topics/{topic['id']}")
    assert (read["reply_count"], read["last_number"]) == (48, 48)
    world.fold_counters()
    assert client.get(f"/categories/{topic['category']['slug']}")["reply_count"] == 48
    assert client.get(f"/users/{writers[0].username}")["reply_count"] == 3


def test_the_outline_shows_every_reply_with_its_score(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    posts = [world.reply(author, topic) for _ in range(3)]
    world.client(world.member()).put(f"/posts/{posts[1]['id']}/vote", {"value": 1})
    world.client(author).put(f"/topics/{topic['id']}/answer", {"number": 2})
    outline = client.get(f"/topics/{topic['id']}/outline")
    assert outline["bin"] == 1
    assert [(i["number"], i["score"], i["answer"]) for i in outline["items"]] == [
        (1, 0, False), (2, 1, True), (3, 0, False),
    ]  # fmt: skip


def test_one_bin_of_the_outline_holds_the_answer_also_beside_deleted_replies(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "OUTLINE_MAX", 2)
    author = world.member()
    topic = world.topic(author)
    posts = [world.reply(author, topic) for _ in range(4)]
    caller = world.client(author)
    caller.delete(f"/posts/{posts[0]['id']}")
    caller.put(f"/topics/{topic['id']}/answer", {"number": 3})
    outline = client.get(f"/topics/{topic['id']}/outline")
    assert outline["bin"] == 2
    assert [(i["number"], i["answer"]) for i in outline["items"]] == [(2, False), (3, True)]


def test_a_reply_is_edited_by_its_author_under_if_match(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    post = world.reply(author, topic, "befor")
    caller, path = world.client(author), f"/posts/{post['id']}"
    edited = caller.patch(path, {"body": "before"}, headers={"If-Match": '"1"'})
    assert (edited["revision"], edited["version"], edited["body"]) == (2, 2, "before")
    caller.refused("PATCH", path, 412, "version_mismatch", json={"body": "x"}, headers={"If-Match": '"1"'})
    world.client(world.member()).refused("PATCH", path, 403, "not_yours", json={"body": "x"})
    client.refused("PATCH", path, 401, "unauthorized", json={"body": "x"})
    assert client.get(f"{path}?include=body")["body"] == "before"


def test_editing_the_opening_post_moves_the_topics_version_too(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    caller = world.client(author)
    caller.patch(f"/posts/{topic['post']['id']}", {"body": "other"}, headers={"If-Match": '"1"'})
    after = caller.get(f"/topics/{topic['id']}")
    assert (after["version"], after["post"]["version"], after["post"]["body"]) == (2, 2, "other")


def test_changing_nothing_wants_the_right_and_the_version_all_the_same(world: World) -> None:
    author = world.member()
    post = world.reply(author, world.topic(world.member()))
    path = f"/posts/{post['id']}"
    assert world.client(author).patch(path, {})["version"] == post["version"]
    world.client(author).refused("PATCH", path, 412, "version_mismatch", json={}, headers={"If-Match": '"9"'})
    world.client(world.member()).refused("PATCH", path, 403, "not_yours", json={})
