"""What somebody may not see answers like what never was: same status, same body, same headers, on every address."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.client import Client
from tests.permissions.acting import Operations, called, filled
from tests.permissions.stage import Stage, Things

NOBODY = 10**15 - 1
OF_TOPICS = {
    "getTopic", "changeTopic", "deleteTopic", "restoreTopic", "lockTopic", "unlockTopic", "pinTopic",
    "unpinTopic", "acceptAnswer", "unacceptAnswer", "getTopicOutline", "countTopicView", "listReplies",
    "createReply", "getReply",
}  # fmt: skip
OF_POSTS = {"getPost", "changePost", "deletePost", "restorePost", "voteOnPost", "listPostRevisions"}
# A tombstone stands for all, and its author or a moderator clears it; what else it had is gone for everybody.
OF_TOMBSTONES = OF_POSTS - {"getPost", "restorePost"}
VARIES = {"X-Request-Id", "Date", "Content-Length"}


def told(response: TestResponse) -> tuple[int, dict[str, Any], dict[str, str]]:
    """All that an answer says, apart from what names the request itself."""
    body = {k: v for k, v in response.get_json().items() if k not in ("instance", "request_id")}
    headers = {k: v for k, v in response.headers.items() if k not in VARIES}
    return response.status_code, body, headers


def assert_never_was(client: Client, operation: str, place: tuple[str, str], things: Things) -> None:
    """The answer about these things is the answer about none."""
    nothing = replace(things, topic_id=NOBODY, post_id=NOBODY, slug="no-such-category")
    here = called(client, operation, place, things)
    assert here.status_code == 404, operation
    assert told(here) == told(called(client, operation, place, nothing)), operation


def test_these_are_all_operations_on_topics_and_posts(operations: Operations) -> None:
    found = {name for name, (_, path) in operations.items() if "{topic_id}" in path or "{post_id}" in path}
    assert found == OF_TOPICS | OF_POSTS


@pytest.mark.parametrize("state", ["staff only", "removed", "held", "scheduled", "both"])
def test_hidden_topics_and_all_that_belongs_to_them(stage: Stage, operations: Operations, state: str) -> None:
    things = stage.things(state, moderated=True)
    for operation in sorted(OF_TOPICS | OF_POSTS):
        assert_never_was(
            Client(stage.app, stage.person("stranger").token), operation, operations[operation], things
        )


@pytest.mark.parametrize("state", ["staff only", "members only", "removed", "withdrawn"])
def test_visitors_are_told_nothing_about_what_is_hidden(
    stage: Stage, operations: Operations, state: str
) -> None:
    things = stage.things(state, moderated=True)
    for operation in (
        "getTopic",
        "getTopicOutline",
        "listReplies",
        "getReply",
        "getPost",
        "listPostRevisions",
    ):
        assert_never_was(Client(stage.app), operation, operations[operation], things)
    # Who has to sign in first is told so before anything about the thing.
    nothing = replace(things, topic_id=NOBODY)
    here, nowhere = (
        called(Client(stage.app), "createReply", operations["createReply"], t) for t in (things, nothing)
    )
    assert told(here) == told(nowhere)
    assert here.status_code == 401


@pytest.mark.parametrize("state", ["reply held", "reply later"])
def test_posts_that_were_never_public(stage: Stage, operations: Operations, state: str) -> None:
    things = stage.things(state, moderated=True)
    for operation in sorted(OF_POSTS):
        assert_never_was(
            Client(stage.app, stage.person("stranger").token), operation, operations[operation], things
        )


@pytest.mark.parametrize("state", ["reply gone", "reply removed"])
def test_of_a_tombstone_only_its_place_is_left(stage: Stage, operations: Operations, state: str) -> None:
    things = stage.things(state, moderated=True)
    stranger = Client(stage.app, stage.person("stranger").token)
    for operation in sorted(OF_TOMBSTONES):
        assert_never_was(stranger, operation, operations[operation], things)
    for client in (Client(stage.app), stranger):
        place = filled("/posts/{post_id}?include=body&include=removed", things)
        stone = client.get(place)
        assert (stone["state"], stone["author"], stone["body_html"]) == ("deleted", None, "")
        assert (stone["score"], stone["revision"], stone["edited_at"]) == (0, 0, None)
        assert "body" not in stone
        assert "removed" not in stone


def test_categories_that_are_for_others(stage: Stage, operations: Operations) -> None:
    things = stage.things("staff only", moderated=True)
    for client in (Client(stage.app), Client(stage.app, stage.person("stranger").token)):
        assert_never_was(client, "getCategory", operations["getCategory"], things)
        for list_ in ("/topics", "/search"):
            narrowed = f"{list_}?q=text&category=" if list_ == "/search" else f"{list_}?category="
            assert client.get(narrowed + things.slug)["items"] == []
            assert client.get(narrowed + "no-such-category")["items"] == []


def test_a_topic_cannot_be_moved_to_where_one_sees_nothing(stage: Stage) -> None:
    author = Client(stage.app, stage.person("author").token)
    path = filled("/topics/{topic_id}", stage.things("open", moderated=True))
    hidden = stage.things("staff only", moderated=True).slug
    problems = [author.patch(path, {"category": slug}, 422) for slug in (hidden, "no-such-category")]
    assert problems[0]["errors"] == problems[1]["errors"]


def test_ids_in_a_list_find_only_what_may_be_seen(stage: Stage) -> None:
    things = [stage.things(state, moderated=True) for state in ("open", "staff only", "removed")]
    query = "&".join(f"id={t.topic_id}" for t in [*things, replace(things[0], topic_id=NOBODY)])
    for client in (Client(stage.app), Client(stage.app, stage.person("stranger").token)):
        assert [t["id"] for t in client.get(f"/topics?{query}")["items"]] == [things[0].topic_id]


@pytest.mark.parametrize("state", ["staff only", "members only"])
def test_what_happens_behind_closed_doors_is_not_in_the_feed(stage: Stage, state: str) -> None:
    begin = Client(stage.app).get("/events?after=latest")["resume"]
    stage.strike(state, moderated=True)
    things = stage.things(state, moderated=True)

    def heard(client: Client) -> bool:
        items = client.get(f"/events?after={begin}&limit=100")["items"]
        return any(event["topic_id"] == things.topic_id for event in items)

    assert heard(Client(stage.app, stage.person("moderator").token))
    assert heard(Client(stage.app, stage.person("admin").token))
    assert heard(Client(stage.app, stage.person("stranger").token)) == (state == "members only")
    assert not heard(Client(stage.app))
