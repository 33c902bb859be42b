from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.http import parse_cookie

from api.app import create_app
from api.auth.cookies import is_same_origin
from tests.auth.people import PASSWORD, Visitor
from tests.conftest import settings_for

HERE = "http://127.0.0.1:8000"
COOKIE_MODE = {"X-Session": "cookie", "Origin": HERE}
ROUTES = ("/auth/login", "/auth/refresh", "/auth/logout", "/auth/confirm", "/auth/password/reset")


@pytest.fixture(scope="session")
def public(database_url: str, data_folder: Path) -> Iterator[Flask]:
    """The same forum at a public address under a sub-path."""
    url = "https://forum.example/talk"
    found = create_app(settings_for(database_url, data_folder, PARLEY_URL=url))
    yield found
    found.extensions["parley"].database.engine.dispose()


def sign_in(visitor, joined, headers=COOKIE_MODE):
    login = {"login": joined.email, "password": PASSWORD}
    return visitor.request("POST", "/auth/login", 200, json=login, headers=headers)


def cookie_of(response):
    header = response.headers["Set-Cookie"]
    pair, _, attributes = header.partition("; ")
    name, _, value = pair.partition("=")
    return name, value, set(attributes.split("; "))


def with_cookie(response, **headers):
    name, value, _ = cookie_of(response)
    return COOKIE_MODE | {"Cookie": f"{name}={value}"} | headers


def test_on_plain_http_loopback_the_cookie_has_everything_but_secure(visitor, sign_up):
    response = sign_in(visitor, sign_up())
    name, value, attributes = cookie_of(response)
    assert name == "parley_refresh"
    assert attributes == {"HttpOnly", "Max-Age=1209600", "Path=/api/v1/auth", "SameSite=Strict"}
    assert value
    assert response.json["refresh_token"] is None
    assert response.json["access_token"]


def test_on_a_public_address_the_cookie_is_secure_and_bound_to_its_path(public, sign_up):
    response = sign_in(Visitor(public), sign_up(), COOKIE_MODE | {"Origin": "https://forum.example"})
    name, _, attributes = cookie_of(response)
    assert name == "__Secure-parley_refresh"
    assert attributes == {
        "HttpOnly",
        "Secure",
        "Max-Age=1209600",
        "Path=/talk/api/v1/auth",
        "SameSite=Strict",
    }


def test_without_the_header_there_is_no_cookie(visitor, sign_up):
    response = sign_in(visitor, sign_up(), {"Origin": HERE})
    assert "Set-Cookie" not in response.headers
    assert response.json["refresh_token"]


def test_the_cookie_refreshes_and_is_replaced(visitor, sign_up):
    first = sign_in(visitor, sign_up())
    response = visitor.request("POST", "/auth/refresh", 200, json={}, headers=with_cookie(first))
    assert cookie_of(response)[1] != cookie_of(first)[1]
    assert response.json["refresh_token"] is None
    visitor.request("POST", "/auth/refresh", 200, json={}, headers=with_cookie(response))


def test_signing_out_by_cookie_ends_the_session_and_forgets_the_cookie(visitor, sign_up):
    first = sign_in(visitor, sign_up())
    response = visitor.request("POST", "/auth/logout", 204, json={}, headers=with_cookie(first))
    name, value, attributes = cookie_of(response)
    assert (name, value) == ("parley_refresh", "")
    assert "Max-Age=0" in attributes
    visitor.with_token(first.json["access_token"]).refused("GET", "/users/me", 401, "invalid_token")


def test_a_refused_refresh_forgets_the_cookie(visitor):
    headers = COOKIE_MODE | {"Cookie": "parley_refresh=x"}
    response = visitor.request("POST", "/auth/refresh", 401, json={}, headers=headers)
    assert response.json["code"] == "invalid_refresh_token"
    assert "Max-Age=0" in cookie_of(response)[2]
    visitor.request("POST", "/auth/refresh", 401, json={}, headers=COOKIE_MODE)


