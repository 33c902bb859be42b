"""New code and new configuration under load: a chain reload of uWSGI, a reload of nginx."""

import os
import signal

from tests.faults.journal import prove


def test_reloads_refuse_nobody(forum, traffic, journal, length, figure):
    reloads = length.times(2, 20)
    with traffic.load(forum.stack.url, length.rate) as load:
        load.run_for(0.5)
        for number in range(reloads):
            if number % 2 == 0:
                replace_workers(forum)
            else:
                os.kill(forum.stack.children["nginx"].pid, signal.SIGHUP)
                load.run_for(1)
        load.run_for(0.5)
    findings = prove(forum, journal)
    figure(
        f"{len(load.outcomes)} requests at {length.rate:.0f}/s ({load.statuses()}), {reloads} reloads, "
        f"{len(load.failures)} failed; {load.p99()}; {findings}"
    )
    assert load.failures == []
    findings.assert_whole()


def replace_workers(forum):
    """Touch the switch, and wait until every worker is another process than before."""
    before = frozenset(worker.pid for worker in forum.workers())
    (forum.stack.folder / "reload").touch()
    forum.wait_for_workers(gone=before)
