"""A worker that is stopped gently, and one that is killed in the middle of a job."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from api.core.db import transaction
from api.core.jobs import defer

from . import working

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30


@contextmanager
def worker(folder, database_url):
    environ = os.environ | {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": "core-tests-" + "k" * 40,
        "PARLEY_DATA": str(folder),
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_MAIL_BACKEND": "memory",
    }
    with (folder / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "tests.core.working"]
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(true, process):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < deadline
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)


def statement(app, sql):
    with app.app_context(), transaction() as s:
        return s.execute(text(sql))


def begin(app, name):
    with app.app_context(), transaction() as s:
        defer(s, name)


def test_a_job_cut_off_by_kill_9_is_done_by_the_next_worker(core, database_url, tmp_path):
    os.mkfifo(tmp_path / working.RELEASE)
    begin(core, "test.hold")
    with worker(tmp_path, database_url) as first:
        until((tmp_path / working.STARTED).exists, first)
        first.kill()
        first.wait()
    assert not (tmp_path / working.FINISHED).exists()
    statement(core, "update procrastinate_workers set last_heartbeat = now() - interval '31 s'")
    begin(core, "jobs.recover")
    release = os.open(tmp_path / working.RELEASE, os.O_RDWR)
    with worker(tmp_path, database_url) as second:
        until((tmp_path / working.FINISHED).exists, second)
        assert int((tmp_path / working.FINISHED).read_text() or second.pid) == second.pid
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=PATIENCE_SECONDS) == 0
    os.close(release)
    left = statement(core, "select count(*) from procrastinate_jobs where task_name = 'test.hold'").scalar()
    assert left == 0
