from tests.client import Client
from tests.world import World


def test_the_author_changes_title_tags_and_text_as_one_revision(client: Client, world: World) -> None:
    author = world.member()
    topic = world.topic(author, tags=["old"])
    caller = world.client(author)
    changed = caller.patch(
        f"/topics/{topic['id']}", {"title": "A better title", "tags": ["new"], "body": "Better text."}
    )
    assert changed["title"] == "A better title"
    assert changed["slug"] == "a-better-title"
    assert changed["tags"] == ["new"]
    assert changed["version"] == topic["version"] + 1
    assert changed["post"]["revision"] == 2
    assert changed["edited_at"] is not None
    revisions = client.get(f"/posts/{topic['post']['id']}/revisions")["items"]
    assert [(r["revision"], r["title"], r["body"]) for r in revisions] == [
        (2, "A better title", "Better text."),
        (1, "A topic of a test", "Some text."),
    ]


def test_what_is_equal_changes_nothing(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    response = world.client(author).request(
        "PATCH", f"/topics/{topic['id']}", 200, json={"title": topic["title"]}
    )
    assert response.get_json()["version"] == topic["version"]
    assert response.get_json()["edited_at"] is None


def test_a_lost_race_is_told_with_the_current_version(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    caller, path = world.client(author), f"/topics/{topic['id']}"
    first = caller.request("PATCH", path, 200, json={"title": "First"}, headers={"If-Match": '"1"'})
    late = caller.request("PATCH", path, 412, json={"title": "Second"}, headers={"If-Match": '"1"'})
    assert late.get_json()["code"] == "version_mismatch"
    assert late.headers["ETag"] == '"2"'
    assert caller.get(path)["title"] == "First"
    for tag in (first.headers["ETag"], '"2"', 'W/"2-abc-gz"', "*", '"9", "2"'):
        caller.request("PATCH", path, 200, json={"title": "First"}, headers={"If-Match": tag})


def test_others_may_not_edit_and_readers_must_sign_in(client: Client, world: World) -> None:
    topic = world.topic(world.member())
    path = f"/topics/{topic['id']}"
    world.client(world.member()).refused("PATCH", path, 403, "not_yours", json={"title": "Mine now"})
    client.refused("PATCH", path, 401, "unauthorized", json={"title": "Mine now"})


def test_null_is_refused_where_nothing_may_be_empty(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    problem = world.client(author).refused(
        "PATCH", f"/topics/{topic['id']}", 422, "invalid_input", json={"title": None}
    )
    assert problem["errors"][0]["code"] == "null_not_allowed"


def test_a_topic_moves_to_where_its_author_may_post(client: Client, world: World) -> None:
    author, there, closed = world.member(), world.category(), world.category(access={1: 1, 2: 2})
    topic = world.topic(author)
    caller, path = world.client(author), f"/topics/{topic['id']}"
    assert caller.patch(path, {"category": there})["category"]["slug"] == there
    caller.refused("PATCH", path, 403, "may_not_post_here", json={"category": closed})
    assert [t["id"] for t in client.get(f"/topics?category={there}")["items"]] == [topic["id"]]


def test_a_topic_moved_out_of_sight_is_gone(client: Client, world: World) -> None:
    staff = world.category(access={3: 4})
    topic = world.topic(world.member())
    world.client(world.member("moderator")).patch(f"/topics/{topic['id']}", {"category": staff})
    client.refused("GET", f"/topics/{topic['id']}", 404, "not_found")
    client.refused("GET", f"/posts/{topic['post']['id']}", 404, "not_found")


def test_a_moderator_edits_what_others_wrote(world: World) -> None:
    topic = world.topic(world.member())
    changed = world.client(world.member("moderator")).patch(f"/topics/{topic['id']}", {"title": "Put right"})
    assert changed["title"] == "Put right"
