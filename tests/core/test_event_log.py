"""The ordered log: nothing missed, nothing twice, nothing shown to the wrong eyes."""

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from api.core import outbox
from api.core.db import transaction
from api.core.models import Event, xid8
from api.core.outbox import MODERATORS, Reader, emit, read
from api.core.problems import Problem

from .conftest import NOON

ALL = Reader(everything=True)
WRITERS, EACH = 6, 25
SETTLING_TRIES = 2_000


def write(app, *types, **more):
    for name in types:
        with app.app_context(), transaction() as s:
            emit(s, name, actor_id=1, now=NOON, **more)


def settle(app):
    """Wait for older transactions of tests beside this one: they run on the same cluster, in other databases."""
    for _ in range(SETTLING_TRIES):
        with app.app_context(), transaction() as s:
            if not outbox.unsettled(s):
                return
            s.execute(text("select pg_sleep(0.005)"))
    raise TimeoutError("Some transaction on this cluster never ends.")


def feed(app, after="earliest", limit=100, reader=ALL, *, settled=True):
    if settled:
        settle(app)
    with app.app_context(), transaction() as s:
        return read(s, after, limit, reader=reader)


def types(found):
    return [event.type for event in found.events]


def test_events_come_in_order_with_all_they_say(core):
    write(
        core,
        "topic.opened",
        topic_id=7,
        post_id=8,
        number=0,
        category_id=3,
        version=1,
        data={"tags": ["量子"]},
    )
    write(core, "reply.posted")
    found = feed(core)
    assert types(found) == ["topic.opened", "reply.posted"]
    first = found.events[0]
    assert (first.actor_id, first.topic_id, first.post_id, first.number) == (1, 7, 8, 0)
    assert (first.category_id, first.version, first.data, first.at) == (3, 1, {"tags": ["量子"]}, NOON)


def test_an_event_is_gone_with_its_transaction(core):
    with core.app_context(), transaction() as s:
        emit(s, "topic.opened", actor_id=1, now=NOON)
        s.rollback()
    assert feed(core).events == []


def test_a_reader_goes_on_where_it_stopped(core):
    write(core, "a", "b", "c")
    first = feed(core, limit=2)
    assert types(first) == ["a", "b"]
    assert first.next == first.resume
    second = feed(core, first.next, limit=2)
    assert (types(second), second.next) == (["c"], None)
    third = feed(core, second.resume)
    assert (third.events, third.next, third.resume) == ([], None, second.resume)
    write(core, "d")
    assert types(feed(core, third.resume)) == ["d"]


def test_latest_is_where_new_events_begin(core):
    write(core, "old")
    latest = feed(core, "latest")
    assert (latest.events, latest.next) == ([], None)
    write(core, "new")
    assert types(feed(core, latest.resume)) == ["new"]


def test_an_empty_log_has_a_place_to_go_on_from(core):
    for start in ("earliest", "latest"):
        resume = feed(core, start).resume
        assert feed(core, resume).events == []
    write(core, "first")
    assert types(feed(core, resume)) == ["first"]


def test_the_id_of_an_event_is_a_cursor(core):
    write(core, "a", "b")
    found = feed(core)
    assert types(feed(core, found.id_of(found.events[0]))) == ["b"]


def test_what_committed_waits_for_an_older_transaction(core):
    with core.app_context(), transaction() as older:
        emit(older, "older", actor_id=1, now=NOON)
        write(core, "younger")
        assert feed(core, settled=False).events == []
        with core.app_context(), transaction() as s:
            assert outbox.unsettled(s)
    assert types(feed(core)) == ["older", "younger"]


def writer(app, number, seed):
    dice = random.Random(seed)
    for n in range(EACH):
        with app.app_context():
            try:
                with transaction() as s:
                    s.execute(
                        select(func.pg_current_xact_id())
                    )  # the id is drawn before the row's, as by other writes
                    s.execute(text("select pg_sleep(:t)"), {"t": dice.random() * 0.004})
                    emit(s, f"{number}.{n}", actor_id=number, now=NOON)
                    s.execute(text("select pg_sleep(:t)"), {"t": dice.random() * 0.004})
                    if dice.random() < 0.1:
                        raise RuntimeError
            except RuntimeError:
                continue


