import pytest

from tests.client import Client
from tests.world import World


def test_an_administrator_makes_a_category_that_members_may_post_in(client: Client, world: World) -> None:
    slug = world.name("place")
    response = world.client(world.member("admin")).request(
        "POST",
        "/categories",
        201,
        json={"slug": slug, "name": "地方", "color": 3, "description": "Somewhere."},
    )
    assert response.headers["Location"] == f"/api/v1/categories/{slug}"
    read = client.get(f"/categories/{slug}")
    assert (read["name"], read["color"], read["parent"], read["children"]) == ("地方", 3, None, [])
    assert read["viewer"] == {"level": "see", "can": {"post": False, "edit": False}}
    assert world.client(world.member()).get(f"/categories/{slug}")["viewer"]["can"]["post"] is True
    assert slug in [c["slug"] for c in client.get("/categories")["items"]]


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_others_make_and_change_none(client: Client, world: World, role: str) -> None:
    slug, caller = world.category(), world.client(world.member(role))
    caller.refused("POST", "/categories", 403, "admins_only", json={"slug": "x-y", "name": "X"})
    caller.refused("PATCH", f"/categories/{slug}", 403, "admins_only", json={"name": "X"})
    caller.refused("GET", f"/categories/{slug}?include=access", 403, "admins_only")
    client.refused("POST", "/categories", 401, "unauthorized", json={"slug": "x-y", "name": "X"})


def test_a_slug_belongs_to_one_category_and_a_former_one_leads_on(client: Client, world: World) -> None:
    admin, slug, other, new = (
        world.client(world.member("admin")),
        world.category(),
        world.category(),
        world.name("new"),
    )
    admin.refused("POST", "/categories", 409, "slug_taken", json={"slug": slug, "name": "X"})
    admin.refused("PATCH", f"/categories/{other}", 409, "slug_taken", json={"slug": slug})
    assert admin.patch(f"/categories/{slug}", {"slug": new})["slug"] == new
    moved = client.request("GET", f"/categories/{slug}", 301)
    assert moved.headers["Location"] == f"/api/v1/categories/{new}"
    admin.refused("POST", "/categories", 409, "slug_taken", json={"slug": slug, "name": "X"})


def test_categories_nest_three_deep_and_never_in_circles(client: Client, world: World) -> None:
    admin = world.client(world.member("admin"))
    slugs = [world.name("level") for _ in range(4)]
    for slug, parent in zip(slugs[:3], [None, *slugs], strict=False):
        admin.post("/categories", {"slug": slug, "name": slug, "parent": parent})
    problem = admin.refused(
        "POST", "/categories", 422, "invalid_input", json={"slug": slugs[3], "name": "x", "parent": slugs[2]}
    )
    assert problem["errors"][0]["code"] == "too_deep"
    for parent in (slugs[0], slugs[2]):
        admin.refused("PATCH", f"/categories/{slugs[0]}", 422, "invalid_input", json={"parent": parent})
    admin.refused("PATCH", f"/categories/{slugs[0]}", 422, "invalid_input", json={"parent": "nowhere-at-all"})
    top = next(c for c in client.get("/categories")["items"] if c["slug"] == slugs[0])
    assert top["children"][0]["children"][0]["slug"] == slugs[2]
    assert admin.patch(f"/categories/{slugs[2]}", {"parent": None})["parent"] is None


def test_rights_change_on_the_very_next_request(client: Client, world: World) -> None:
    admin, member, slug = world.client(world.member("admin")), world.client(world.member()), world.category()
    private = [{"group": "moderators", "level": "moderate"}]
    shown = admin.patch(f"/categories/{slug}", {"access": private})
    assert shown["viewer"]["level"] == "moderate"
    for caller in (client, member):
        caller.refused("GET", f"/categories/{slug}", 404, "not_found")
        assert slug not in [c["slug"] for c in caller.get("/categories")["items"]]
    access = admin.get(f"/categories/{slug}?include=access")["access"]
    assert access == [*private, {"group": "admins", "level": "moderate"}]
    admin.patch(f"/categories/{slug}", {"access": [{"group": "everyone", "level": "see"}]})
    assert client.get(f"/categories/{slug}")["slug"] == slug


def test_an_edit_honours_if_match(world: World) -> None:
    admin, slug = world.client(world.member("admin")), world.category()
    admin.patch(f"/categories/{slug}", {"name": "One"}, headers={"If-Match": '"1"'})
    admin.refused(
        "PATCH",
        f"/categories/{slug}",
        412,
        "version_mismatch",
        json={"name": "Two"},
        headers={"If-Match": '"1"'},
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "two words"), ("slug", "-x"), ("slug", ""), ("name", ""), ("name", "x" * 65), ("color", 9),
        ("color", "1"), ("position", -1), ("archived", "yes"), ("access", [{"group": "nobody", "level": "see"}]),
        ("access", [{"group": "members", "level": "rule"}]), ("access", {}), ("id", 3),
    ],
)  # fmt: skip
def test_bad_input_is_refused(world: World, field: str, value: object) -> None:
    admin, slug = world.client(world.member("admin")), world.category()
    problem = admin.refused("PATCH", f"/categories/{slug}", 422, "invalid_input", json={field: value})
    assert problem["errors"][0]["pointer"].startswith(f"/{field}")


def test_counters_follow_topics_and_replies(client: Client, world: World) -> None:
    author, here, there = world.member(), world.category(), world.category()
    topic = world.topic(author, here)
    world.reply(author, topic)
    world.client(author).patch(f"/topics/{topic['id']}", {"category": there})
    world.fold_counters()

    def counts(slug: str) -> tuple[int, int]:
        category = client.get(f"/categories/{slug}")
        return category["topic_count"], category["reply_count"]

    assert (counts(here), counts(there)) == ((0, 0), (1, 1))
    world.client(author).delete(f"/topics/{topic['id']}")
    world.fold_counters()
    assert counts(there) == (0, 0)


def test_rights_that_hold_already_change_nothing(world: World) -> None:
    admin, slug = world.client(world.member("admin")), world.category()
    access = admin.get(f"/categories/{slug}?include=access")["access"]
    assert admin.patch(f"/categories/{slug}", {"access": access})["version"] == 1
    assert admin.patch(f"/categories/{slug}", {"access": access[:-1]})["version"] == 1
    assert admin.patch(f"/categories/{slug}", {"access": access[:1]})["version"] == 2


def test_what_everyone_may_do_visitors_may_only_see(client: Client, world: World) -> None:
    author = world.member()
    slug = world.category(access={1: 4})
    topic, hidden = world.topic(author, slug), world.topic(author, slug)
    world.client(world.member()).delete(f"/topics/{hidden['id']}")
    assert client.get(f"/categories/{slug}")["viewer"] == {
        "level": "see",
        "can": {"post": False, "edit": False},
    }
    shown = client.get(f"/topics/{topic['id']}")
    assert not any([*shown["viewer"]["can"].values(), *shown["post"]["viewer"]["can"].values()])
    client.refused("GET", f"/topics/{hidden['id']}", 404, "not_found")
