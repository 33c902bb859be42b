import pytest
from flask import Flask
from sqlalchemy import delete

from api.core import outbox
from api.core.db import transaction
from api.core.models import Setting
from tests.client import Client
from tests.world import World


def settled(app: Flask) -> None:
    """Wait until no older transaction holds the log back."""
    while True:
        with app.app_context(), transaction() as s:
            if not outbox.unsettled(s):
                return


def test_the_feed_tells_what_happened_in_order(app: Flask, client: Client, world: World) -> None:
    settled(app)
    start = client.get("/events?after=latest")
    assert start["items"] == []
    assert start["next"] is None
    author = world.member()
    topic = world.topic(author)
    post = world.reply(author, topic)
    world.client(author).delete(f"/posts/{post['id']}")
    settled(app)
    feed = client.get(f"/events?after={start['resume']}")
    mine = [e for e in feed["items"] if e["topic_id"] == topic["id"]]
    assert [(e["type"], e["number"]) for e in mine] == [
        ("topic.opened", 0), ("post.created", 1), ("post.removed", 1),
    ]  # fmt: skip
    assert mine[0]["actor"] == author.username
    assert mine[0]["category"] == topic["category"]["slug"]
    one = client.get(f"/events?after={start['resume']}&limit=1")
    again = client.get(f"/events?after={one['next']}&limit=1")
    assert [one["items"][0]["id"], again["items"][0]["id"]] == [e["id"] for e in feed["items"][:2]]


def test_events_of_what_one_cannot_see_are_not_told(app: Flask, client: Client, world: World) -> None:
    settled(app)
    start = client.get("/events?after=latest")["resume"]
    moderator = world.member("moderator")
    topic = world.topic(moderator, world.category(access={3: 4}))
    settled(app)

    def told(caller: Client) -> set[int]:
        return {e["topic_id"] for e in caller.get(f"/events?after={start}")["items"]}

    assert topic["id"] in told(world.client(moderator))
    assert topic["id"] not in told(world.client(world.member()))
    assert topic["id"] not in told(client)


@pytest.mark.parametrize("after", ["x", "1", "deadbeef", "00000000-1-x", "null"])
def test_what_was_never_a_cursor_is_refused(client: Client, after: str) -> None:
    client.refused("GET", f"/events?after={after}", 400, "invalid_cursor")


def test_a_cursor_of_another_epoch_says_where_to_go_on(client: Client) -> None:
    problem = client.refused("GET", "/events?after=00000000-1-1", 410, "cursor_reset")
    client.get(f"/events?after={problem['params']['resume']}")


def test_the_first_refusal_of_a_log_names_a_place_that_stays(app: Flask, client: Client) -> None:
    with app.app_context(), transaction() as s:
        s.execute(delete(Setting).where(Setting.key == outbox.EPOCH))
    problem = client.refused("GET", "/events?after=00000000-1-1", 410, "cursor_reset")
    client.get(f"/events?after={problem['params']['resume']}")


def test_an_ordinary_worker_has_no_stream(client: Client) -> None:
    client.refused("GET", "/events/stream", 501, "stream_unavailable")


def test_nobody_is_told_who_voted(app: Flask, client: Client, world: World) -> None:
    settled(app)
    start = client.get("/events?after=latest")["resume"]
    topic = world.topic(world.member())
    world.client(world.member()).put(f"/posts/{topic['post']['id']}/vote", {"value": -1})
    settled(app)
    events = client.get(f"/events?after={start}")["items"]
    assert [e["actor"] for e in events if e["type"] == "post.voted"] == [None]


def test_what_happens_in_a_hidden_topic_is_told_to_its_moderators_only(
    app: Flask, client: Client, world: World
) -> None:
    author, moderator = world.member(), world.member("moderator")
    staff = world.client(moderator)
    topic = world.topic(author, world.category(access={1: 1, 2: 3, 3: 4}))
    post = world.reply(author, topic)
    settled(app)
    start = client.get("/events?after=latest")["resume"]
    staff.delete(f"/topics/{topic['id']}")
    staff.delete(f"/posts/{post['id']}")
    staff.put(f"/topics/{topic['id']}/lock")
    settled(app)

    def told(caller: Client) -> list[str]:
        items = caller.get(f"/events?after={start}")["items"]
        return [e["type"] for e in items if e["topic_id"] == topic["id"]]

    assert told(client) == told(world.client(author)) == ["topic.removed"]
    assert told(staff) == ["topic.removed", "post.removed", "topic.locked"]


def test_moderators_hear_nothing_of_categories_that_do_not_exist_for_them(app: Flask, world: World) -> None:
    admin, moderator = world.member("admin"), world.client(world.member("moderator"))
    topic = world.topic(admin, world.category(access={4: 4}))
    settled(app)
    start = moderator.get("/events?after=latest")["resume"]
    caller = world.client(admin)
    caller.delete(f"/topics/{topic['id']}")
    caller.put(f"/topics/{topic['id']}/lock")
    settled(app)
    assert [e for e in moderator.get(f"/events?after={start}")["items"] if e["topic_id"] == topic["id"]] == []
    assert len(caller.get(f"/events?after={start}")["items"]) == 2


def test_a_moved_topics_events_name_the_version_it_has_now(app: Flask, client: Client, world: World) -> None:
    settled(app)
    start = client.get("/events?after=latest")["resume"]
    author = world.member()
    topic = world.topic(author)
    moved = world.client(author).patch(f"/topics/{topic['id']}", {"category": world.category()})
    settled(app)
    events = [e for e in client.get(f"/events?after={start}")["items"] if e["topic_id"] == topic["id"]]
    assert [(e["type"], e["version"]) for e in events] == [
        ("topic.opened", 1), ("topic.removed", moved["version"]), ("topic.moved", moved["version"]),
    ]  # fmt: skip
