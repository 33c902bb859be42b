"""The database goes away under load, in good order or killed, and comes back without anybody doing anything."""

import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

from api.core import migrate
from api.launcher.postgres import Postgres
from tests.conftest import settings_for
from tests.faults.forum import PATIENCE_SECONDS, running
from tests.faults.journal import API, Journal, prove
from tests.faults.load import Request, send
from tests.faults.traffic import Traffic
from tests.servers.stack import first_event

AWAY_SECONDS = 1.0
HEALTHY_SECONDS = 5.0


@pytest.fixture
def database():
    """A server with a disk's promises: what it says is committed survives its death."""
    folder = Path(tempfile.mkdtemp(prefix="parley-faults-"))
    folder.chmod(0o711)
    with Postgres(folder / "postgres") as server:
        server.create_database("parley")
        migrate.upgrade(settings_for(server.url("parley"), folder))
        yield server
    shutil.rmtree(folder, ignore_errors=True)


def test_a_database_that_restarts_or_dies_loses_nothing_and_is_answered_503_meanwhile(
    database, tmp_path, length, figure
):
    with running(database.url("parley"), tmp_path, everything=True) as forum:
        journal = Journal(tmp_path / "journal.jsonl", forum)
        traffic = Traffic(forum, journal)
        traffic.begin(forum.stack.url)
        forum.wait_for_workers()
        rounds = length.times(1, 10)
        healthy = []
        with traffic.load(forum.stack.url, length.rate) as load:
            for end in [stop, kill] * rounds:
                load.run_for(1.5)
                end(database)
                load.run_for(AWAY_SECONDS)
                database.start()
                healthy.append(seconds_until_healthy(forum, traffic))
        mailed = seconds_until_mailed(forum)
        assert first_event(f"{forum.stack.url}{API}/events/stream") == "ready"
        ended = [name for name, child in forum.stack.children.items() if not child.is_running()]
        findings = prove(forum, journal)
    away = [outcome for outcome in load.outcomes if outcome.status == 503]
    figure(
        f"{len(load.outcomes)} requests at {length.rate:.0f}/s ({load.statuses()}), {rounds} restarts and {rounds} "
        f"kills of the database, healthy {max(healthy):.1f} s at most after it is up, a job done {mailed:.1f} s later; {findings}"
    )
    findings.assert_whole()
    assert ended == []
    assert away, "nobody asked while the database was away"
    assert load.badly_failed == []
    if length.is_long:
        assert max(healthy) < HEALTHY_SECONDS


def stop(database):
    """`pg_ctl restart -m fast`, its first half."""
    database.stop()


def kill(database):
    """`kill -9` of the postmaster; its children notice and go."""
    database.child.process.send_signal(signal.SIGKILL)
    assert database.child.wait(10)


def seconds_until_healthy(forum, traffic):
    """How long until each of several requests in a row, over all workers, is answered as ever."""
    started = healthy = time.monotonic()
    reader = Request("GET", f"{API}/users/me", token=traffic.authors[0].token)
    well = 0
    while well < 6:
        asked = time.monotonic()
        well = well + 1 if send(forum.stack.url, reader).status == 200 else 0
        healthy = asked if well == 1 else healthy
        assert time.monotonic() < started + PATIENCE_SECONDS, forum.stack.log[-3000:]
    return healthy - started


def seconds_until_mailed(forum):
    """How long until a job that is asked for now was done."""
    started = time.monotonic()
    body = {"username": "afterwards", "email": "afterwards@example.org", "password": "three quiet rivers"}
    assert send(forum.stack.url, Request("POST", f"{API}/auth/register", body=body)).status == 202
    while not forum.scalar(
        "select count(*) from mails where state = 'sent' and recipient like 'afterwards%%'"
    ):
        assert time.monotonic() < started + PATIENCE_SECONDS, forum.stack.log[-6000:]
        time.sleep(0.1)
    return time.monotonic() - started
