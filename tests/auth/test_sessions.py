from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.auth import refresh_tokens
from tests.auth.people import PASSWORD, Visitor, headers_of, without_id
from tests.auth.threads import MOST, at_once
from tests.conftest import settings_for


@pytest.fixture(scope="session")
def second_worker(database_url: str, data_folder: Path) -> Iterator[Flask]:
    """Another process of the same installation, as far as memory goes."""
    found = create_app(settings_for(database_url, data_folder))
    yield found
    found.extensions["parley"].database.engine.dispose()


def session_of(app, refresh_token):
    with app.app_context():
        return refresh_tokens.parse(refresh_token).session_id


def stale(app, sql, token, minutes=11):
    """Let the password have been typed so many minutes ago."""
    sql(
        "update sessions set fresh_at = now() - make_interval(mins => :m) where id = :id",
        m=minutes,
        id=session_of(app, token),
    )


def test_refreshing_replaces_both_tokens(visitor, sign_up):
    joined = sign_up()
    body = visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    assert body["refresh_token"] != joined.refresh_token
    assert body["access_token"] != joined.token
    visitor.with_token(body["access_token"]).get("/users/me")
    visitor.post("/auth/refresh", {"refresh_token": body["refresh_token"]}, 200)


def test_an_expired_token_is_not_in_the_way_of_a_new_one(visitor, sign_up):
    """Generated clients send the token they have with every call."""
    joined = sign_up()
    bearing = visitor.with_token("expired")
    bearing.refused("GET", "/topics", 401, "invalid_token")
    bearing.post("/auth/login", {"login": joined.username, "password": PASSWORD}, 200)
    bearing.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    bearing.refused(
        "POST", "/auth/login", 401, "invalid_credentials", json={"login": joined.username, "password": "x"}
    )


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_signing_out_needs_no_body(visitor, sign_up, body):
    bearing = visitor.with_token(sign_up().token)
    sent = {"data": body, "content_type": "application/json"}
    bearing.request("POST", "/auth/logout", 422, data=b"[]", content_type="application/json")
    bearing.request("POST", "/auth/logout", 204, **sent)
    bearing.refused("GET", "/users/me", 401, "invalid_token")


def test_a_lost_answer_is_had_again_within_twenty_seconds(visitor, sign_up):
    joined = sign_up()
    first = visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    again = visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    assert again["refresh_token"] == first["refresh_token"]


def test_tabs_that_refresh_at_once_stay_signed_in_with_one_token(app, sign_up):
    joined = sign_up()
    sent = {"refresh_token": joined.refresh_token}
    answers = at_once([lambda: Visitor(app).post("/auth/refresh", sent, 200)] * MOST)
    assert len({answer["refresh_token"] for answer in answers}) == 1
    for answer in answers:
        Visitor(app).with_token(answer["access_token"]).get("/users/me")


def test_a_used_up_token_that_comes_back_later_ends_the_session_and_tells_its_owner(
    app, visitor, sign_up, sql, post
):
    joined = sign_up()
    body = visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    session = session_of(app, joined.refresh_token)
    sql("update sessions set rotated_at = now() - interval '21 s' where id = :id", id=session)
    old = {"refresh_token": joined.refresh_token}
    visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=old)

    visitor.with_token(body["access_token"]).refused("GET", "/users/me", 401, "invalid_token")
    new = {"refresh_token": body["refresh_token"]}
    visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=new)
    assert [mail.purpose for mail in post.to(joined.email)].count("session_copied") == 1


def test_a_token_two_rotations_old_ends_the_session_at_once(visitor, sign_up, post):
    joined = sign_up()
    second = visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    third = visitor.post("/auth/refresh", {"refresh_token": second["refresh_token"]}, 200)
    old = {"refresh_token": joined.refresh_token}
    visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=old)
    visitor.with_token(third["access_token"]).refused("GET", "/users/me", 401, "invalid_token")
    assert post.to(joined.email)[-1].purpose == "session_copied"


def test_noise_is_refused_and_ends_nothing(app, visitor, sign_up):
    joined = sign_up()
    good = joined.refresh_token
    noises = ["x", good[:-1], good + "A", good.swapcase(), "A" * len(good), "é" * len(good), joined.token]
    noises += [good[:i] + ("A" if good[i] != "A" else "B") + good[i + 1 :] for i in range(0, len(good), 5)]
    refused = [
        visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json={"refresh_token": noise})
        for noise in noises
        if len(noise) <= 256
    ]
    assert all(without_id(problem) == without_id(refused[0]) for problem in refused)
    visitor.post("/auth/refresh", {"refresh_token": good}, 200)


