import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from api.auth.passwords import HASHER, NOBODY
from api.text import names
from tests.auth.people import PASSWORD, Visitor, exhaust, headers_of, without_id
from tests.auth.threads import at_once

WRONG = "four quiet rivers"


def fail(visitor, login, times=1):
    return [
        visitor.request("POST", "/auth/login", json={"login": login, "password": WRONG}).status_code
        for _ in range(times)
    ]


def test_name_and_address_both_sign_in_however_they_are_spelt(visitor, sign_up):
    joined = sign_up()
    for login in (joined.username, joined.username.upper(), joined.email, joined.email.upper()):
        body = visitor.post("/auth/login", {"login": login, "password": joined.password}, 200)
        assert body["user"]["username"] == joined.username
        assert body["refresh_token"]


def test_an_account_without_second_factor_ignores_a_code(visitor, sign_up):
    joined = sign_up()
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD, "otp": "123456"}, 200)


def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(app, world, sign_up, statements):
    joined = sign_up()
    without_password = world.member().username
    waiting = {"username": world.name("new"), "email": f"{world.name('box')}@example.org", "password": WRONG}
    Visitor(app).post("/auth/register", waiting, 202)
    logins = [
        joined.username,
        joined.email,
        world.name("nobody"),
        f"{world.name('box')}@example.org",
        waiting["username"],
        waiting["email"],
        without_password,
    ]
    answers, sent = [], {}
    for login in logins:
        verified, hashed = HASHER.verifications, HASHER.hashes
        sent[login] = statements(
            lambda login=login: answers.append(
                Visitor(app).request("POST", "/auth/login", 401, json={"login": login, "password": WRONG})
            )
        )
        assert HASHER.verifications == verified + 1
        assert HASHER.hashes == hashed
    assert all(without_id(answer.json) == without_id(answers[0].json) for answer in answers)
    assert all(headers_of(answer) == headers_of(answers[0]) for answer in answers)
    assert answers[0].json["code"] == "invalid_credentials"
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="parley"'
    assert len({len(one) for one in sent.values()}) == 1


def test_the_right_password_costs_one_verification_too(visitor, sign_up):
    joined = sign_up()
    verified = HASHER.verifications
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    assert HASHER.verifications == verified + 1


def test_an_account_is_tried_ten_times_in_a_quarter_of_an_hour(app, world, sign_up):
    joined = sign_up()
    for login in (joined.username, world.name("nobody")):
        assert [fail(Visitor(app), login)[0] for _ in range(11)] == [401] * 10 + [429]
        answer = Visitor(app).request("POST", "/auth/login", 429, json={"login": login, "password": PASSWORD})
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60


def test_the_owner_comes_in_from_where_they_are_signed_in_already(app, sign_up):
    joined = sign_up()
    home = Visitor(app)
    right = {"login": joined.username, "password": PASSWORD}
    home.post("/auth/login", right, 200)
    exhaust(app, f"sign-in:as:{names.key(joined.username)}")
    Visitor(app).refused("POST", "/auth/login", 429, "rate_limited", json=right)
    home.post("/auth/login", right, 200)
    # But not with guesses: that door has a counter of its own.
    assert fail(home, joined.username, 11)[-1] == 429


def test_ten_tries_count_for_name_and_address_together_and_do_not_tell_that_they_are_one(app, sign_up):
    joined = sign_up()
    for _ in range(10):
        fail(Visitor(app), joined.username)
    verified = HASHER.verifications
    right = {"login": joined.email, "password": PASSWORD}
    Visitor(app).refused("POST", "/auth/login", 401, "invalid_credentials", json=right)
    assert HASHER.verifications == verified + 1


def test_coming_in_clears_the_tries(app, sign_up):
    joined = sign_up()
    for _ in range(2):
        assert fail(Visitor(app), joined.email, 6) == [401] * 6
        Visitor(app).post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)


