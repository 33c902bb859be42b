from api.admin.recount import recount
from api.core.db import transaction
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
