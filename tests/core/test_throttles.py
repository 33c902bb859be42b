"""Counters that protect accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.core.db import transaction
from api.core.models import Throttle
from api.core.problems import Problem
from api.core.throttles import forgive, throttle

from .conftest import NOON


def tries(app, times, key="login:alice", limit=3, window=900):
    """For each moment (seconds after noon), whether a try is let through."""
    outcome = []
    with app.app_context():
        for at in times:
            try:
                throttle(key, limit=limit, window_seconds=window, now=NOON + timedelta(seconds=at))
                outcome.append(True)
            except Problem:
                outcome.append(False)
    return outcome


def test_the_limit_is_let_through_and_no_more(core):
    assert tries(core, [0, 1, 2, 3, 4]) == [True, True, True, False, False]


def test_no_stretch_of_the_windows_length_sees_more_than_the_limit(core):
    assert tries(core, [0, 890, 895, 901, 902, 1789, 1791]) == [True, True, True, True, False, False, True]


def test_refused_tries_do_not_prolong_the_refusal(core):
    assert tries(core, [0, 0, 0, *range(10, 900, 100), 900]) == [True] * 3 + [False] * 9 + [True]


def test_the_refusal_says_when_to_come_back(core):
    with core.app_context():
        for at in (0, 10, 20):
            throttle("mail:a@b.test", limit=3, window_seconds=900, now=NOON + timedelta(seconds=at))
        with pytest.raises(Problem) as refused:
            throttle("mail:a@b.test", limit=3, window_seconds=900, now=NOON + timedelta(seconds=30))
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    assert refused.value.headers["Retry-After"] == "870"


def test_keys_are_counted_apart_and_stored_as_hashes_only(core):
    assert tries(core, [0, 0, 0, 0], key="a@b.test") == [True, True, True, False]
    assert tries(core, [0], key="c@d.test") == [True]
    with core.app_context(), transaction() as s:
        hashes = s.scalars(select(Throttle.key_hash)).all()
    assert {len(h) for h in hashes} == {16}


def test_a_try_is_counted_even_if_its_request_fails(core):
    for _ in range(3):
        with core.app_context(), transaction() as s:
            throttle("k", limit=3, window_seconds=900, now=NOON)
            s.rollback()
    assert tries(core, [1], key="k") == [False]


def test_tries_at_the_same_time_are_all_counted(core):
    with ThreadPoolExecutor(8) as pool:
        outcome = list(pool.map(lambda _: tries(core, [0], limit=5)[0], range(20)))
    assert outcome.count(True) == 5


def test_the_owner_who_proved_it_starts_afresh(core):
    tries(core, [0, 0, 0])
    with core.app_context(), transaction() as s:
        forgive(s, "login:alice")
    assert tries(core, [1]) == [True]
