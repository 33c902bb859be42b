"""The table of statuses: how each one that the document declares is provoked, for each operation.

`WAYS` holds what works alike for every operation, `OWN` what belongs to one. Nothing else may be declared: the test of
this table compares its rows with the document.
"""

from collections.abc import Callable
from unittest.mock import patch

from sqlalchemy import text, update
from werkzeug.test import TestResponse

from api.core import idempotency
from api.core.db import transaction
from api.permissions.actor import Actor
from api.text import names
from api.topics.models import BY_MODERATOR, Post, Topic
from api.users.models import FORMER, Username
from tests.contract.scene import JSON, Scene

Way = Callable[[Scene], TestResponse]
KEY = "one-and-the-same"
# The stream itself is what the events process answers; tests/events listens to it.
ELSEWHERE = {("streamEvents", 200)}
# What the server in front refuses before any operation is reached; tests/servers provokes them there for each address.
BY_THE_SERVER = {400: "bad_request", 431: "request_header_fields_too_large"}
CODES: dict[int, set[str]] = {
    400: {"malformed_json", "bad_request", "invalid_cursor"},
    401: {"invalid_token", "invalid_credentials", "invalid_refresh_token"},
    403: {"insufficient_scope", "origin_mismatch"},
    404: {"not_found"},
    409: {
        "idempotency_in_progress", "already_deleted", "opening_post", "slug_taken", "last_admin", "not_deleted",
    },
    410: {"cursor_reset"},
    411: {"length_required"},
    412: {"version_mismatch"},
    413: {"payload_too_large"},
    414: {"uri_too_long"},
    415: {"unsupported_media_type"},
    422: {"invalid_input"},
    429: {"rate_limited"},
    500: {"internal_error"},
    501: {"stream_unavailable"},
    503: {"database_unavailable"},
}  # fmt: skip


def succeeds(scene: Scene) -> TestResponse:
    """What is wanted is done, for somebody who may do everything."""
    return scene.ask()


def unchanged(scene: Scene) -> TestResponse:
    """Asked again with the tag that was given."""
    return scene.ask(headers={"If-None-Match": scene.ask().headers["ETag"]})


def no_json(scene: Scene) -> TestResponse:
    """A body that is no JSON."""
    return scene.ask(data=b'{"a": ', headers=JSON)


def no_cursor(scene: Scene) -> TestResponse:
    """A place that no list gave."""
    name = "after" if scene.op.name == "listEvents" else "cursor"
    return scene.ask(query={name: "nonsense"})


def no_tags(scene: Scene) -> TestResponse:
    """A precondition that is no list of tags."""
    return scene.ask(headers={"If-Match": "nonsense"})


def no_token(scene: Scene) -> TestResponse:
    """A token that is none."""
    return scene.ask(headers={"Authorization": "Bearer nonsense"})


def another_scope(scene: Scene) -> TestResponse:
    """A token of the same member that reaches something else only."""
    actor = Actor(user_id=1, username="x", role="admin", scopes=frozenset({"nothing"}))
    with scene.identified(lambda *_: actor):
        return scene.ask()


def nowhere(scene: Scene) -> TestResponse:
    """About something that never was."""
    missing = {
        name: "999999999" if schema["type"] == "integer" else "nobody-at-all"
        for name, schema in scene.op.parameters("path").items()
    }
    return scene.ask(address=scene.op.path.format(**missing))


def twin_under_way(scene: Scene) -> TestResponse:
    """While a request with the same key has not ended yet."""
    reads_token = any(scene.op.doc["security"])
    with scene.app.app_context(), transaction() as s:
        path = f"/api/v1{scene.address()}"
        hashed = idempotency._hash(scene.op.method, path, KEY)
        lock = idempotency._lock_number(scene.person.id if reads_token else 0, hashed)
        s.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
        return scene.in_another_thread(headers={"Idempotency-Key": KEY})


def no_length(scene: Scene) -> TestResponse:
    """A body that is sent in chunks and counted by nobody in front."""
    return scene.ask(data=None, headers=JSON | {"Transfer-Encoding": "chunked"})


