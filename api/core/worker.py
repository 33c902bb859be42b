"""The process that runs jobs, and the same for tests without a process."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from api.core.db import transaction
from api.core.jobs import Task, manager, tasks
from api.core.logs import bound_contextvars, get_logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procrastinate import App
    from procrastinate.jobs import Job
    from procrastinate.retry import BaseRetryStrategy

# Jobs mostly wait for others (a mail server, a web hook), so two threads keep one slow peer from holding up all.
CONCURRENCY = 2
POLLING_SECONDS = 5.0
# Less than what the launcher and Docker wait before they kill.
GRACE_SECONDS = 3.0
# After the database went away: often enough to be back with it, seldom enough not to be in its way.
AGAIN_SECONDS = 1.0

log = get_logger("parley.worker")


def libpq_parameters(url: str) -> dict[str, str]:
    """What psycopg needs out of a SQLAlchemy URL; Unix sockets come as `?host=/folder`."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    found = {
        "host": parsed.host,
        "port": parsed.port,
        "dbname": parsed.database,
        "user": parsed.username,
        "password": parsed.password,
    }
    for name, value in parsed.query.items():
        found[name] = value if isinstance(value, str) else ",".join(value)
    return {name: str(value) for name, value in found.items() if value is not None}


def run_task(app: Flask, task: Task, arguments: dict[str, Any]) -> None:
    """Run a task inside the application, with one line in the log whatever comes of it."""
    arguments.pop("timestamp", None)
    started = perf_counter()
    with app.app_context(), bound_contextvars(job=task.name, **arguments):
        try:
            task.function(**arguments)
        except Exception as error:
            log.warning("job failed", ms=_since(started), error=f"{type(error).__name__}: {error}"[:500])
            raise
        # What the clock starts every few seconds is news only when it fails.
        (log.debug if task.every else log.info)("job", ms=_since(started))


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)


def _strategy(task: Task) -> "BaseRetryStrategy":
    from procrastinate.retry import BaseRetryStrategy, RetryDecision

    class Backoff(BaseRetryStrategy):
        def get_retry_decision(
            self,
            *,
            exception: BaseException,  # noqa: ARG002 (the library's signature)
            job: "Job",
        ) -> RetryDecision | None:
            wait = task.retry.wait(job.attempts + 1)
            return None if wait is None else RetryDecision(retry_in={"seconds": wait})

    return Backoff()


def build(app: Flask, url: str) -> "App":
    """Procrastinate's App over all declared tasks, for a worker."""
    from procrastinate import App, PsycopgConnector
    from psycopg.conninfo import make_conninfo

    conninfo = make_conninfo(**libpq_parameters(url), application_name="parley worker")
    worker = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))

    def bind(task: Task) -> Callable[..., None]:
        return lambda **arguments: run_task(app, task, arguments)

    for declared in tasks().values():
        # One waiting run of a periodic task is enough, however long the worker was away.
        lock = declared.name if declared.every else None
        made = worker.task(name=declared.name, retry=_strategy(declared), queueing_lock=lock)(bind(declared))
        if declared.every:
            worker.periodic(cron=declared.every)(made)
    return worker


def run_worker(app: Flask) -> None:
    """Run jobs until SIGTERM or SIGINT; running ones get a moment to finish.

    A job that is cut off is found by `jobs.recover` and run again. Finished jobs are deleted at once, failed ones kept
    for a while (see api.core.housekeeping). The library's worker ends when the database goes away; ours begins anew.
    """
    asyncio.run(_work_until_told_to_stop(app))


async def _work_until_told_to_stop(app: Flask) -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    stopping = asyncio.create_task(told.wait())
    while not told.is_set():
        working = asyncio.create_task(_work(app))
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # Being cancelled is how the library's worker is asked to finish what it does.
        working.cancel()
        result = (await asyncio.gather(working, return_exceptions=True))[0]
        if not told.is_set():
            log.warning("the worker lost the database", again_in=AGAIN_SECONDS, error=repr(result)[:500])
            await asyncio.wait({stopping}, timeout=AGAIN_SECONDS)


async def _work(app: Flask) -> None:
    """Run jobs until cancelled, or until the database is lost."""
    async with build(app, app.extensions["parley"].settings.database_direct_url).open_async() as worker:
        await worker.run_worker_async(
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=POLLING_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
        )


def run_pending(app: Flask, *, ahead: timedelta = timedelta(0)) -> list[str]:
    """Run every waiting job now, in this process, one after the other, those they defer included; their names.

    For tests. Jobs scheduled within `ahead` from now are run as well. A job that fails is rescheduled as its task
    says, as in a worker; when it is given up, its error is raised here.
    """
    done: list[str] = []
    with app.app_context(), _worker_row() as worker_id:
        while True:
            with transaction() as s:
                if ahead:
                    _hasten(s, ahead)
                job = _one(s, "fetch_job", queues=None, worker_id=worker_id)
            if job["id"] is None:
                return done
            _run_fetched(app, job)
            done.append(job["task_name"])


def _run_fetched(app: Flask, job: Any) -> None:
    task = tasks()[job["task_name"]]
    try:
        run_task(app, task, dict(job["args"]))
    except Exception:
        wait = task.retry.wait(job["attempts"] + 1)
        with transaction() as s:
            if wait is None:
                _one(s, "finish_job", job_id=job["id"], status="failed", delete_job=False)
            else:
                later = datetime.now(UTC) + timedelta(seconds=wait)
                retry = {"new_priority": None, "new_queue_name": None, "new_lock": None}
                _one(s, "retry_job", job_id=job["id"], retry_at=later, **retry)
        if wait is None:
            raise
        return
    with transaction() as s:
        _one(s, "finish_job", job_id=job["id"], status="succeeded", delete_job=True)


def _one(s: Session, query: str, **arguments: Any) -> Any:
    from procrastinate.sql import queries

    connector: Any = manager().connector
    return connector.execute_query_one_with_connection(s.connection(), queries[query], **arguments)


def _hasten(s: Session, ahead: timedelta) -> None:
    from sqlalchemy import text

    until = datetime.now(UTC) + ahead
    due = text(
        "update procrastinate_jobs set scheduled_at = null where status = 'todo' and scheduled_at <= :until"
    )
    s.execute(due, {"until": until})


@contextmanager
def _worker_row() -> "Iterator[int]":
    """A row among the workers, so that a real one does not take our jobs for stalled."""
    with transaction() as s:
        worker_id: int = _one(s, "register_worker")["worker_id"]
    try:
        yield worker_id
    finally:
        with transaction() as s:
            _one(s, "unregister_worker", worker_id=worker_id)
