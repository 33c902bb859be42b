from pathlib import Path

import pytest

from api.app import create_app
from tests.client import Client
from tests.conftest import settings_for
from tests.world import World


def test_a_member_opens_a_topic_and_everybody_reads_it(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    response = world.client(author).request(
        "POST",
        "/topics",
        201,
        json={
            "title": "量子计算 入门",
            "body": "**真，**她说",
            "category": category,
            "tags": ["量子", "Physics"],
        },
    )
    topic = response.get_json()
    assert response.headers["Location"] == f"/api/v1/topics/{topic['id']}"
    read = client.get(f"/topics/{topic['id']}")
    assert read["title"] == "量子计算 入门"
    assert read["slug"] == "量子计算-入门"
    assert read["url"] == f"/t/{topic['id']}/量子计算-入门"
    assert read["tags"] == ["量子", "physics"]
    assert read["author"]["username"] == author.username
    assert read["category"]["slug"] == category
    assert "<strong>真，</strong>她说" in read["post"]["body_html"]
    assert read["lang"] == "zh-Hans"
    assert read["reply_count"] == read["last_number"] == 0
    assert read["viewer"]["can"] == dict.fromkeys(
        ("reply", "edit", "delete", "restore", "move", "lock", "pin", "answer"), False
    )
    assert "body" not in read["post"]


def test_a_reader_without_account_cannot_open_a_topic(client: Client, world: World) -> None:
    body = {"title": "A title", "body": "x", "category": world.category()}
    client.refused("POST", "/topics", 401, "unauthorized", json=body)


def test_a_category_one_may_only_read_takes_no_topics(world: World) -> None:
    category = world.category(access={1: 1, 2: 2})
    body = {"title": "A title", "body": "x", "category": category}
    world.client(world.member()).refused("POST", "/topics", 403, "may_not_post_here", json=body)


def test_a_category_one_cannot_see_does_not_exist(client: Client, world: World) -> None:
    category = world.category(access={3: 4})
    topic = world.topic(world.member("moderator"), category)
    caller = world.client(world.member())
    problem = caller.refused(
        "POST", "/topics", 422, "invalid_input", json={"title": "A title", "body": "x", "category": category}
    )
    assert problem["errors"][0] | {"detail": ""} == {
        "in": "body", "pointer": "/category", "code": "no_such_category", "params": {}, "detail": "",
    }  # fmt: skip
    hidden = client.refused("GET", f"/topics/{topic['id']}", 404, "not_found")
    never = client.refused("GET", "/topics/999999999", 404, "not_found")
    for answer in (hidden, never):
        answer.pop("instance")
        answer.pop("request_id")
    assert hidden == never
    assert topic["id"] not in [t["id"] for t in caller.get(f"/topics?category={category}")["items"]]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "ab", "too_short"),
        ("title", "x" * 201, "too_long"),
        ("title", 3, "invalid_type"),
        ("title", None, "null_not_allowed"),
        ("title", "a\u0000b c", "bad_character"),
        ("title", "   a   ", "too_short"),
        ("body", "", "too_short"),
        ("body", "x" * 50_001, "too_long"),
        ("body", ["x"], "invalid_type"),
        ("tags", "go", "invalid_type"),
        ("tags", ["a"] * 11, "too_many"),
        ("tags", ["two words"], "bad_character"),
        ("tags", [{}], "invalid_type"),
        ("category", "nowhere-at-all", "no_such_category"),
        ("author", "somebody", "unknown_field"),
        ("pinned", True, "unknown_field"),
    ],
)
def test_bad_input_is_named_by_its_pointer(world: World, field: str, value: object, code: str) -> None:
    body = {"title": "A title", "body": "x", "category": world.category()} | {field: value}
    problem = world.client(world.member()).refused("POST", "/topics", 422, "invalid_input", json=body)
    (error,) = problem["errors"]
    assert (error["pointer"].split("/")[1], error["code"]) == (field, code)


