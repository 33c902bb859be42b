"""One key, one effect, one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Response
from sqlalchemy import func, select, text

from api.core import clock, housekeeping
from api.core.db import transaction
from api.core.idempotency import begin, checked_key, keep, replayed
from api.core.jobs import defer
from api.core.models import IdempotencyKey, Setting
from api.core.problems import Problem
from api.core.worker import run_pending

from .conftest import NOON

WHERE = (1, "POST", "/api/v1/topics", "key-1")
CREATED = {"Location": "/api/v1/topics/7", "ETag": '"1-abc"', "Content-Type": "application/json"}


def call(app, where=WHERE, body="same", *, now=NOON, status=201, secret=False, effect=None):
    """What the API does with a keyed request: the answer, replayed or new."""
    with app.app_context(), transaction() as s:
        replay = begin(s, *where, body, now=now, secret=secret)
        if replay is not None:
            return replayed(replay)
        if effect is not None:
            effect(s)
        response = Response(b'{"id":7}', status=status, headers={**CREATED, "X-Request-Id": "first"})
        keep(s, *where, body, response, now=now, secret=secret)
        return response


def refused(*arguments, **more):
    with pytest.raises(Problem) as problem:
        call(*arguments, **more)
    return problem.value


def test_the_repeat_gets_the_same_answer(core):
    first, second = call(core), call(core)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (second.status_code, second.get_data()) == (201, b'{"id":7}')
    assert {name: second.headers[name] for name in CREATED} == CREATED
    assert "X-Request-Id" not in second.headers


def test_another_body_under_the_same_key_is_refused(core):
    call(core)
    problem = refused(core, body="other")
    assert (problem.status, problem.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "where",
    [
        (2, "POST", "/api/v1/topics", "key-1"),
        (1, "PUT", "/api/v1/topics", "key-1"),
        (1, "POST", "/api/v1/topics/1/replies", "key-1"),
        (1, "POST", "/api/v1/topics", "key-2"),
    ],
)
def test_a_key_belongs_to_user_method_and_path(core, where):
    call(core)
    assert "Idempotent-Replayed" not in call(core, where).headers


def test_a_failure_leaves_nothing_behind_and_the_retry_runs(core):
    def explode(s):
        s.add(Setting(key="effect", value=1))
        s.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        call(core, effect=explode)
    assert "Idempotent-Replayed" not in call(core).headers


def test_an_answer_that_is_no_success_is_not_kept(core):
    call(core, status=404)
    assert "Idempotent-Replayed" not in call(core).headers


def test_an_answer_without_body_is_replayed_too(core):
    with core.app_context(), transaction() as s:
        assert begin(s, *WHERE, "same", now=NOON) is None
        keep(s, *WHERE, "same", Response(b"", status=204), now=NOON)
    second = call(core)
    assert (second.status_code, second.get_data()) == (204, b"")


def test_a_secret_is_not_stored_and_not_shown_again(core):
    call(core, secret=True)
    problem = refused(core, secret=True)
    assert (problem.status, problem.code) == (409, "secret_already_shown")
    with core.app_context(), transaction() as s:
        assert s.scalars(select(IdempotencyKey.body)).one() is None


def test_a_twin_under_way_is_told_to_come_back(core):
    with core.app_context(), transaction() as s:
        assert begin(s, *WHERE, "same", now=NOON) is None
        problem = refused(core)
        assert (problem.status, problem.code) == (409, "idempotency_in_progress")
        assert int(problem.headers["Retry-After"]) >= 1
        assert "Idempotent-Replayed" not in call(core, (2, *WHERE[1:])).headers


def test_ten_at_once_have_one_effect(core):
    with core.app_context(), transaction() as s:
        s.add(Setting(key="effects", value=0))

    def count(s):
        s.execute(text("update settings set value = to_jsonb(value::int + 1) where key = 'effects'"))

    refusals = set()

    def one(_):
        for _try in range(200):
            try:
                return call(core, effect=count).status_code
            except Problem as problem:
                refusals.add(problem.code)
        return None

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(one, range(10))) == {201}
    assert refusals <= {"idempotency_in_progress"}
    with core.app_context(), transaction() as s:
        assert s.scalar(select(Setting.value).where(Setting.key == "effects")) == 1


def test_a_key_is_kept_a_day_also_over_midnight(core):
    late = NOON.replace(hour=23, minute=59)
    call(core, now=late)
    assert "Idempotent-Replayed" in call(core, now=late + timedelta(hours=23, minutes=59)).headers
    assert "Idempotent-Replayed" not in call(core, now=late + timedelta(hours=24, minutes=1)).headers
    assert "Idempotent-Replayed" in call(core, now=late + timedelta(hours=24, minutes=2)).headers


def test_old_keys_are_swept(core):
    call(core, now=clock.now() - timedelta(hours=25))
    call(core, (2, *WHERE[1:]), now=clock.now())
    with core.app_context(), transaction() as s:
        defer(s, "core.purge")
    run_pending(core)
    with core.app_context(), transaction() as s:
        assert s.scalars(select(IdempotencyKey.user_id)).all() == [2]


def test_sweeping_goes_on_until_nothing_old_is_left(core, monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    for user_id in range(1, 6):
        call(core, (user_id, *WHERE[1:]), now=clock.now() - timedelta(hours=25))
    with core.app_context():
        housekeeping.purge()
        with transaction() as s:
            assert s.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


@pytest.mark.parametrize("key", ["a", "~" * 255, "!#$%&'()*+"])
def test_visible_ascii_is_a_key(key):
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "é", "a\tb", "钥匙", "a\n"])
def test_anything_else_is_no_key(key):
    with pytest.raises(Problem) as problem:
        checked_key(key)
    assert (problem.value.status, problem.value.errors[0]["name"]) == (422, "Idempotency-Key")
