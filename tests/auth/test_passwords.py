import pytest

from api.auth.passwords import common_passwords
from api.auth.rules import is_common, may_be_password
from api.text.clean import fold
from tests.auth.people import PASSWORD, Visitor, headers_of
from tests.auth.threads import MOST, at_once

NEW = "four quiet rivers"


def change(current=PASSWORD, password=NEW):
    return {"current_password": current, "password": password}


def forget(visitor, post, email):
    visitor.post("/auth/password/forgot", {"email": email}, 202)
    return post.token(email)


def age(sql, username):
    sql("update sessions set fresh_at = now() - interval '10 min' where user_id = "
        "(select id from users where username = :n)", n=username)  # fmt: skip


def test_changing_the_password_signs_out_every_other_device(app, visitor, sign_up, post):
    joined = sign_up()
    elsewhere = visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    visitor.with_token(joined.token).post("/auth/password", change(), 204)

    visitor.with_token(joined.token).get("/users/me")
    visitor.with_token(elsewhere["access_token"]).refused("GET", "/users/me", 401, "invalid_token")
    old = {"refresh_token": elsewhere["refresh_token"]}
    visitor.refused("POST", "/auth/refresh", 401, "invalid_refresh_token", json=old)
    login = {"login": joined.email, "password": PASSWORD}
    visitor.refused("POST", "/auth/login", 401, "invalid_credentials", json=login)
    visitor.post("/auth/login", login | {"password": NEW}, 200)
    assert post.to(joined.email)[-1].purpose == "password_changed"


def test_changing_the_password_wants_a_fresh_sign_in_and_the_present_password(visitor, sign_up, sql):
    joined = sign_up()
    here = visitor.with_token(joined.token)
    age(sql, joined.username)
    here.refused("POST", "/auth/password", 401, "reauthentication_required", json=change())
    here.post("/auth/reauthenticate", {"password": PASSWORD}, 204)
    here.refused("POST", "/auth/password", 401, "invalid_credentials", json=change("not my password"))
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)
    here.post("/auth/password", change(), 204)


def test_a_stranger_changes_no_password(visitor):
    visitor.refused("POST", "/auth/password", 401, "unauthorized", json=change())


