from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event

from tests.client import Client
from tests.world import World


def test_a_vote_is_set_changed_and_taken_back(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    path = f"/posts/{topic['post']['id']}"
    caller = world.client(world.member())
    for value, score in ((1, 1), (1, 1), (-1, -1), (0, 0), (1, 1)):
        voted = caller.put(f"{path}/vote", {"value": value})
        assert (voted["score"], voted["viewer"]["vote"]) == (score, value)
        assert voted["version"] == 1
    assert client.get(f"/topics/{topic['id']}")["score"] == 1
    assert client.get(path)["viewer"]["vote"] is None


def test_one_cannot_vote_on_oneself_or_without_account(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    path = f"/posts/{topic['post']['id']}/vote"
    world.client(author).refused("PUT", path, 403, "own_post", json={"value": 1})
    client.refused("PUT", path, 401, "unauthorized", json={"value": 1})


@pytest.mark.parametrize("value", [2, -2, 1.5, "1", True, None, [1], {}, 10**30])
def test_only_whole_votes_count(world: World, value: object) -> None:
    topic = world.topic(world.member())
    path = f"/posts/{topic['post']['id']}/vote"
    world.client(world.member()).refused("PUT", path, 422, "invalid_input", json={"value": value})


def test_racing_votes_leave_count_equal_to_rows(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    path = f"/posts/{topic['post']['id']}/vote"
    voters = [world.member() for _ in range(8)]

    def toggle(voter) -> None:
        for value in (1, -1, 0, 1):
            world.client(voter).put(path, {"value": value})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(toggle, [*voters, *voters]))
    assert client.get(f"/posts/{topic['post']['id']}")["score"] == 8


def test_the_asker_accepts_an_answer_and_its_author_is_credited(client: Client, world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    world.reply(helper, topic)
    path = f"/topics/{topic['id']}/answer"
    world.client(helper).refused("PUT", path, 403, "not_yours", json={"number": 1})
    assert world.client(asker).put(path, {"number": 1})["answer"] == 1
    assert client.get(f"/users/{helper.username}")["answer_count"] == 1
    assert topic["id"] in [t["id"] for t in client.get("/topics?answered=true&limit=100")["items"]]
    assert world.client(asker).delete(path, 200)["answer"] is None
    assert client.get(f"/users/{helper.username}")["answer_count"] == 0


@pytest.mark.parametrize("number", [5, 0, -1, "1", None])
def test_what_is_no_reply_is_no_answer(world: World, number: object) -> None:
    asker = world.member()
    topic = world.topic(asker)
    world.client(asker).refused(
        "PUT", f"/topics/{topic['id']}/answer", 422, "invalid_input", json={"number": number}
    )


def test_deleting_the_answer_takes_the_mark_away(client: Client, world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    post = world.reply(helper, topic)
    world.client(asker).put(f"/topics/{topic['id']}/answer", {"number": 1})
    world.client(helper).delete(f"/posts/{post['id']}")
    assert client.get(f"/topics/{topic['id']}")["answer"] is None
    assert client.get(f"/users/{helper.username}")["answer_count"] == 0


def test_answers_of_two_members_are_counted_in_one_order_whichever_is_accepted(
    app: Flask, world: World
) -> None:
    asker, first, second = world.member(), world.member(), world.member()
    topic = world.topic(asker)
    numbers = [world.reply(member, topic)["number"] for member in (first, second)]
    counted: list[int] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if statement.startswith("UPDATE users SET answer_count"):
            counted.extend(value for name, value in parameters.items() if name.startswith("id"))

    engine = app.extensions["parley"].database.engine
    caller, path = world.client(asker), f"/topics/{topic['id']}/answer"
    caller.put(path, {"number": numbers[1]})
    event.listen(engine, "before_cursor_execute", note)
    try:
        caller.put(path, {"number": numbers[0]})
        caller.put(path, {"number": numbers[1]})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counted == [first.id, second.id] * 2
