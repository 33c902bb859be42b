from flask import Flask
from sqlalchemy import update

from api.core.db import transaction
from api.topics.models import BY_AUTHOR, HELD, Post, Topic
from tests.client import Client
from tests.world import World


def test_a_deleted_topic_is_gone_for_readers_and_restored_by_its_author(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    caller, path = world.client(author), f"/topics/{topic['id']}"
    caller.delete(f"{path}?reason=duplicate&note=see%20above")
    client.refused("GET", path, 404, "not_found")
    client.refused("GET", f"{path}/replies", 404, "not_found")
    client.refused("GET", f"/posts/{topic['post']['id']}", 404, "not_found")
    mine = caller.get(path)
    assert mine["state"] == "deleted"
    assert mine["viewer"]["can"]["restore"] is True
    assert mine["viewer"]["can"]["reply"] is False
    caller.refused("DELETE", path, 409, "already_deleted")
    assert caller.post(f"{path}/restore", status=200)["state"] == "visible"
    caller.refused("POST", f"{path}/restore", 409, "not_deleted")
    assert client.get(path)["id"] == topic["id"]


def test_what_a_moderator_hid_its_author_cannot_bring_back(client: Client, world: World) -> None:
    author, moderator = world.member(), world.member("moderator")
    topic = world.topic(author)
    path = f"/topics/{topic['id']}"
    world.client(moderator).delete(path)
    world.client(author).refused("POST", f"{path}/restore", 404, "not_found")
    assert world.client(moderator).post(f"{path}/restore", status=200)["state"] == "visible"


def test_a_deleted_reply_leaves_a_tombstone_without_its_text(client: Client, world: World) -> None:
    author, other = world.member(), world.member()
    topic = world.topic(author)
    world.reply(other, topic, "first")
    gone = world.reply(other, topic, "a secret")
    world.reply(author, topic, "third", reply_to=2)
    world.client(other).put(f"/posts/{gone['id']}/vote", {"value": 1}, 403)
    world.client(author).put(f"/posts/{gone['id']}/vote", {"value": 1})
    world.client(other).delete(f"/posts/{gone['id']}")
    shown = client.get(f"/topics/{topic['id']}/replies")["items"]
    assert [p["number"] for p in shown] == [1, 2, 3]
    stone = shown[1]
    assert (stone["state"], stone["author"], stone["body_html"], stone["score"]) == ("deleted", None, "", 0)
    assert shown[2]["reply_to"] == 2
    client.refused("GET", f"/posts/{gone['id']}/revisions", 404, "not_found")
    world.client(author).refused("PUT", f"/posts/{gone['id']}/vote", 404, "not_found", json={"value": 1})
    after = client.get(f"/topics/{topic['id']}")
    assert (after["reply_count"], after["last_number"]) == (2, 3)


def test_the_text_behind_a_tombstone_is_for_those_who_may_restore_it(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    post = world.reply(author, topic, "a secret")
    path = f"/posts/{post['id']}"
    world.client(author).delete(path)
    assert world.client(author).get(f"{path}?include=removed")["body"] == "a secret"
    assert world.client(world.member("moderator")).get(f"{path}?include=removed")["body"] == "a secret"
    assert world.client(world.member()).get(f"{path}?include=removed")["body_html"] == ""
    assert client.get(f"{path}?include=removed")["body_html"] == ""
    assert world.client(author).get(path)["body_html"] == ""
    restored = world.client(author).post(f"{path}/restore", status=200)
    assert restored["state"] == "visible"
    assert client.get(f"/topics/{topic['id']}")["reply_count"] == 1


def test_two_causes_are_restored_one_by_one(world: World) -> None:
    author, moderator = world.member(), world.member("moderator")
    topic = world.topic(author)
    post = world.reply(author, topic)
    path = f"/posts/{post['id']}"
    world.client(moderator).delete(path)
    world.client(author).refused("POST", f"{path}/restore", 403, "hidden_by_moderator")
    world.client(moderator).post(f"{path}/restore", status=200)
    world.client(author).delete(path)
    world.client(moderator).refused("POST", f"{path}/restore", 403, "withdrawn_by_author")
    world.client(author).post(f"{path}/restore", status=200)


def test_the_opening_post_goes_with_its_topic_only(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    world.client(author).refused("DELETE", f"/posts/{topic['post']['id']}", 409, "opening_post")


def test_others_may_not_delete(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    post = world.reply(world.member(), topic)
    stranger = world.client(world.member())
    stranger.refused("DELETE", f"/topics/{topic['id']}", 403, "not_yours")
    stranger.refused("DELETE", f"/posts/{post['id']}", 403, "not_yours")
    client.refused("DELETE", f"/posts/{post['id']}", 401, "unauthorized")


def test_a_deletion_honours_if_match(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    post = world.reply(author, topic)
    caller = world.client(author)
    stale = {"If-Match": '"7"'}
    caller.refused("DELETE", f"/posts/{post['id']}", 412, "version_mismatch", headers=stale)
    caller.refused("DELETE", f"/topics/{topic['id']}", 412, "version_mismatch", headers=stale)
    caller.delete(f"/posts/{post['id']}", headers={"If-Match": '"1"'})


def test_deleting_the_last_reply_gives_the_activity_back(client: Client, world: World) -> None:
    author, other = world.member(), world.member()
    topic = world.topic(author)
    post = world.reply(other, topic)
    assert client.get(f"/topics/{topic['id']}")["last_author"]["username"] == other.username
    world.client(other).delete(f"/posts/{post['id']}")
    after = client.get(f"/topics/{topic['id']}")
    assert after["last_author"]["username"] == author.username
    assert after["last_activity_at"] == topic["created_at"]


def test_a_tombstone_is_nothing_that_strangers_could_delete(client: Client, world: World) -> None:
    author = world.member()
    post = world.reply(author, world.topic(world.member()))
    world.client(author).delete(f"/posts/{post['id']}")
    world.client(author).refused("DELETE", f"/posts/{post['id']}", 409, "already_deleted")
    world.client(world.member()).refused("DELETE", f"/posts/{post['id']}", 404, "not_found")


def test_restoring_never_clears_a_cause_that_is_not_ones_own(app: Flask, world: World) -> None:
    author, moderator = world.member(), world.client(world.member("moderator"))
    topic = world.topic(author)
    post = world.reply(author, topic)
    held_and_withdrawn = HELD | BY_AUTHOR
    with app.app_context(), transaction() as s:
        s.execute(update(Topic).where(Topic.id == topic["id"]).values(hidden=held_and_withdrawn))
        s.execute(update(Post).where(Post.id == post["id"]).values(hidden=held_and_withdrawn))
    for path in (f"/topics/{topic['id']}", f"/posts/{post['id']}"):
        version = moderator.get(path)["version"]
        moderator.refused("POST", f"{path}/restore", 409, "not_deleted")
        assert (moderator.get(path)["version"], moderator.get(path)["state"]) == (version, "deleted")


def test_a_lost_race_is_told_before_what_the_winner_did(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    reply = world.reply(author, topic)
    caller, stale = world.client(author), {"If-Match": '"1"'}
    for path in (f"/posts/{reply['id']}", f"/topics/{topic['id']}"):
        caller.delete(path, headers=stale)
        caller.refused("DELETE", path, 412, "version_mismatch", headers=stale)
        caller.refused("DELETE", path, 409, "already_deleted")
