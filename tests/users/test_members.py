import pytest

from api.core.db import transaction
from api.permissions.actor import ANONYMOUS, Actor
from api.text import names
from api.users.actions import add_counts
from api.users.models import ACTIVE, DELETED, SUSPENDED, User
from api.users.queries import get_briefs, get_user_by_id, mention_resolver
from api.users.rules import may_edit_profile, may_see_user, may_set_role

PERSONAS = {
    "anonymous": ANONYMOUS,
    "member": Actor(user_id=10**9, role="member", scopes=None),
    "moderator": Actor(user_id=10**9, role="moderator", scopes=None),
    "admin": Actor(user_id=10**9, role="admin", scopes=None),
}


def set_state(app, person, state):
    with app.app_context(), transaction() as s:
        s.get(User, person.id).state = state


def rename(app, person, name):
    """What an operator's rename will do: the old name stays theirs for ever."""
    from api.users.models import FORMER, Username

    with app.app_context(), transaction() as s:
        s.get(Username, names.key(person.username)).kind = FORMER
        s.flush()
        s.add(Username(key=names.key(name), shown=name, kind=0, user_id=person.id))
        s.get(User, person.id).username = name


def test_everybody_sees_a_member_by_name_however_it_is_spelt(client, world):
    person = world.member()
    for spelt in (person.username, person.username.upper(), f"{person.username[:3]}{person.username[3:]}"):
        user = client.get(f"/users/{spelt}")
        assert (user["id"], user["username"], user["role"], user["state"]) == (
            person.id,
            person.username,
            "member",
            "active",
        )
    assert user["viewer"] == {"can": {"edit": False, "set_role": False}}


def test_a_chinese_name_has_a_page_and_an_address(client, world):
    name = f"小明{world.name('')[-2:].strip('-')}"
    world.member(username=name)
    user = client.get(f"/users/{name}")
    assert user["username"] == name
    assert user["url"].startswith("/u/%E5%B0%8F%E6%98%8E")


def test_nothing_secret_is_in_a_member(client, world):
    person = world.member()
    user = client.get(f"/users/{person.username}")
    assert not {"email", "about", "locale", "password_hash", "address"} & set(user)


def test_what_is_no_member_is_one_404(client, app, world):
    gone = world.member()
    set_state(app, gone, DELETED)
    never = client.refused("GET", "/users/nobody-at-all", 404, "not_found")
    for name in (gone.username, "admin", "%00", "x", "a" * 300, "..", "' or 1=1 --", "%F0%9F%A6%8A"):
        problem = client.refused("GET", f"/users/{name}", 404, "not_found")
        apart = {"instance": None, "request_id": None}
        assert problem | apart == never | apart


def test_a_former_name_leads_to_the_present_one(client, app, world):
    person = world.member()
    new = world.name("renamed")
    rename(app, person, new)
    response = client.request("GET", f"/users/{person.username}", 301)
    assert response.headers["Location"] == f"/api/v1/users/{new}"
    assert client.get(f"/users/{new}")["id"] == person.id
    set_state(app, person, DELETED)
    client.refused("GET", f"/users/{person.username}", 404, "not_found")


def test_a_name_is_never_given_to_somebody_else(app, world):
    from api.core.problems import Problem

    person = world.member()
    rename(app, person, world.name("renamed"))
    with pytest.raises(Problem, match="name_taken"):
        world.member(username=person.username)


def test_a_suspended_member_is_seen_and_said_to_be(client, app, world):
    person = world.member()
    set_state(app, person, SUSPENDED)
    assert client.get(f"/users/{person.username}")["state"] == "suspended"


def test_members_are_listed_newest_first_and_paged(client, world):
    people = [world.member() for _ in range(5)]
    page = client.get("/users?limit=2")
    assert [user["id"] for user in page["items"]] == [people[4].id, people[3].id]
    second = client.request("GET", f"/users?limit=2&cursor={page['next']}", 200)
    assert [user["id"] for user in second.json["items"]] == [people[2].id, people[1].id]
    assert 'rel="next"' in second.headers["Link"]
    back = client.get(f"/users?limit=2&cursor={second.json['previous']}")
    assert back["items"] == page["items"]


def test_members_are_found_by_the_beginning_of_their_name(client, app, world):
    stem = world.name("find")
    found = [world.member(username=f"{stem}{letter}").username for letter in ("b", "a", "c")]
    gone = world.member(username=f"{stem}d")
    set_state(app, gone, DELETED)
    page = client.get(f"/users?q={stem.upper()}")
    assert [user["username"] for user in page["items"]] == sorted(found)
    first = client.get(f"/users?q={stem}&limit=2")
    rest = client.get(f"/users?q={stem}&limit=2&cursor={first['next']}")
    assert [user["username"] for user in first["items"] + rest["items"]] == sorted(found)
    newest = client.get(f"/users?q={stem}&sort=new")
    assert [user["username"] for user in newest["items"]] == found[::-1]
    assert client.get(f"/users?q={stem}%25")["items"] == []
    assert client.get("/users?q=_")["items"] == []