@pytest.mark.parametrize("column", ["idle_expires_at", "absolute_expires_at"])
def test_a_session_ends_by_its_time(app, visitor, sign_up, sql, column):
    joined = sign_up()
    session = session_of(app, joined.refresh_token)
    sql(f"update sessions set {column} = now() - interval '1 s' where id = :id", id=session)
    visitor.with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
    sent = {"refresh_token": joined.refresh_token}
    visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=sent)


def test_refreshing_moves_the_idle_end_but_not_the_absolute_one(app, visitor, sign_up, sql):
    joined = sign_up()
    session = session_of(app, joined.refresh_token)
    ends = "select idle_expires_at, absolute_expires_at from sessions where id = :id"
    sql("update sessions set idle_expires_at = now() + interval '1 hour' where id = :id", id=session)
    [(idle, absolute)] = sql(ends, id=session)
    visitor.post("/auth/refresh", {"refresh_token": joined.refresh_token}, 200)
    [(later, same)] = sql(ends, id=session)
    assert (later - idle).days == 13
    assert same == absolute


def test_signing_out_holds_on_the_very_next_request_of_every_worker(app, second_worker, sign_up):
    joined = sign_up()
    Visitor(second_worker).with_token(joined.token).get("/users/me")
    Visitor(app).with_token(joined.token).post("/auth/logout", None, 204)
    for worker in (app, second_worker):
        Visitor(worker).with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
        sent = {"refresh_token": joined.refresh_token}
        Visitor(worker).refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=sent)


def test_the_refresh_token_alone_signs_out(visitor, sign_up):
    joined = sign_up()
    visitor.post("/auth/logout", {"refresh_token": joined.refresh_token}, 204)
    visitor.with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
    # Signing out twice is no mistake, and tells nothing about the token.
    visitor.post("/auth/logout", {"refresh_token": joined.refresh_token}, 204)
    visitor.post("/auth/logout", {"refresh_token": "x"}, 204)


def test_signing_out_nobody_is_401(visitor):
    visitor.refused("POST", "/auth/logout", 401, "unauthorized")


@pytest.mark.parametrize(
    "change",
    [
        "update users set state = 1 where username = :n",
        "update users set state = 2 where username = :n",
        "delete from sessions where user_id = (select id from users where username = :n)",
    ],
    ids=["suspended", "deleted", "ended"],
)
def test_what_ends_a_member_holds_on_the_very_next_request(app, second_worker, sign_up, sql, change):
    joined = sign_up()
    Visitor(second_worker).with_token(joined.token).get("/users/me")
    sql(change, n=joined.username)
    for worker in (app, second_worker):
        Visitor(worker).with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
        sent = {"refresh_token": joined.refresh_token}
        Visitor(worker).refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=sent)


def test_a_role_holds_from_the_very_next_request_on(app, second_worker, world, sql):
    person = world.member()
    other = world.member()
    asked = {"json": {"role": "moderator"}}
    there = Visitor(second_worker).with_token(person.token)
    there.refused("PUT", f"/users/{other.username}/role", 403, "admins_only", **asked)
    sql("update users set role = 'admin' where id = :id", id=person.id)
    there.json("PUT", f"/users/{other.username}/role", 200, **asked)
    sql("update users set role = 'member' where id = :id", id=person.id)
    there.refused("PUT", f"/users/{other.username}/role", 403, "admins_only", **asked)


def test_members_see_their_own_devices_newest_first(visitor, sign_up):
    joined = sign_up()
    login = {"login": joined.email, "password": PASSWORD}
    body = visitor.request("POST", "/auth/login", 200, json=login, headers={"User-Agent": "Lynx/2.9"}).json
    here = visitor.with_token(body["access_token"])
    page = here.get("/auth/sessions")
    assert [item["current"] for item in page["items"]] == [True, False]
    assert page["items"][0]["agent"] == "Lynx/2.9"
    first = here.request("GET", "/auth/sessions?limit=1", 200).json
    assert first["items"] == page["items"][:1]
    rest = here.get(f"/auth/sessions?limit=1&cursor={first['next']}")
    assert rest["items"] == page["items"][1:]
    assert rest["next"] is None


