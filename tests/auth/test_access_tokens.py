import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from api.auth import access_tokens
from api.core.keys import derive
from tests.auth.people import Visitor, without_id
from tests.conftest import SECRET

ISSUER = "http://127.0.0.1:8000"
KEY = derive(SECRET, "access-tokens").hex()
SHAPE = {"type", "title", "status", "detail", "instance", "code", "params", "request_id", "errors"}


@pytest.fixture
def claims(app, world):
    """The claims of a genuine token, to be bent."""
    person = world.member()
    return jwt.decode(person.token, KEY, algorithms=["HS256"], audience=ISSUER) | {"iss": ISSUER}


def signed(claims, key=KEY, algorithm="HS256", **headers):
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers or None)


def piece(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


INFINITE = b'{"exp": 1e999}'
FORGERIES = {
    "another key": lambda c: signed(c, "k" * 64),
    "the secret itself": lambda c: signed(c, SECRET),
    "no algorithm": lambda c: signed(c, None, "none"),
    "algorithm None": lambda c: f"{piece({'alg': 'None', 'typ': 'JWT'})}.{piece(c)}.",
    "stronger algorithm": lambda c: signed(c, KEY, "HS512"),
    "another issuer": lambda c: signed(c | {"iss": "http://evil.example"}),
    "another audience": lambda c: signed(c | {"aud": "http://evil.example"}),
    "no issuer": lambda c: signed({k: v for k, v in c.items() if k != "iss"}),
    "no audience": lambda c: signed({k: v for k, v in c.items() if k != "aud"}),
    "no subject": lambda c: signed({k: v for k, v in c.items() if k != "sub"}),
    "no session": lambda c: signed({k: v for k, v in c.items() if k != "sid"}),
    "no expiry": lambda c: signed({k: v for k, v in c.items() if k != "exp"}),
    "no id": lambda c: signed({k: v for k, v in c.items() if k != "jti"}),
    "another subject": lambda c: signed(c | {"sub": str(int(c["sub"]) + 1)}),
    "subject not a number": lambda c: signed(c | {"sub": "admin"}),
    "subject a list": lambda c: signed(c | {"sub": [c["sub"]]}),
    "another session": lambda c: signed(c | {"sid": str(uuid4())}),
    "session not an id": lambda c: signed(c | {"sid": "' or 1=1 --"}),
    "expiry far away": lambda c: signed(c | {"exp": 10**18}),
    "expiry infinite": lambda c: f"{piece({'alg': 'HS256'})}.{piece(INFINITE)}.x",
    "issued in the future": lambda c: signed(c | {"iat": c["exp"] + 10_000}),
    "a refresh token's type": lambda c: signed(c | {"type": "refresh"}),
    "cut short": lambda c: signed(c)[:-2],
    "one part missing": lambda c: signed(c).rpartition(".")[0],
    "one part more": lambda c: signed(c) + ".x",
    "deep nesting": lambda c: f"{piece({'alg': 'HS256'})}.{piece(b'[' * 600)}.x",
    "deep header": lambda c: f"{piece(b'[' * 600)}.{piece(c)}.x",
    "too long": lambda c: signed(c | {"padding": "x" * 5_000}),
    "not base64": lambda c: "a.b.c",
    "a personal token": lambda c: "pat_" + "a" * 36,
    "unprintable": lambda c: "\xff\xfe",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_401_in_one_shape_everywhere(app, claims, forge):
    visitor = Visitor(app).with_token(forge(claims))
    for method, path in (
        ("GET", "/users/me"),
        ("GET", "/users"),
        ("PATCH", "/users/me"),
        ("DELETE", "/auth/sessions"),
    ):
        response = visitor.request(method, path, 401)
        assert response.json["code"] == "invalid_token"
        assert set(response.json) == SHAPE
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="parley", error="invalid_token"'
        assert response.headers["Cache-Control"] == "no-store"


def test_every_mutation_of_one_character_is_refused(app, world):
    token = world.member().token
    for position in range(0, len(token), 7):
        other = "A" if token[position] != "A" else "B"
        mutated = token[:position] + other + token[position + 1 :]
        if mutated.rpartition(".")[0] == token.rpartition(".")[0] and position >= len(token) - 1:
            continue
        Visitor(app).with_token(mutated).refused("GET", "/users/me", 401, "invalid_token")
    Visitor(app).with_token(token).get("/users/me")


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearerx", "Token x", "", "bearer x y z", "Bearer\tx"])
def test_another_kind_of_credential_is_401(visitor, header):
    visitor.refused("GET", "/users", 401, "invalid_token", headers={"Authorization": header})


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer"])
def test_the_scheme_alone_is_a_visitor(visitor, header):
    """Generated clients that may sign in send it while nobody has."""
    visitor.get("/users", headers={"Authorization": header})
    visitor.refused("GET", "/users/me", 401, "unauthorized", headers={"Authorization": header})


def test_a_refresh_token_is_no_access_token(app, world):
    person = world.member()
    Visitor(app).with_token(person.refresh_token).refused("GET", "/users/me", 401, "invalid_token")


def test_a_token_says_nothing_that_could_become_untrue(claims):
    assert set(claims) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp", "type", "fresh"}
    assert claims["exp"] - claims["iat"] == 600


def test_a_token_ends_after_ten_minutes(app, world, claims):
    past = claims | {"iat": claims["iat"] - 601, "exp": claims["exp"] - 601}
    refused = Visitor(app).with_token(signed(past)).refused("GET", "/users/me", 401, "token_expired")
    assert set(refused) == SHAPE
    almost = claims | {"iat": claims["iat"] - 590, "exp": claims["exp"] - 590}
    Visitor(app).with_token(signed(almost)).get("/users/me")


def test_tokens_of_an_installation_are_foreign_to_another(app, world):
    token = world.member().token
    now = datetime.now(UTC)
    with app.app_context():
        assert access_tokens.read(token, now).user_id > 0
        with pytest.raises(Exception, match="token_expired"):
            access_tokens.read(token, now + timedelta(minutes=11))


def test_no_credential_reads_and_what_is_for_members_is_401(visitor):
    visitor.get("/users")
    problem = visitor.refused("GET", "/users/me", 401, "unauthorized")
    assert without_id(problem)["status"] == 401