def test_a_reader_beside_many_writers_misses_nothing_and_sees_nothing_twice(core):
    writers = [threading.Thread(target=writer, args=(core, n, n)) for n in range(WRITERS)]
    for thread in writers:
        thread.start()
    seen, after = [], "earliest"
    while True:
        over = not any(thread.is_alive() for thread in writers)
        found = feed(core, after, limit=7, settled=over)
        seen += [event.id for event in found.events]
        after = found.resume
        if over and not found.events:
            break
    with core.app_context(), transaction() as s:
        committed = s.scalars(select(Event.id)).all()
    assert len(committed) > WRITERS * EACH * 0.75
    assert sorted(seen) == sorted(committed)
    assert len(seen) == len(set(seen))


def test_a_reader_sees_what_is_meant_for_it(core):
    write(core, "site")
    write(core, "open", category_id=1)
    write(core, "private", category_id=2)
    write(core, "mine", audience=5)
    write(core, "hers", audience=6, category_id=1)
    write(core, "staff", audience=MODERATORS)
    assert types(feed(core, reader=Reader(categories=[1]))) == ["site", "open"]
    assert types(feed(core, reader=Reader(categories=[1], user_id=5))) == ["site", "open", "mine"]
    everything_open = Reader(categories=[1, 2], user_id=6, moderator=True)
    assert types(feed(core, reader=everything_open)) == ["site", "open", "private", "hers", "staff"]
    assert types(feed(core, reader=Reader())) == ["site"]


def test_a_reader_who_may_see_little_is_led_on_in_steps(core, monkeypatch):
    monkeypatch.setattr(outbox, "SCAN_ROWS", 3)
    write(core, *"abcd", category_id=2)
    write(core, "seen", category_id=1)
    reader = Reader(categories=[1])
    first = feed(core, reader=reader)
    assert first.events == []
    assert first.next is not None
    second = feed(core, first.next, reader=reader)
    assert (types(second), second.next) == (["seen"], None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "1-2",
        "zzzzzzzz-1-1",
        "abcdef01-99999999999999999999-1",
        "abcdef01-1-9999999999999999999",
        "abcdef01-1-١",
    ],
)
def test_what_never_was_a_cursor_is_refused(core, cursor):
    with pytest.raises(Problem) as refused:
        feed(core, cursor)
    assert (refused.value.status, refused.value.code) == (400, "invalid_cursor")


def test_a_restored_log_refuses_old_cursors_and_says_where_to_go_on(core):
    write(core, "a", "b")
    old = feed(core, limit=1).resume
    with core.app_context(), transaction() as s:
        s.execute(update(Event).values(xid=xid8(2**62)))  # ids of a cluster that is gone
    assert feed(core, old, settled=False).events == []
    with core.app_context(), transaction() as s:
        outbox.restart(s)
    with pytest.raises(Problem) as refused:
        feed(core, old)
    assert (refused.value.status, refused.value.code) == (410, "cursor_reset")
    write(core, "c")
    assert types(feed(core, refused.value.params["resume"])) == ["a", "b", "c"]


def test_the_log_forgets_after_its_time_and_says_so(core):
    write(core, "old", "older", "kept")
    old = feed(core, limit=1).resume
    edge = feed(core, limit=2).resume
    with core.app_context(), transaction() as s:
        s.execute(update(Event).where(Event.type != "kept").values(at=NOON - timedelta(days=91)))
    with core.app_context(), transaction() as s:
        assert outbox.purge(s, NOON) == 2
        assert outbox.purge(s, NOON) == 0
    with pytest.raises(Problem) as refused:
        feed(core, old)
    assert (refused.value.status, refused.value.code) == (410, "cursor_expired")
    for start in (edge, "earliest", refused.value.params["resume"]):
        assert types(feed(core, start)) == ["kept"]


def test_an_old_date_behind_a_new_one_does_not_cut_the_log(core):
    write(core, "new", "imported")
    with core.app_context(), transaction() as s:
        s.execute(update(Event).where(Event.type == "imported").values(at=NOON - timedelta(days=4000)))
    with core.app_context(), transaction() as s:
        assert outbox.purge(s, NOON) == 0
    assert types(feed(core)) == ["new", "imported"]


def test_a_commit_wakes_listeners(core):
    connection = core.extensions["parley"].database.engine.raw_connection()
    listener = connection.driver_connection
    listener.autocommit = True
    listener.cursor().execute(f"listen {outbox.CHANNEL}")
    write(core, "a")
    listener.cursor().execute("select 1")
    listener.poll()
    assert [notice.channel for notice in listener.notifies] == [outbox.CHANNEL]
    connection.close()