def lost_race(scene: Scene) -> TestResponse:
    """Somebody else was quicker."""
    return scene.ask(headers={"If-Match": '"999999"'})


def too_large(scene: Scene) -> TestResponse:
    """One byte more than a mebibyte."""
    return scene.ask(data=b" " * (2**20 + 1), headers=JSON)


def too_long(scene: Scene) -> TestResponse:
    """A query of nine kilobytes."""
    return scene.ask(query={"q": "x" * 9_000})


def no_media_type(scene: Scene) -> TestResponse:
    """JSON that does not say so."""
    return scene.ask(data=b"{}", headers={"Content-Type": "text/plain"})


def unknown_parameter(scene: Scene) -> TestResponse:
    """A parameter that the operation does not have."""
    return scene.ask(query={"nonsense": "1"})


def too_many(scene: Scene) -> TestResponse:
    """After a million requests in this minute."""
    return scene.ask(app=scene.houses.counting)


def a_bug(scene: Scene) -> TestResponse:
    """Something raises what nobody expects."""
    scene.prepare()
    with patch("api.core.clock.now", side_effect=ZeroDivisionError):
        return scene.ask()


def away(scene: Scene) -> TestResponse:
    """Without a database."""
    return scene.ask(app=scene.houses.adrift)


def bad_request(scene: Scene) -> Way | None:
    """How an operation is asked what it cannot understand; None where only the server in front can be."""
    if scene.op.body is not None:
        return no_json
    if {"cursor", "after"} & scene.op.parameters("query").keys() and scene.op.method == "GET":
        return no_cursor if scene.op.name != "streamEvents" else None
    return no_tags if "If-Match" in scene.op.parameters("header") else None


WAYS: dict[int, Way] = {
    200: succeeds, 201: succeeds, 202: succeeds, 204: succeeds, 304: unchanged, 401: no_token, 403: another_scope,
    404: nowhere, 409: twin_under_way, 411: no_length, 412: lost_race, 413: too_large, 414: too_long,
    415: no_media_type, 422: unknown_parameter, 429: too_many, 500: a_bug, 503: away,
}  # fmt: skip


# What belongs to single operations -----------------------------------------------------------------------------------


def renamed_category(scene: Scene) -> TestResponse:
    """By the slug that it had."""
    old = scene.world.category()
    scene.client.patch(f"/categories/{old}", {"slug": scene.world.name("renamed")})
    return scene.ask(address=f"/categories/{old}")


def renamed_user(scene: Scene) -> TestResponse:
    """By the name that they had."""
    person, old = scene.world.member(), scene.world.name("former")
    with scene.app.app_context(), transaction() as s:
        row = {"key": names.key(old), "shown": old, "kind": FORMER, "user_id": person.id}
        s.add(Username(**row, registration_id=None, until=None))
    return scene.ask(address=f"/users/{old}")


def taken_slug(scene: Scene) -> TestResponse:
    """Another category has that slug."""
    return scene.ask(json={"slug": scene.world.category()})


def deleted_before(scene: Scene) -> TestResponse:
    """It is gone already."""
    hide(scene)
    return scene.ask()


def deletes_an_opening_post(scene: Scene) -> TestResponse:
    """A topic's first text goes with its topic."""
    topic = scene.client.get(f"/topics/{scene.things.topic_id}")
    return scene.ask(address=f"/posts/{topic['post']['id']}")


def restores_what_was_deleted(scene: Scene) -> TestResponse:
    """By somebody who may."""
    hide(scene)
    return scene.ask()


def hide(scene: Scene) -> None:
    """What a moderator's deletion leaves: the whole topic, or its reply."""
    things, scene.struck = scene.things, True
    model, number = (Topic, things.topic_id) if "topic_id" in scene.op.path else (Post, things.post_id)
    with scene.app.app_context(), transaction() as s:
        s.execute(update(model).where(model.id == number).values(hidden=BY_MODERATOR))