@pytest.mark.parametrize("agent", ["", "x" * 5_000, "nul\x00", "caf\xe9", "' or 1=1 --"])
def test_a_device_may_call_itself_anything(visitor, sign_up, agent):
    joined = sign_up()
    login = {"login": joined.email, "password": PASSWORD}
    sent = {"REMOTE_ADDR": visitor.address, "HTTP_USER_AGENT": agent}
    body = visitor.json("POST", "/auth/login", 200, json=login, environ_overrides=sent)
    shown = visitor.with_token(body["access_token"]).get("/auth/sessions")["items"][0]["agent"]
    assert len(shown) <= 255
    assert "\x00" not in shown


def test_one_other_device_is_ended_with_a_fresh_sign_in_only(app, visitor, sign_up, sql):
    joined = sign_up()
    body = visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    here = visitor.with_token(body["access_token"])
    other = f"/auth/sessions/{session_of(app, joined.refresh_token)}"
    stale(app, sql, body["refresh_token"])
    problem = here.request("DELETE", other, 401)
    assert problem.json["code"] == "reauthentication_required"
    assert 'error="insufficient_user_authentication"' in problem.headers["WWW-Authenticate"]
    here.post("/auth/reauthenticate", {"password": PASSWORD}, 204)
    here.delete(other)
    here.refused("DELETE", other, 404, "not_found")
    visitor.with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
    here.get("/users/me")


def test_the_present_device_may_always_be_ended(app, visitor, sign_up, sql):
    joined = sign_up()
    stale(app, sql, joined.refresh_token)
    here = visitor.with_token(joined.token)
    here.delete(f"/auth/sessions/{session_of(app, joined.refresh_token)}")
    here.refused("GET", "/users/me", 401, "invalid_token")


def test_somebody_else_s_session_does_not_exist(app, visitor, sign_up):
    here, other = sign_up(), sign_up()
    caller = visitor.with_token(here.token)
    foreign = caller.request("DELETE", f"/auth/sessions/{session_of(app, other.refresh_token)}", 404)
    for never in ("00000000-0000-4000-8000-000000000000", "x", "' or 1=1", "%00"):
        response = caller.request("DELETE", f"/auth/sessions/{never}", 404)
        own = {"instance": None}
        assert without_id(response.json) | own == without_id(foreign.json) | own
        length = {"Content-Length": None}
        assert headers_of(response) | length == headers_of(foreign) | length
    visitor.with_token(other.token).get("/users/me")


def test_all_other_devices_are_ended_at_once(app, visitor, sign_up, sql):
    joined = sign_up()
    body = visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    here = visitor.with_token(body["access_token"])
    stale(app, sql, body["refresh_token"])
    here.refused("DELETE", "/auth/sessions", 401, "reauthentication_required")
    visitor.with_token(joined.token).get("/users/me")
    here.post("/auth/reauthenticate", {"password": PASSWORD}, 204)
    here.delete("/auth/sessions")
    here.get("/users/me")
    visitor.with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")


def test_the_password_is_entered_again_ten_times_at_most(app, visitor, sign_up, sql):
    joined = sign_up()
    here = visitor.with_token(joined.token)
    stale(app, sql, joined.refresh_token)
    for _ in range(10):
        here.refused(
            "POST", "/auth/reauthenticate", 401, "invalid_credentials", json={"password": "not my password"}
        )
    here.refused("POST", "/auth/reauthenticate", 429, "rate_limited", json={"password": PASSWORD})
    here.refused("DELETE", "/auth/sessions", 401, "reauthentication_required")


def test_being_here_is_noted_once_in_five_minutes(app, visitor, sign_up, sql):
    joined = sign_up()
    seen = lambda: sql("select last_seen_at from users where username = :n", n=joined.username)[0][0]  # noqa: E731
    here = visitor.with_token(joined.token)
    here.get("/users/me")
    first = seen()
    here.get("/users/me")
    assert seen() == first
    sql("update users set last_seen_at = now() - interval '6 min' where username = :n", n=joined.username)
    here.get("/users/me")
    assert seen() > first


def test_one_statement_finds_session_and_member(app, visitor, sign_up, statements):
    joined = sign_up()
    here = visitor.with_token(joined.token)
    here.get("/users/me")
    sent = statements(lambda: here.get("/users/me"))
    assert len([statement for statement in sent if "FROM sessions" in statement]) == 1
    assert not [statement for statement in sent if statement.startswith("UPDATE")]
