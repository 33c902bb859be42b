import pytest
from sqlalchemy import text

from api.core.db import transaction
from tests.auth.threads import at_once


def make_only_admins(app, *people):
    with app.app_context(), transaction() as s:
        s.execute(text("update users set role = 'member' where role = 'admin'"))
        for person in people:
            s.execute(text("update users set role = 'admin' where id = :id"), {"id": person.id})


def path(person):
    return f"/users/{person.username}/role"


def test_an_administrator_gives_and_takes_roles(client, world):
    admin, person = world.member("admin"), world.member()
    here = client.as_(admin)
    assert client.as_(admin).get(f"/users/{person.username}")["viewer"]["can"]["set_role"]
    changed = here.put(path(person), {"role": "moderator"})
    assert (changed["role"], changed["version"]) == ("moderator", 2)
    assert here.put(path(person), {"role": "moderator"})["version"] == 2
    assert here.put(path(person), {"role": "member"})["role"] == "member"


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_nobody_else_does(client, world, role):
    caller, person = world.member(role), world.member()
    here = client.as_(caller)
    here.refused("PUT", path(person), 403, "admins_only", json={"role": "admin"})
    here.refused("PUT", path(caller), 403, "admins_only", json={"role": "admin"})
    client.refused("PUT", path(person), 401, "unauthorized", json={"role": "admin"})
    assert client.get(f"/users/{person.username}")["role"] == "member"


def test_it_wants_a_fresh_sign_in(client, app, world):
    admin, person = world.member("admin"), world.member()
    with app.app_context(), transaction() as s:
        old = "update sessions set fresh_at = now() - interval '10 min' where user_id = :id"
        s.execute(text(old), {"id": admin.id})
    here = client.as_(admin)
    here.refused("PUT", path(person), 401, "reauthentication_required", json={"role": "admin"})
    assert client.get(f"/users/{person.username}")["role"] == "member"


def test_it_holds_on_the_very_next_request(client, world):
    admin, person = world.member("admin"), world.member()
    there = client.as_(person)
    there.refused("PUT", path(admin), 403, "admins_only", json={"role": "admin"})
    client.as_(admin).put(path(person), {"role": "admin"})
    there.put(path(admin), {"role": "member"})
    client.as_(admin).refused("PUT", path(person), 403, "admins_only", json={"role": "member"})


def test_the_version_edited_is_the_version_changed(client, world):
    admin, person = world.member("admin"), world.member()
    here = client.as_(admin)
    here.refused(
        "PUT", path(person), 412, "version_mismatch", json={"role": "moderator"}, headers={"If-Match": '"9"'}
    )
    here.put(path(person), {"role": "moderator"}, headers={"If-Match": '"1"'})


@pytest.mark.parametrize(
    "body", [{}, {"role": "owner"}, {"role": None}, {"role": ["admin"]}, {"role": "admin", "x": 1}]
)
def test_a_role_is_one_of_three(client, world, body):
    admin, person = world.member("admin"), world.member()
    client.as_(admin).refused("PUT", path(person), 422, "invalid_input", json=body)


def test_nobody_there_is_404(client, world):
    admin = world.member("admin")
    client.as_(admin).refused("PUT", "/users/nobody-at-all/role", 404, "not_found", json={"role": "admin"})


def test_the_last_administrator_stays(client, app, world):
    admin, other = world.member("admin"), world.member("admin")
    make_only_admins(app, admin)
    here = client.as_(admin)
    here.refused("PUT", path(admin), 409, "last_admin", json={"role": "member"})
    make_only_admins(app, admin, other)
    here.put(path(admin), {"role": "member"})


def test_two_administrators_who_unseat_each_other_at_once_leave_one(client, app, world):
    first, second = world.member("admin"), world.member("admin")
    make_only_admins(app, first, second)
    answers = at_once(
        [
            lambda: client.as_(first).request("PUT", path(second), json={"role": "member"}),
            lambda: client.as_(second).request("PUT", path(first), json={"role": "member"}),
        ]
    )
    # Whoever comes second is either refused as the last one, or no administrator any more.
    assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])
    roles = [client.get(f"/users/{person.username}")["role"] for person in (first, second)]
    assert sorted(roles) == ["admin", "member"]


def test_a_suspended_administrator_is_none_who_remains(client, app, world):
    admin, suspended = world.member("admin"), world.member("admin")
    make_only_admins(app, admin, suspended)
    with app.app_context(), transaction() as s:
        s.execute(text("update users set state = 1 where id = :id"), {"id": suspended.id})
    here = client.as_(admin)
    here.refused("PUT", path(admin), 409, "last_admin", json={"role": "member"})
    here.put(path(suspended), {"role": "member"})
