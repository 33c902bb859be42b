"""Tokens, cursors and headers that we did not give out, or not for this."""

import base64
import datetime as dt
import json
from uuid import uuid4

import jwt
import pytest
from flask import Flask

from api.auth import access_tokens
from api.core.clock import now
from tests.client import Client
from tests.contract.operations import Operation, names, refused
from tests.world import Person, World


@pytest.fixture(scope="module")
def person(app: Flask) -> Person:
    return World(app).member("admin")


@pytest.fixture(scope="module")
def forged(app: Flask, person: Person) -> dict[str, str]:
    """Authorization headers by what is wrong with them."""
    genuine = person.token
    head, body, signature = genuine.split(".")
    claims = jwt.decode(genuine, options={"verify_signature": False})
    key = app.config["JWT_SECRET_KEY"]
    other = World(app).member("admin")

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    def signed(**changes: object) -> str:
        return jwt.encode({k: v for k, v in (claims | changes).items() if v is not ...}, key, "HS256")

    bearer = {
        "no token": "nonsense",
        "empty parts": "..",
        "four parts": f"{genuine}.{signature}",
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{signature[:-4]}AAAA",
        "another body": f"{head}.{part(claims | {'sub': str(other.id)})}.{signature}",
        "algorithm none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "algorithm NONE": f"{part({'alg': 'NONE', 'typ': 'JWT'})}.{body}.{signature}",
        "another algorithm": jwt.encode(claims, key, "HS512"),
        "another key": jwt.encode(claims, "k" * 64, "HS256"),
        "a signature of nothing": f"{part({'alg': 'HS256'})}.{body}.AAAA",
        "a key of its own": f"{part({'alg': 'HS256', 'jwk': {'kty': 'oct', 'k': 'AAAA'}})}.{body}.{signature}",
        "no json": f"{head}.{base64.urlsafe_b64encode(b'nonsense').decode().rstrip('=')}.{signature}",
        "refresh token": person.refresh_token,
        "personal token": "pat_" + "a" * 36,
        "somebody else's session": signed(sub=str(other.id)),
        "no such session": signed(sid=str(uuid4())),
        "a session that is none": signed(sid="1"),
        "no session": signed(sid=...),
        "no subject": signed(sub=...),
        "a subject that is none": signed(sub="admin"),
        "a huge subject": signed(sub=str(10**30)),
        "a negative subject": signed(sub="-1"),
        "no end": signed(exp=...),
        "an end that is none": signed(exp="never"),
        "another purpose": signed(type="refresh"),
        "another issuer": signed(iss="https://forum.example.org"),
        "another audience": signed(aud="https://forum.example.org"),
        "too long": "a" * 100_000,
        "two tokens": f"{genuine}, {genuine}",
        "quotes": f'"{genuine}"',
    }
    found = {name: f"Bearer {token}" for name, token in bearer.items()}
    return found | {
        "another scheme": f"Basic {base64.b64encode(b'admin:admin').decode()}",
        "no scheme": genuine,
        "token scheme": f"Token {genuine}",
        "digest": 'Digest username="admin"',
        "not ascii": "Bearer \u00fc\u00e4\u00f6",
    }


