"""Database sessions are ended in the midst of what they do."""

import random
import time

from tests.faults.journal import prove

SESSIONS = """
    select pid from pg_stat_activity
    where datname = current_database() and application_name = 'parley' and pid <> pg_backend_pid() {busy}"""
# How long a busy session is waited for before an idle one is taken.
WAIT_SECONDS = 0.05
# The forum goes on between two ends.
PAUSE_SECONDS = 0.1


def test_a_session_that_is_ended_leaves_no_part_of_anything(forum, traffic, journal, length, figure):
    wanted = length.times(30, 500)
    dice = random.Random(2)
    busy = 0
    with traffic.load(forum.stack.url, length.rate, write_share=0.4) as load, forum.sql() as cursor:
        for _ in range(wanted):
            busy += end_one(cursor, dice)
            load.run_for(PAUSE_SECONDS)
    findings = prove(forum, journal)
    figure(
        f"{len(load.outcomes)} requests at {length.rate:.0f}/s ({load.statuses()}), {wanted} sessions ended, {busy} of "
        f"them at work; {findings}"
    )
    findings.assert_whole()
    assert load.badly_failed == []


def end_one(cursor, dice):
    """End a session that does something, or after a moment any; whether it did something."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        cursor.execute(SESSIONS.format(busy="and state <> 'idle'"))
        if found := cursor.fetchall():
            cursor.execute("select pg_terminate_backend(%s)", dice.choice(found))
            return True
    cursor.execute(SESSIONS.format(busy=""))
    if found := cursor.fetchall():
        cursor.execute("select pg_terminate_backend(%s)", dice.choice(found))
    return False