def test_members_are_had_by_id_in_the_order_asked(client, app, world):
    first, second, gone = world.member(), world.member(), world.member()
    set_state(app, gone, DELETED)
    page = client.get(f"/users?id={second.id}&id={gone.id}&id={first.id}&id=9007199254740991&id={second.id}")
    assert [user["id"] for user in page["items"]] == [second.id, first.id]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("sort=active", "sort"), ("q=", "q"),
        ("q=%00", "q"), ("id=0", "id"), ("id=9007199254740992", "id"), ("role=admin", "role"), ("q=a&q=b", "q"),
    ],
)  # fmt: skip
def test_a_bad_query_is_named(client, query, name):
    problem = client.refused("GET", f"/users?{query}", 422, "invalid_input")
    assert [error["name"] for error in problem["errors"]] == [name]


def test_a_cursor_serves_its_own_list_only(client, world):
    for _ in range(2):
        world.member()
    cursor = client.get("/users?limit=1")["next"]
    client.refused("GET", f"/users?limit=1&sort=name&cursor={cursor}", 400, "invalid_cursor")
    client.refused("GET", f"/users?limit=1&cursor={cursor[:-2]}", 400, "invalid_cursor")


def test_the_list_sends_as_many_statements_for_thirty_members_as_for_one(app, client, world):
    from sqlalchemy import event

    engine = app.extensions["parley"].database.engine
    counts = []
    for limit in (1, 30):
        sent = []
        note = lambda *args, sent=sent: sent.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        client.get(f"/users?limit={limit}")
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(sent))
        for _ in range(3):
            world.member()
    assert counts[0] == counts[1]


def test_an_unchanged_member_is_304(client, world):
    person = world.member()
    response = client.request("GET", f"/users/{person.username}", 200)
    tag = response.headers["ETag"]
    assert tag.startswith('"1-')
    client.request("GET", f"/users/{person.username}", 304, headers={"If-None-Match": tag})
    assert response.headers["Cache-Control"].startswith("public")
    private = client.as_(person).request("GET", f"/users/{person.username}", 200)
    assert private.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("state", [ACTIVE, SUSPENDED, DELETED])
@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_the_rule_and_its_sql_twin_agree(app, world, persona, state):
    person = world.member()
    set_state(app, person, state)
    with app.app_context(), transaction() as s:
        user = s.get(User, person.id)
        for actor in (persona, Actor(user_id=person.id, role="member", scopes=None)):
            assert bool(may_see_user(actor, user)) == (get_user_by_id(s, actor, user.id) is not None)
            if not may_see_user(actor, user):
                assert not may_edit_profile(actor, user)
                assert not may_set_role(actor, user)


def test_briefs_name_the_members_that_are_there(app, world):
    person, gone = world.member(role="moderator"), world.member()
    set_state(app, gone, DELETED)
    with app.app_context(), transaction() as s:
        briefs = get_briefs(s, [person.id, gone.id, None, 10**12, person.id])
    assert briefs == {
        person.id: {
            "id": person.id,
            "username": person.username,
            "display_name": "",
            "avatar_url": None,
            "role": "moderator",
            "bot": False,
        }
    }


def test_mentions_find_members_by_present_and_former_names(app, world):
    person, other, gone = world.member(), world.member(), world.member()
    new = world.name("renamed")
    rename(app, person, new)
    set_state(app, gone, DELETED)
    asked = [
        names.key(name) for name in (person.username, new, other.username, gone.username, "nobody-at-all")
    ]
    with app.app_context(), transaction() as s:
        found = mention_resolver(s)(asked)
    assert {key: (mention.user_id, mention.username) for key, mention in found.items()} == {
        names.key(person.username): (person.id, new),
        names.key(new): (person.id, new),
        names.key(other.username): (other.id, other.username),
    }


def test_counters_move_and_never_fall_below_zero(app, client, world):
    from sqlalchemy.exc import IntegrityError

    person = world.member()
    with app.app_context(), transaction() as s:
        add_counts(s, person.id, topics=2, replies=3)
        add_counts(s, person.id, topics=-1, answers=1)
        add_counts(s, person.id)
        add_counts(s, None, topics=1)
    user = client.get(f"/users/{person.username}")
    assert (user["topic_count"], user["reply_count"], user["answer_count"]) == (1, 3, 1)
    assert user["version"] == 1
    with app.app_context(), pytest.raises(IntegrityError, match="ck_users_counts"), transaction() as s:
        add_counts(s, person.id, topics=-2)


@pytest.mark.parametrize("beside", ["q=a", "sort=name", "limit=5"])
def test_ids_of_members_take_no_filters_beside_them(client, world, beside):
    problem = client.refused("GET", f"/users?id={world.member().id}&{beside}", 422, "invalid_input")
    assert [(e["name"], e["code"]) for e in problem["errors"]] == [
        (beside.split("=", maxsplit=1)[0], "not_applicable")
    ]