def test_all_mistakes_are_told_at_once(world: World) -> None:
    problem = world.client(world.member()).refused(
        "POST", "/topics", 422, "invalid_input", json={"title": "x", "tags": ["a b"], "zzz": 1}
    )
    assert {e["pointer"] for e in problem["errors"]} == {"/title", "/body", "/category", "/tags/0", "/zzz"}


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_json"),
        (b"", "application/json", 400, "malformed_json"),
        (b"[" * 100_000, "application/json", 400, "malformed_json"),
        (b'{"title": NaN}', "application/json", 400, "malformed_json"),
        (b"\xff\xfe", "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 422, "invalid_input"),
        (b"3", "application/json", 422, "invalid_input"),
        (b'{"title": "\\ud800abc"}', "application/json", 422, "invalid_input"),
        (b"title=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * (2**20 + 1), "application/json", 413, "payload_too_large"),
    ],
)
def test_bodies_that_are_not_json_are_refused(
    world: World, raw: bytes, content_type: str, status: int, code: str
) -> None:
    caller = world.client(world.member())
    caller.refused("POST", "/topics", status, code, data=raw, headers={"Content-Type": content_type})


def test_a_lone_surrogate_and_nul_are_told_apart_from_broken_json(world: World) -> None:
    caller = world.client(world.member())
    problem = caller.refused(
        "POST",
        "/topics",
        422,
        "invalid_input",
        data=b'{"title": "ok \\ud800", "body": "a\\u0000", "category": "x"}',
        headers={"Content-Type": "application/json"},
    )
    assert {(e["pointer"], e["code"]) for e in problem["errors"]} == {
        ("/title", "bad_character"),
        ("/body", "bad_character"),
    }


def test_text_comes_back_after_nfc(world: World) -> None:
    topic = world.topic(world.member(), title="Cafe\u0301 talk")
    assert topic["title"] == "Café talk"
    assert topic["post"]["viewer"]["can"]["edit"] is True


def test_views_are_counted_by_the_beacon_and_not_by_reading(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    client.get(f"/topics/{topic['id']}")
    client.post(f"/topics/{topic['id']}/view", status=204)
    client.post(f"/topics/{topic['id']}/view", status=204)
    assert client.get(f"/topics/{topic['id']}")["view_count"] == 2
    client.refused("POST", "/topics/999999999/view", 404, "not_found")


def test_readers_behind_one_address_do_not_use_up_its_sign_ins(
    database_url: str, tmp_path: Path, world: World
) -> None:
    topic = world.topic(world.member())
    app = create_app(settings_for(database_url, tmp_path, PARLEY_LIMITS_ENABLED="true"))
    visitor = Client(app)
    for _ in range(31):
        visitor.post(f"/topics/{topic['id']}/view", status=204)
    visitor.refused(
        "POST",
        "/auth/login",
        401,
        "invalid_credentials",
        json={"login": "nobody-here", "password": "secret words"},
    )
    app.extensions["parley"].database.engine.dispose()


def test_a_repeated_post_with_the_same_key_opens_one_topic(world: World) -> None:
    caller, category = world.client(world.member()), world.category()
    body = {"title": "Only once", "body": "x", "category": category}
    first = caller.request("POST", "/topics", 201, json=body, headers={"Idempotency-Key": "one"})
    again = caller.request("POST", "/topics", 201, json=body, headers={"Idempotency-Key": "one"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.get_data() == first.get_data()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(caller.get(f"/topics?category={category}")["items"]) == 1
    other = body | {"title": "Another"}
    caller.refused(
        "POST", "/topics", 422, "idempotency_key_reused", json=other, headers={"Idempotency-Key": "one"}
    )


def test_a_refused_post_leaves_its_key_free(world: World) -> None:
    caller, category = world.client(world.member()), world.category()
    key = {"Idempotency-Key": "again"}
    caller.request("POST", "/topics", 422, json={"title": "x"}, headers=key)
    body = {"title": "A title", "body": "x", "category": category}
    caller.request("POST", "/topics", 201, json=body, headers=key)
