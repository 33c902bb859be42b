"""Jobs: in the caller's transaction, retried, recovered from the dead."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from api.core import clock, jobs
from api.core.db import transaction
from api.core.housekeeping import MOST_TRIES
from api.core.jobs import NO_RETRY, Retry, defer, task
from api.core.worker import build, libpq_parameters, run_pending

SEEN: list[object] = []
SEVERAL = Retry(tries=3, first=10, factor=2)


@task("test.remember")
def remember(what: object) -> None:
    SEEN.append(what)


@task("test.chain")
def chain() -> None:
    with transaction() as s:
        defer(s, "test.remember", what="second")


@task("test.fail", retry=SEVERAL)
def fail() -> None:
    SEEN.append("tried")
    raise RuntimeError("not today")


@task("test.fail_once", retry=NO_RETRY)
def fail_once() -> None:
    raise RuntimeError("never")


@pytest.fixture(autouse=True)
def fresh():
    SEEN.clear()


def rows(app):
    with app.app_context(), transaction() as s:
        return s.execute(text("select * from procrastinate_jobs order by id")).all()


def begin(app, name, **arguments):
    with app.app_context(), transaction() as s:
        return defer(s, name, **arguments)


def test_a_job_exists_when_its_transaction_commits(core):
    with core.app_context(), transaction() as s:
        defer(s, "test.remember", what="量子 100% {x}")
        assert rows(core) == []
    assert [row.args for row in rows(core)] == [{"what": "量子 100% {x}"}]


def test_a_job_is_gone_with_its_transaction(core):
    with core.app_context(), transaction() as s:
        defer(s, "test.remember", what=1)
        s.rollback()
    assert rows(core) == []


def test_pending_jobs_run_with_those_they_defer(core):
    begin(core, "test.chain")
    assert run_pending(core) == ["test.chain", "test.remember"]
    assert SEEN == ["second"]
    assert rows(core) == []


def test_a_misspelt_task_is_refused_at_once(core):
    with pytest.raises(LookupError, match=r"test\.rememver"):
        begin(core, "test.rememver")


def test_a_name_belongs_to_one_task():
    with pytest.raises(ValueError, match="twice"):
        task("test.remember")(lambda: None)
    assert jobs.tasks()["test.remember"].function is remember


def test_a_key_lets_one_job_wait_and_spoils_nothing(core):
    with core.app_context(), transaction() as s:
        assert defer(s, "test.remember", once="only", what=1) is not None
        assert defer(s, "test.remember", once="only", what=2) is None
        defer(s, "test.remember", what=3)
    assert [row.args["what"] for row in rows(core)] == [1, 3]


def test_a_job_for_later_waits(core):
    begin(core, "test.remember", run_at=datetime.now(UTC) + timedelta(hours=1), what=1)
    assert run_pending(core) == []
    assert run_pending(core, ahead=timedelta(hours=2)) == ["test.remember"]


def test_a_failing_job_is_tried_again_with_growing_pauses(core):
    begin(core, "test.fail")
    assert run_pending(core) == ["test.fail"]
    (row,) = rows(core)
    assert (row.status, row.attempts) == ("todo", 1)
    assert timedelta(seconds=5) < row.scheduled_at - clock.now() <= timedelta(seconds=10)
    assert [SEVERAL.wait(n) for n in (1, 2, 3)] == [10, 20, None]


def test_a_job_is_given_up_after_its_last_try(core):
    begin(core, "test.fail")
    run_pending(core)
    with pytest.raises(RuntimeError, match="not today"):
        run_pending(core, ahead=timedelta(days=1))
    assert SEEN == ["tried"] * 3
    assert [row.status for row in rows(core)] == ["failed"]


def test_pauses_have_a_longest():
    assert Retry(tries=99, first=60, factor=4, longest=3600).wait(50) == 3600


def stall(app, attempts=0):
    """A job whose worker was killed: it is being done by nobody."""
    job_id = begin(app, "test.remember", what="saved")
    with app.app_context(), transaction() as s:
        s.execute(text("insert into procrastinate_workers (last_heartbeat) values (now() - interval '31 s')"))
        s.execute(
            text("""update procrastinate_jobs set status = 'doing', attempts = :attempts,
                    worker_id = (select max(id) from procrastinate_workers) where id = :id"""),
            {"id": job_id, "attempts": attempts},
        )


def test_the_job_of_a_dead_worker_runs_again(core):
    stall(core)
    assert run_pending(core) == []
    begin(core, "jobs.recover")
    assert run_pending(core) == ["jobs.recover", "test.remember"]
    assert SEEN == ["saved"]


def test_the_job_of_a_living_worker_is_left_alone(core):
    stall(core)
    with core.app_context(), transaction() as s:
        s.execute(text("update procrastinate_workers set last_heartbeat = now()"))
    begin(core, "jobs.recover")
    assert run_pending(core) == ["jobs.recover"]


def test_a_job_that_takes_every_worker_with_it_is_given_up(core):
    stall(core, attempts=MOST_TRIES)
    begin(core, "jobs.recover")
    assert run_pending(core) == ["jobs.recover"]
    assert [row.status for row in rows(core)] == ["failed"]


def test_the_worker_knows_every_task_and_the_clock_its_own(core):
    worker = build(core, core.extensions["parley"].settings.database_direct_url)
    assert {"mail.send", "jobs.recover", "core.purge", "test.remember"} <= set(worker.tasks)
    periodic = {name for name, _ in worker.periodic_registry.periodic_tasks}
    assert {"jobs.recover", "core.purge", "mail.find_lost"} <= periodic
    assert "test.remember" not in periodic


def test_a_real_worker_runs_what_waits(core):
    begin(core, "test.remember", what="by a worker")
    begin(core, "test.fail")
    settings = core.extensions["parley"].settings
    worker = build(core, settings.database_direct_url)
    worker.periodic_registry.periodic_tasks.clear()
    worker.run_worker(
        wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
    )
    assert sorted(SEEN) == ["by a worker", "tried"]
    assert [(row.task_name, row.status, row.attempts) for row in rows(core)] == [("test.fail", "todo", 1)]


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        (
            "postgresql+psycopg2://parley@/forum?host=/run/my%20forum/sock",
            {"host": "/run/my forum/sock", "user": "parley", "dbname": "forum"},
        ),
        (
            "postgres://u:p%40ss@db:5433/f?sslmode=require",
            {
                "host": "db",
                "port": "5433",
                "user": "u",
                "password": "p@ss",
                "dbname": "f",
                "sslmode": "require",
            },
        ),
        ("postgresql:///f?host=a&host=b", {"host": "a,b", "dbname": "f"}),
    ],
)
def test_a_workers_driver_reads_the_same_address(url, parameters):
    assert libpq_parameters(url) == parameters