@pytest.mark.parametrize(
    "guessed",
    [
        "password", "Password1", "PASSWORD123!", "passw0rd", "iloveyou", "12345678", "123456789012", "87654321",
        "11111111", "abcabcabc", "qwertyuiop", "poiuytrewq", "asdfghjkl", "1q2w3e4r", "1qaz2wsx", "woaini1314",
        "5201314520", "dragon2024", "!!sunshine!!", "letmein99", "trustno1", "football7", "abcd1234", "zaq12wsx",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(guessed):
    assert may_be_password(guessed, username="ming", email=None).code == "password_too_common"


@pytest.mark.parametrize(
    "fine",
    [
        "three quiet rivers", "correct horse battery staple", "雨后的山路很长", "Пароль который длинный",
        "x7#kQ2!vLp", "drag0nfruit-on-tuesday", "🦊🦊🐢🐢🌧🌧🍵🍵🍵", "a" * 7 + "b" + "c" * 56, "correct-password-horse",
    ],
)  # fmt: skip
def test_what_nobody_guesses_is_taken(fine):
    assert may_be_password(fine, username="ming", email="ming@example.org")


def test_every_word_of_the_list_is_refused_however_it_is_written():
    words = common_passwords()
    assert len(words) > 900
    assert all(is_common(fold(word)) and is_common(fold(word.upper())) for word in words)


@pytest.mark.parametrize(
    "own", ["lao.wang.forum", "LAO.WANG.FORUM", "wangxiaoming", "WangXiaoMing@example.org"]
)
def test_one_s_own_name_and_address_are_refused(own):
    verdict = may_be_password(own, username="lao.wang.forum", email="wangxiaoming@example.org")
    assert verdict.code == "password_is_name"


def test_a_refused_password_is_named_and_changes_nothing(visitor, sign_up):
    joined = sign_up()
    here = visitor.with_token(joined.token)
    for password, code in (("password1", "password_too_common"), (joined.username, "password_is_name"),
                           ("short", "too_short"), ("p" * 1025, "too_long")):  # fmt: skip
        problem = here.refused("POST", "/auth/password", 422, "invalid_input", json=change(password=password))
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/password", code)]
    visitor.post("/auth/login", {"login": joined.email, "password": PASSWORD}, 200)


def test_a_megabyte_is_no_password(visitor):
    given = {"username": "somebody", "email": "a@example.org", "password": "p" * 1_000_000}
    problem = visitor.refused("POST", "/auth/register", 422, "invalid_input", json=given)
    assert problem["errors"][0]["params"] == {"max": 1024, "actual": 1_000_000}


def test_a_mailed_link_lets_its_reader_choose_a_password_once(visitor, sign_up, post):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    body = visitor.post("/auth/password/reset", {"token": token, "password": NEW}, 200)
    assert body["user"]["username"] == joined.username
    visitor.with_token(body["access_token"]).get("/users/me")
    # Every earlier session is over.
    visitor.with_token(joined.token).refused("GET", "/users/me", 401, "invalid_token")
    again = {"token": token, "password": "five quiet rivers"}
    visitor.refused("POST", "/auth/password/reset", 422, "link_invalid", json=again)
    visitor.post("/auth/login", {"login": joined.email, "password": NEW}, 200)


def test_a_refused_password_does_not_use_the_link_up(visitor, sign_up, post):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    given = {"token": token, "password": "password1"}
    visitor.refused("POST", "/auth/password/reset", 422, "invalid_input", json=given)
    visitor.post("/auth/password/reset", given | {"password": NEW}, 200)


def test_of_many_who_use_the_link_at_once_one_succeeds(app, visitor, sign_up, post):
    token = forget(visitor, post, sign_up().email)
    given = {"token": token, "password": NEW}
    act = lambda: Visitor(app).request("POST", "/auth/password/reset", json=given)  # noqa: E731
    answers = at_once([act] * MOST)
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * (MOST - 1)


def test_looking_at_the_link_does_not_use_it(visitor, sign_up, post):
    token = forget(visitor, post, sign_up().email)
    for method in ("GET", "HEAD", "OPTIONS"):
        visitor.request(method, f"/auth/password/reset?token={token}")
    visitor.post("/auth/password/reset", {"token": token, "password": NEW}, 200)


def test_a_link_ends_after_half_an_hour(visitor, sign_up, post, sql):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    [(left,)] = sql(
        "select expires_at - created_at from one_time_tokens where email_key = :k", k=joined.email
    )
    assert left.total_seconds() == 30 * 60
    sql("update one_time_tokens set expires_at = now() where email_key = :k", k=joined.email)
    given = {"token": token, "password": NEW}
    visitor.refused("POST", "/auth/password/reset", 422, "link_invalid", json=given)


@pytest.mark.parametrize(
    "statement",
    [
        "update user_secrets set email_key = 'moved-' || email_key where email_key = :k",
        "update users set state = 2 where id = (select user_id from user_secrets where email_key = :k)",
    ],
    ids=["the address changed", "the member is gone"],
)
def test_a_link_is_for_its_address_and_member(visitor, sign_up, post, sql, statement):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    sql(statement, k=joined.email)
    given = {"token": token, "password": NEW}
    visitor.refused("POST", "/auth/password/reset", 422, "link_invalid", json=given)


def test_changing_the_password_ends_the_links_that_were_mailed(visitor, sign_up, post):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    visitor.with_token(joined.token).post("/auth/password", change(), 204)
    given = {"token": token, "password": "five quiet rivers"}
    visitor.refused("POST", "/auth/password/reset", 422, "link_invalid", json=given)


def test_a_suspended_member_does_not_come_in_by_a_link(visitor, sign_up, post, sql):
    joined = sign_up()
    token = forget(visitor, post, joined.email)
    sql("update users set state = 1 where username = :n", n=joined.username)
    given = {"token": token, "password": NEW}
    visitor.refused("POST", "/auth/password/reset", 403, "account_suspended", json=given)


def test_forgetting_answers_known_and_unknown_addresses_alike(app, world, sign_up, post, statements):
    known, unknown = sign_up().email, f"{world.name('box')}@example.org"
    answers = []

    def ask(email):
        return lambda: answers.append(
            Visitor(app).request("POST", "/auth/password/forgot", 202, json={"email": email})
        )

    sent = [statements(ask(email)) for email in (known, unknown)]
    assert answers[0].get_data() == answers[1].get_data() == b'{"status":"reset_sent"}'
    assert headers_of(answers[0]) == headers_of(answers[1])
    assert [statement[:40] for statement in sent[0]] == [statement[:40] for statement in sent[1]]
    assert [post.to(email)[-1].purpose for email in (known, unknown)] == ["reset", "no_account"]
    assert "#token" not in post.to(unknown)[-1].text


def test_the_mail_is_in_the_member_s_own_language(visitor, sign_up, post):
    joined = sign_up()
    visitor.with_token(joined.token).patch("/users/me", {"locale": "zh-Hans"})
    forget(visitor, post, joined.email)
    assert post.to(joined.email)[-1].subject == "重新设置密码"


def test_a_wrong_password_at_the_change_is_counted(app, visitor, sign_up):
    joined = sign_up()
    here = visitor.with_token(joined.token)
    for _ in range(10):
        here.refused("POST", "/auth/password", 401, "invalid_credentials", json=change("not my password"))
    here.refused("POST", "/auth/password", 429, "rate_limited", json=change())