def test_a_forged_token_opens_nothing_and_breaks_nothing(
    app: Flask, every: list[Operation], forged: dict[str, str], person: Person
) -> None:
    client = Client(app)
    assert client.get("/users/me", headers={"Authorization": f"bearer {person.token}"})["id"] == person.id
    reading = [op for op in every if op.doc["security"]]
    for wrong, header in forged.items():
        for op in reading if wrong in ("no token", "another key") else reading[:: len(reading) // 4]:
            problem = refused(
                client, op.method, op.address(), 401, "invalid_token", headers={"Authorization": header}
            )
            assert problem["errors"] == [], (wrong, op.name)


def test_a_refused_token_says_how_to_sign_in(app: Flask, forged: dict[str, str]) -> None:
    for header in forged.values():
        response = Client(app).request("GET", "/topics", 401, headers={"Authorization": header})
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="parley", error="invalid_token"'


def test_a_token_ends_after_its_ten_minutes(app: Flask, person: Person) -> None:
    claims = jwt.decode(person.token, options={"verify_signature": False})
    before = now() - access_tokens.LIFETIME - dt.timedelta(seconds=1)
    with app.app_context():
        token = access_tokens.issue(person.id, claims["sid"], before)
    refused(Client(app, token), "GET", "/topics", 401, "token_expired")


def test_no_token_at_all_is_told_apart_from_a_bad_one(app: Flask, every: list[Operation]) -> None:
    for op in every:
        if op.doc["security"] and {} not in op.doc["security"]:
            problem = refused(Client(app), op.method, op.address(), 401, "unauthorized")
            assert problem["errors"] == []


def cursors(app: Flask) -> dict[str, str]:
    """Cursors by what is wrong with them; the genuine one belongs to the list of members, sorted by name."""
    world = World(app)
    world.member()
    genuine = Client(app).get("/users?limit=1&sort=name")["next"]
    changed = ("A" if genuine[0] != "A" else "B") + genuine[1:]
    return {
        "another list's": genuine,
        "changed": changed,
        "cut": genuine[:-3],
        "lengthened": genuine + "AAAA",
        "short": "A",
        "no base64": "!!!!",
        "not ascii": "\u91cf\u5b50",
        "zeros": "A" * 64,
        "json": '[0,"2026-01-01"]',
        "signed by nobody": base64.urlsafe_b64encode(b"0" * 12 + b'[0,{"t":"x"}]').decode().rstrip("="),
        "number": "1",
        "surrounded": f" {genuine} x",
        "long": "A" * 2_000,
    }


def test_a_cursor_that_this_list_did_not_give_is_refused(
    app: Flask, admin: Client, every: list[Operation]
) -> None:
    world = World(app)
    topic = world.topic(world.member())
    given = {"topic_id": str(topic["id"]), "post_id": str(topic["post"]["id"])}
    asked = set()
    for op in every:
        if "cursor" not in op.parameters("query"):
            continue
        path = op.address(**{k: v for k, v in given.items() if k in op.path}).partition("?")[0]
        for wrong, cursor in cursors(app).items():
            query = {"cursor": cursor} | ({"q": "words"} if op.name == "searchForum" else {})
            problem = refused(admin, "GET", path, 400, "invalid_cursor", query_string=query)
            assert names(problem) == {"cursor"}, (op.name, wrong)
        asked.add(op.name)
    assert asked >= {"listTopics", "listReplies", "listUsers", "listTags", "searchForum", "listSessions"}


def test_a_cursor_belongs_to_sort_and_filters(app: Flask) -> None:
    world = World(app)
    client, author, category = Client(app), world.member(), world.category()
    for _ in range(3):
        world.topic(author, category)
    path = f"/topics?category={category}&sort=new&limit=1"
    cursor = client.get(path)["next"]
    assert client.get(f"{path}&cursor={cursor}")["items"]
    for other in ("sort=hot", "sort=new&tag=x", "sort=new&answered=true", "sort=new&pinned=exclude"):
        refused(client, "GET", f"/topics?category={category}&{other}&cursor={cursor}", 400, "invalid_cursor")
    refused(client, "GET", f"/topics?sort=new&cursor={cursor}", 400, "invalid_cursor")


@pytest.mark.parametrize("cursor", ["nonsense", "1", "AAAA", "-1", "9" * 40, "LATEST", "\u91cf", "A" * 64])
def test_a_place_in_the_feed_that_was_never_given_is_refused(app: Flask, cursor: str) -> None:
    problem = Client(app).request("GET", "/events", query_string={"after": cursor})
    assert problem.status_code in (400, 410), cursor
    assert problem.get_json()["code"] in ("invalid_cursor", "cursor_reset", "cursor_expired")


@pytest.mark.parametrize("key", ["", " ", "a b", "\u91cf", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(admin: Client, every: list[Operation], key: str) -> None:
    for op in every:
        if "Idempotency-Key" not in op.parameters("header"):
            continue
        body = (
            {}
            if op.body is None
            else {"title": "A title", "body": "x", "category": "none", "slug": "s", "name": "n"}
        )
        body = {k: v for k, v in body.items() if k in ((op.body or {}).get("properties", {}))}
        response = admin.request(
            op.method, op.address(), json=body if op.body else None, headers={"Idempotency-Key": key}
        )
        assert response.status_code in (404, 422), (op.name, key, response.get_data())


@pytest.mark.parametrize(
    "header", ["nonsense", '"x"', "W/", '"9', '"-1"', '"1", "x"', '"' + "9" * 400 + '"', "\u91cf"]
)
def test_versions_that_nothing_has_are_refused_not_failed(app: Flask, header: str) -> None:
    world = World(app)
    author = world.member()
    topic = world.topic(author)
    sent = {"If-Match": header.encode().decode("latin-1")}
    response = world.client(author).request(
        "PATCH", f"/topics/{topic['id']}", json={"title": "Another title"}, headers=sent
    )
    expected = (200,) if header == '"1", "x"' else (400, 412, 422)
    assert response.status_code in expected, response.get_data()
    shown = Client(app).request(
        "GET", f"/topics/{topic['id']}", 200, headers={"If-None-Match": sent["If-Match"]}
    )
    assert shown.get_data()