def test_an_address_tries_a_hundred_times_an_hour_whatever_it_claims_to_be(app, world, visitor, sign_up):
    joined = sign_up()
    exhaust(app, f"sign-in:from:{visitor.address}", 100, 3_600)
    right = {"login": joined.email, "password": PASSWORD}
    for forged in ("198.51.100.7", "127.0.0.1", "unknown", "1.1.1.1, 2.2.2.2"):
        headers = {"X-Forwarded-For": forged, "Forwarded": f"for={forged}", "X-Real-IP": forged}
        visitor.refused("POST", "/auth/login", 429, "rate_limited", json=right, headers=headers)
    Visitor(app).post("/auth/login", right, 200)


def test_a_suspended_member_is_told_so_only_with_the_right_password(visitor, sign_up, sql):
    joined = sign_up()
    sql("update users set state = 1 where username = :n", n=joined.username)
    right = {"login": joined.email, "password": PASSWORD}
    visitor.refused("POST", "/auth/login", 403, "account_suspended", json=right)
    visitor.refused("POST", "/auth/login", 401, "invalid_credentials", json=right | {"password": WRONG})


def test_a_deleted_member_is_nobody(visitor, sign_up, sql):
    joined = sign_up()
    sql("update users set state = 2 where username = :n", n=joined.username)
    right = {"login": joined.email, "password": PASSWORD}
    visitor.refused("POST", "/auth/login", 401, "invalid_credentials", json=right)


def test_hashes_have_owasp_s_parameters_nobody_s_too():
    for encoded in (NOBODY, HASHER.hash(PASSWORD)):
        found = extract_parameters(encoded)
        assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19_456, 2, 1)
        assert not HASHER.is_outdated(encoded)


def test_a_weaker_hash_is_renewed_when_its_owner_signs_in(visitor, sign_up, sql):
    joined = sign_up()
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    key = {"k": joined.email}
    sql("update user_secrets set password_hash = :h where email_key = :k", h=weak, **key)
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    [(stored,)] = sql("select password_hash from user_secrets where email_key = :k", **key)
    assert stored != weak
    assert not HASHER.is_outdated(stored)
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)


def test_long_and_foreign_passwords_count_to_their_last_character(visitor, sign_up):
    long = "é" * 60 + "long passphrase that goes on"
    joined = sign_up(password=long)
    visitor.post("/auth/login", {"login": joined.email, "password": long}, 200)
    visitor.post("/auth/login", {"login": joined.email, "password": unicodedata.normalize("NFD", long)}, 200)
    for wrong in (long[:-1], long + " ", long[:72]):
        given = {"login": joined.email, "password": wrong}
        visitor.refused("POST", "/auth/login", 401, "invalid_credentials", json=given)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": "x"},
        {"login": 1, "password": "x"},
        {"login": ["x"], "password": "x"},
        {"login": "x", "password": None},
        {"login": "x\x00", "password": "x"},
        {"login": "x", "password": "p" * 1025},
        {"login": "x", "password": "x", "admin": True},
        [],
        "x",
    ],
)
def test_a_malformed_sign_in_is_a_clear_problem(visitor, body):
    verified = HASHER.verifications
    visitor.refused("POST", "/auth/login", 422, "invalid_input", json=body)
    assert HASHER.verifications == verified


def test_a_password_that_changes_while_it_is_checked_opens_no_session(
    visitor, sign_up, post, sql, monkeypatch
):
    joined = sign_up()
    visitor.post("/auth/password/forgot", {"email": joined.email}, 202)
    token, verify = post.token(joined.email), HASHER.verify

    def meanwhile(encoded, password):
        right = verify(encoded, password)
        chosen = {"token": token, "password": WRONG}
        at_once([lambda: visitor.post("/auth/password/reset", chosen, 200)])
        return right

    monkeypatch.setattr(HASHER, "verify", meanwhile)
    given = {"login": joined.email, "password": PASSWORD}
    visitor.refused("POST", "/auth/login", 401, "invalid_credentials", json=given)
    held = "select count(*) from sessions join users on users.id = user_id where username = :n"
    assert sql(held, n=joined.username)[0][0] == 1
