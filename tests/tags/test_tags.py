import pytest
from sqlalchemy import text

from api.admin.recount import recount
from api.core.db import transaction
from api.core.jobs import tasks
from tests.client import Client
from tests.world import World


def test_tags_are_folded_counted_and_listed(client: Client, world: World) -> None:
    author, name = world.member(), world.name("tag")
    topic = world.topic(author, tags=[name.upper(), name])
    assert topic["tags"] == [name]
    world.fold_counters()
    assert client.get(f"/tags/{name.upper()}")["topic_count"] == 1
    assert [t["name"] for t in client.get(f"/tags?q={name.upper()}")["items"]] == [name]
    world.client(author).patch(f"/topics/{topic['id']}", {"tags": []})
    world.fold_counters()
    assert client.get(f"/tags/{name}")["topic_count"] == 0
    assert client.get(f"/tags?q={name}")["items"] == []


def test_tags_page_in_both_orders(client: Client, world: World) -> None:
    author, stem = world.member(), world.name("many")
    names = [f"{stem}.{letter}" for letter in "abcd"]
    for name in names:
        world.topic(author, tags=[name])
    world.fold_counters()
    for sort in ("name", "top"):
        page = client.get(f"/tags?q={stem}&sort={sort}&limit=3")
        rest = client.get(f"/tags?q={stem}&sort={sort}&limit=3&cursor={page['next']}")
        assert sorted(t["name"] for t in page["items"] + rest["items"]) == names
        assert rest["next"] is None


def test_a_tag_nobody_used_does_not_exist(client: Client) -> None:
    client.refused("GET", "/tags/never-used-by-anybody", 404, "not_found")


def test_percent_signs_are_letters_like_any_other(client: Client) -> None:
    assert client.get("/tags?q=%25")["items"] == []


def test_a_tags_address_leads_to_its_page(client: Client, world: World) -> None:
    name = f"{world.name('c')}#"
    world.topic(world.member(), tags=[name])
    assert client.get(f"/tags/{name.replace('#', '%23')}")["url"] == f"/tag/{name.replace('#', '%23')}"


def test_a_tag_of_what_is_not_for_everybody_is_not_listed(client: Client, world: World) -> None:
    moderator, name = world.member("moderator"), world.name("secret")
    private, public = world.category(access={3: 4}), world.category()
    topic = world.topic(moderator, private, tags=[name])
    caller = world.client(moderator)

    def listed() -> int:
        world.fold_counters()
        return sum(t["topic_count"] for t in client.get(f"/tags?q={name}")["items"])

    assert listed() == 0
    caller.patch(f"/topics/{topic['id']}", {"category": public})
    assert listed() == 1
    caller.patch(f"/topics/{topic['id']}", {"category": private})
    assert listed() == 0
    caller.delete(f"/topics/{topic['id']}")
    assert listed() == 0
    with world.app.app_context(), transaction() as s:
        recount(s)
    assert listed() == 0


def run_waiting(world: World, task: str) -> int:
    """Run the jobs of a task that wait, each twice as after a worker's death; how many they were."""
    with world.app.app_context():
        with transaction() as s:
            waiting = (
                "delete from procrastinate_jobs where task_name = :task and status = 'todo' returning args"
            )
            found = s.execute(text(waiting), {"task": task}).scalars().all()
        for arguments in found * 2:
            tasks()[task].function(**arguments)
    return len(found)


@pytest.mark.parametrize("opens", [True, False])
def test_opening_or_closing_a_category_counts_its_tags_again(
    client: Client, world: World, opens: bool
) -> None:
    admin, name = world.member("admin"), world.name("tag")
    everyone, staff = {1: 1, 3: 4}, {3: 4}
    changed, other = world.category(access=staff if opens else everyone), world.category()
    for slug in (changed, changed, other):
        world.topic(admin, slug, tags=[name])
    gone = world.topic(admin, changed, tags=[name])
    world.client(admin).delete(f"/topics/{gone['id']}")

    def listed() -> int:
        return sum(t["topic_count"] for t in client.get(f"/tags?q={name}")["items"])

    moderators = {"group": "moderators", "level": "moderate"}
    open_, closed = [{"group": "everyone", "level": "see"}, moderators], [moderators]
    # What is set, how many jobs that makes, and how many topics the tag then has.
    to_open, to_close, again = (open_, 1, 3), (closed, 1, 1), (open_, 0, 3)
    run_waiting(world, "topics.recount_tags")
    for access, jobs, topics in (to_open, again, to_close) if opens else (to_close, to_open, again):
        world.client(admin).patch(f"/categories/{changed}", {"access": access})
        assert run_waiting(world, "topics.recount_tags") == jobs
        assert listed() == topics
