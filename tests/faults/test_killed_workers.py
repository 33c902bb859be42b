"""`kill -9` of uWSGI's workers, one after the other, while members read and write."""

import random
import statistics
import time

from tests.faults.journal import prove

# A kill every two seconds; another worker is there within two. Loading the application takes it a second of a free
# processor.
EVERY_SECONDS = 2.0
RESPAWN_SECONDS = 2.0


def test_a_killed_worker_costs_one_answer_at_most_and_nothing_that_was_acknowledged(
    forum, traffic, journal, length, figure
):
    kills = length.times(3, 150)
    dice = random.Random(1)
    respawns = []
    with traffic.load(forum.stack.url, length.rate) as load:
        load.run_for(1)
        for _ in range(kills):
            killed = time.monotonic()
            victim = dice.choice(forum.workers())
            victim.kill()
            respawns.append(forum.wait_for_workers(frozenset({victim.pid})))
            load.run_for(max(0.0, killed + EVERY_SECONDS - time.monotonic()))
    findings = prove(forum, journal)
    there, ready = (statistics.median(times) for times in zip(*respawns, strict=True))
    figure(
        f"{len(load.outcomes)} requests at {length.rate:.0f}/s ({load.statuses()}), {kills} kills, "
        f"{len(load.failures)} errors, another worker there after {there:.1f} s, ready after {ready:.1f} s; {load.p99()}; {findings}"
    )
    findings.assert_whole()
    assert len(load.failures) <= kills, load.failures[:5]
    assert load.badly_failed == []
    if length.is_long:
        assert there < RESPAWN_SECONDS, respawns
