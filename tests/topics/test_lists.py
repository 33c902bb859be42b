import pytest

from tests.client import Client
from tests.world import World


def ids(page) -> list[int]:
    return [topic["id"] for topic in page["items"]]


def test_a_list_is_ordered_by_activity_or_birth(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    first, second = world.topic(author, category), world.topic(author, category)
    world.reply(author, first)
    assert ids(client.get(f"/topics?category={category}")) == [first["id"], second["id"]]
    assert ids(client.get(f"/topics?category={category}&sort=new")) == [second["id"], first["id"]]
    assert ids(client.get(f"/topics?category={category}&sort=unanswered")) == [second["id"]]


@pytest.mark.parametrize("sort", ["active", "new", "top", "hot", "unanswered"])
@pytest.mark.parametrize("by", ["category", "tag", "author", "all"])
def test_every_order_pages_without_gaps_or_repeats(client: Client, world: World, sort: str, by: str) -> None:
    author, category, tag = world.member(), world.category(), world.name("tag")
    made = {world.topic(author, category, tags=[tag])["id"] for _ in range(5)}
    narrowed = {
        "category": f"category={category}",
        "tag": f"tag={tag}",
        "author": f"author={author.username}",
        "all": "",
    }
    seen: list[int] = []
    url = f"/topics?sort={sort}&limit=2&{narrowed[by]}"
    page = client.get(url)
    seen += ids(page)
    last = page
    while page["next"] and not (by == "all" and made <= set(seen)):
        last, page = page, client.get(f"{url}&cursor={page['next']}")
        seen += ids(page)
        assert ids(client.get(f"{url}&cursor={page['previous']}")) == ids(last)
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    if by != "all":
        assert made == set(seen)


def test_a_category_lists_the_topics_of_those_below_it(client: Client, world: World) -> None:
    author, parent = world.member(), world.category()
    child = world.name("child")
    world.client(world.member("admin")).post(
        "/categories", {"slug": child, "name": "Child", "parent": parent}
    )
    above, below = world.topic(author, parent), world.topic(author, child)
    assert ids(client.get(f"/topics?category={parent}")) == [below["id"], above["id"]]
    assert ids(client.get(f"/topics?category={child}")) == [below["id"]]
    assert ids(client.get("/topics?category=nowhere-at-all")) == []


def test_several_tags_narrow_and_several_categories_widen(client: Client, world: World) -> None:
    author, one, two = world.member(), world.category(), world.category()
    a, b = world.name("tag"), world.name("tag")
    both = world.topic(author, one, tags=[a, b])
    only = world.topic(author, two, tags=[a])
    assert ids(client.get(f"/topics?tag={a}")) == [only["id"], both["id"]]
    assert ids(client.get(f"/topics?tag={a}&tag={b}")) == [both["id"]]
    assert ids(client.get(f"/topics?category={one}&category={two}")) == [only["id"], both["id"]]
    assert ids(client.get(f"/topics?category={one}&category={two}&tag={b}")) == [both["id"]]


def test_pinned_topics_are_asked_for(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    pinned, plain = world.topic(author, category), world.topic(author, category)
    world.client(world.member("moderator")).put(f"/topics/{pinned['id']}/pin")
    assert ids(client.get(f"/topics?category={category}")) == [plain["id"], pinned["id"]]
    assert ids(client.get(f"/topics?category={category}&pinned=only")) == [pinned["id"]]
    assert ids(client.get(f"/topics?category={category}&pinned=exclude")) == [plain["id"]]


def test_ids_come_in_the_order_asked(client: Client, world: World) -> None:
    author = world.member()
    a, b = world.topic(author), world.topic(author)
    assert ids(client.get(f"/topics?id={b['id']}&id=999999999&id={a['id']}")) == [b["id"], a["id"]]
    assert "post" in client.get(f"/topics?id={a['id']}&include=post")["items"][0]


@pytest.mark.parametrize(
    "beside",
    ["sort=new", "period=day", "category=here", "tag=a", "author=somebody", "state=deleted", "answered=true",
     "pinned=only", "created_after=2026-01-01T00:00:00Z", "created_before=2026-01-01T00:00:00Z", "limit=5",
     "cursor=x"],
)  # fmt: skip
def test_ids_take_no_filters_beside_them(client: Client, world: World, beside: str) -> None:
    topic = world.topic(world.member())
    problem = client.refused("GET", f"/topics?id={topic['id']}&{beside}", 422, "invalid_input")
    assert [(e["name"], e["code"]) for e in problem["errors"]] == [
        (beside.split("=", maxsplit=1)[0], "not_applicable")
    ]


def test_deleted_topics_are_listed_only_to_those_who_may_see_them(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    topic = world.topic(author, category)
    world.client(author).delete(f"/topics/{topic['id']}")
    path = f"/topics?category={category}&state=deleted"
    assert ids(client.get(path)) == []
    assert ids(world.client(author).get(path)) == [topic["id"]]
    assert ids(world.client(world.member("moderator")).get(path)) == [topic["id"]]
    assert ids(world.client(world.member()).get(path)) == []
    assert ids(world.client(author).get(f"/topics?category={category}")) == []


def test_what_a_moderator_hid_is_not_among_ones_own_deleted_topics(client: Client, world: World) -> None:
    author, moderator, category = world.member(), world.member("moderator"), world.category()
    withdrawn, removed = world.topic(author, category), world.topic(author, category)
    world.client(author).delete(f"/topics/{withdrawn['id']}")
    world.client(moderator).delete(f"/topics/{removed['id']}")
    for path in ("/topics?state=deleted", f"/topics?state=deleted&sort=new&category={category}"):
        assert ids(world.client(author).get(path)) == [withdrawn["id"]]
        assert {removed["id"], withdrawn["id"]} <= set(ids(world.client(moderator).get(path)))
        assert client.get(path) == {"items": [], "next": None, "previous": None}


@pytest.mark.parametrize(
    "query",
    ["sort=old", "limit=0", "limit=101", "limit=x", "limit=1&limit=2", "nonsense=1", "answered=yes",
     "created_after=yesterday", "id=0", "id=x", "pinned=maybe", "include=everything", "tag=two%20words"],
)  # fmt: skip
def test_bad_parameters_are_named(client: Client, query: str) -> None:
    problem = client.refused("GET", f"/topics?{query}", 422, "invalid_input")
    assert problem["errors"][0]["in"] == "query"
    assert problem["errors"][0]["name"] == query.split("=", maxsplit=1)[0]


def test_a_list_is_answered_304_while_nothing_changed(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    world.topic(author, category)
    path = f"/topics?category={category}"
    first = client.request("GET", path, 200)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=1, stale-while-revalidate=4"
    again = client.request("GET", path, 304, headers={"If-None-Match": etag})
    assert again.get_data() == b""
    world.topic(author, category)
    client.request("GET", path, 200, headers={"If-None-Match": etag})
    own = world.client(author).request("GET", path, 200)
    assert own.headers["Cache-Control"] == "private, no-cache"


def test_a_shared_answer_is_compressed_and_its_tag_matches_uncompressed(client: Client, world: World) -> None:
    author, category = world.member(), world.category()
    for _ in range(3):
        world.topic(author, category)
    path = f"/topics?category={category}"
    packed = client.request("GET", path, 200, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"].endswith('-gz"')
    client.request("GET", path, 304, headers={"If-None-Match": packed.headers["ETag"]})