def demotes_the_last_admin(scene: Scene) -> TestResponse:
    """In a forum that has one only."""
    admin = scene.houses.lonely_admin
    address = f"/users/{admin.username}/role"
    headers = {"Authorization": f"Bearer {admin.token}"}
    return scene.ask(app=scene.houses.lonely, address=address, json={"role": "member"}, headers=headers)


def before_the_beginning(scene: Scene) -> TestResponse:
    """With a cursor of a log that was another one."""
    return scene.ask(query={"after": "00000000-1-1"})


def confirms(scene: Scene) -> TestResponse:
    """With the token that was mailed."""
    email = scene.registers()
    return scene.ask(json={"token": scene.mailed(email)})


def signs_in(scene: Scene) -> TestResponse:
    """With the right password."""
    joined = scene.joined()
    return scene.ask(json={"login": joined.username, "password": joined.password})


def refreshes(scene: Scene) -> TestResponse:
    """With the token of an open session."""
    return scene.ask(json={"refresh_token": scene.joined().refresh_token})


def nobody_signs_in(scene: Scene) -> TestResponse:
    """With a name that nobody has, or a token of no session."""
    return scene.ask()


def from_another_page(scene: Scene) -> TestResponse:
    """The cookie, asked for by somebody else's page."""
    return scene.ask(headers={"X-Session": "cookie", "Origin": "https://another.example"})


def refreshes_in_vain(scene: Scene) -> TestResponse:
    """Without a database, by somebody who would be told yes with one."""
    token = scene.person.refresh_token
    return scene.ask(app=scene.houses.adrift, json={"refresh_token": token})


def resets(scene: Scene) -> TestResponse:
    """With the token that was mailed."""
    joined = scene.joined()
    scene.visitor.post("/auth/password/forgot", {"email": joined.email}, 202)
    return scene.ask(json={"token": scene.mailed(joined.email), "password": "four quiet rivers"})


def with_own_password(scene: Scene) -> TestResponse:
    """By somebody who knows it."""
    joined = scene.joined()
    body = {
        "changePassword": {"current_password": joined.password, "password": "five quiet rivers"},
        "reauthenticate": {"password": joined.password},
    }[scene.op.name]
    return scene.ask(json=body, headers={"Authorization": f"Bearer {joined.token}"})


def ends_own_session(scene: Scene) -> TestResponse:
    """One of the sessions that are listed."""
    person = scene.world.member()
    (session,) = scene.world.client(person).get("/auth/sessions")["items"]
    return scene.ask(
        address=f"/auth/sessions/{session['id']}", headers={"Authorization": f"Bearer {person.token}"}
    )


OWN: dict[tuple[str, int], Way] = {
    ("getCategory", 301): renamed_category,
    ("getUser", 301): renamed_user,
    ("changeCategory", 409): taken_slug,
    ("deleteTopic", 409): deleted_before,
    ("deletePost", 409): deletes_an_opening_post,
    ("restoreTopic", 200): restores_what_was_deleted,
    ("restorePost", 200): restores_what_was_deleted,
    ("setUserRole", 409): demotes_the_last_admin,
    ("listEvents", 410): before_the_beginning,
    ("confirmRegistration", 200): confirms,
    ("login", 200): signs_in,
    ("refreshSession", 200): refreshes,
    ("refreshSession", 503): refreshes_in_vain,
    ("login", 401): nobody_signs_in,
    ("refreshSession", 401): nobody_signs_in,
    **{
        (name, 403): from_another_page
        for name in ("login", "refreshSession", "confirmRegistration", "resetPassword")
    },
    ("resetPassword", 200): resets,
    ("changePassword", 204): with_own_password,
    ("reauthenticate", 204): with_own_password,
    ("endSession", 204): ends_own_session,
    ("streamEvents", 501): succeeds,
}


def way_to(scene: Scene, status: int) -> Way | None:
    """How this scene's operation is made to answer with a status; None where the application cannot be."""
    own = OWN.get((scene.op.name, status))
    if own is not None or status != 400:
        return own or WAYS.get(status)
    return bad_request(scene)