def test_confirming_keeps_the_token_in_the_cookie_too(visitor, world, post):
    email = f"{world.name('box')}@example.org"
    given = {"username": world.name("new"), "email": email, "password": PASSWORD}
    visitor.post("/auth/register", given, 202)
    response = visitor.request(
        "POST", "/auth/confirm", 200, json={"token": post.token(email)}, headers=COOKIE_MODE
    )
    assert response.json["refresh_token"] is None
    visitor.request("POST", "/auth/refresh", 200, json={}, headers=with_cookie(response))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://evil.example",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:8000@evil.example",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:x",
        "http://[::1",
    ],
)
def test_a_foreign_page_changes_nothing(visitor, sign_up, origin):
    first = sign_in(visitor, sign_up())
    headers = with_cookie(first)
    headers.pop("Origin")
    if origin is not None:
        headers["Origin"] = origin
    for route in ROUTES:
        visitor.refused("POST", route, 403, "origin_mismatch", json=BODIES[route], headers=headers)
    # The session is there and its token was not rotated.
    visitor.with_token(first.json["access_token"]).get("/users/me")
    visitor.request("POST", "/auth/refresh", 200, json={}, headers=with_cookie(first))


BODIES = {
    "/auth/login": {"login": "x", "password": "x"},
    "/auth/refresh": {},
    "/auth/logout": {},
    "/auth/confirm": {"token": "x"},
    "/auth/password/reset": {"token": "x", "password": "three quiet rivers"},
}


def test_a_sibling_of_the_public_address_is_foreign(public):
    for origin in (
        "https://evil.forum.example",
        "https://example",
        "http://forum.example",
        "https://forum.example:8443",
    ):
        headers = COOKIE_MODE | {"Origin": origin}
        Visitor(public).refused("POST", "/auth/refresh", 403, "origin_mismatch", json={}, headers=headers)
    headers = COOKIE_MODE | {"Origin": "https://forum.example:443"}
    Visitor(public).refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json={}, headers=headers)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", None]
)
def test_a_form_changes_nothing(visitor, sign_up, kind):
    first = sign_in(visitor, sign_up())
    headers = with_cookie(first) | ({"Content-Type": kind} if kind else {})
    for route in ROUTES:
        visitor.request("POST", route, 415, data=b'{"a":1}', headers=headers)
    visitor.with_token(first.json["access_token"]).get("/users/me")


def test_without_the_header_the_cookie_counts_for_nothing(visitor, sign_up):
    first = sign_in(visitor, sign_up())
    headers = with_cookie(first)
    headers.pop("X-Session")
    problem = visitor.refused("POST", "/auth/refresh", 422, "invalid_input", json={}, headers=headers)
    assert problem["errors"][0]["pointer"] == "/refresh_token"
    visitor.refused("POST", "/auth/logout", 401, "unauthorized", json={}, headers=headers)
    visitor.with_token(first.json["access_token"]).get("/users/me")
    visitor.refused("GET", "/users/me", 401, "unauthorized", headers=with_cookie(first))


def test_a_token_in_both_places_is_refused(visitor, sign_up):
    first = sign_in(visitor, sign_up())
    token = parse_cookie(with_cookie(first)["Cookie"])["parley_refresh"]
    sent = {"json": {"refresh_token": token}, "headers": with_cookie(first)}
    problem = visitor.refused("POST", "/auth/refresh", 422, "invalid_input", **sent)
    assert problem["errors"][0]["code"] == "not_with_cookie"


def test_another_mode_is_refused(visitor):
    headers = {"X-Session": "header", "Origin": HERE}
    problem = visitor.refused("POST", "/auth/refresh", 422, "invalid_input", json={}, headers=headers)
    assert problem["errors"][0]["name"] == "X-Session"


def test_the_names_of_loopback_are_one_origin():
    for origin in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"):
        assert is_same_origin(origin, "http://localhost:8000")
        assert not is_same_origin(origin, "http://localhost:8001")
        assert not is_same_origin(origin, "https://localhost:8000")
    assert not is_same_origin("http://localhost.evil.example:8000", "http://localhost:8000")
    assert not is_same_origin("http://localhost:8000", "http://forum.example:8000")
