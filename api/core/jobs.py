"""Work that happens after the answer: declared by features, written as rows in the caller's own transaction.

A job exists exactly when its transaction commits. Since a worker may be killed at any moment and its job be run
again, every task must bear to be run twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

Function = Callable[..., None]


@dataclass(frozen=True)
class Retry:
    """How a failed job is tried again: after `first` seconds, each wait `factor` times the last, up to `longest`."""

    tries: int
    first: int = 15
    factor: int = 3
    longest: int = 6 * 60 * 60

    def wait(self, failed: int) -> int | None:
        """Seconds until the next try after `failed` failures, None when it is given up."""
        if failed >= self.tries:
            return None
        return int(min(self.longest, self.first * self.factor ** (failed - 1)))


# A task that says nothing is tried four times within ten minutes: long enough for a database to come back.
DEFAULT_RETRY = Retry(tries=4, first=15, factor=4)
NO_RETRY = Retry(tries=1)


@dataclass(frozen=True)
class Task:
    """A declared task. `every` is a cron line (UTC) for what nobody defers but the clock."""

    name: str
    function: Function
    retry: Retry
    every: str | None


_TASKS: dict[str, Task] = {}


def task(
    name: str, *, retry: Retry = DEFAULT_RETRY, every: str | None = None
) -> Callable[[Function], Function]:
    """Declare the function below as the task `name` ("mail.send"). It stays an ordinary function.

    Its arguments are plain JSON and never secrets: they are stored, and shown in logs. A task with `every` takes none.
    """

    def register(function: Function) -> Function:
        known = _TASKS.get(name)
        if known is not None and known.function is not function:
            raise ValueError(f"The task {name} is declared twice.")
        _TASKS[name] = Task(name, function, retry, every)
        return function

    return register


def tasks() -> Mapping[str, Task]:
    """Every declared task by name."""
    return _TASKS


@cache
def manager() -> "JobManager":
    """Procrastinate's own statements, sent over connections that are handed to it and never over one it opens."""
    from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
    from procrastinate.manager import JobManager

    return JobManager(SQLAlchemyPsycopg2Connector())


def defer(
    s: Session, name: str, /, *, run_at: datetime | None = None, once: str | None = None, **arguments: Any
) -> int | None:
    """Write a job for the task `name` into the session's transaction; its id.

    `run_at`: not before. `once`: a key of which no second job may wait; None is returned when one already does.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    if name not in _TASKS:
        raise LookupError(f"No task is declared as {name}.")
    if once is None:
        return _insert(s, name, run_at, None, arguments)
    try:
        with s.begin_nested():  # the refusal is an error in SQL, and would spoil the whole transaction
            return _insert(s, name, run_at, once, arguments)
    except AlreadyEnqueued:
        return None


def _insert(
    s: Session, name: str, run_at: datetime | None, once: str | None, arguments: dict[str, Any]
) -> int:
    from procrastinate.tasks import configure_task

    # The connection is asked for here, inside a savepoint where there is one: only then does SQLAlchemy begin it.
    return configure_task(
        name=name,
        job_manager=manager(),
        connection=s.connection(),
        schedule_at=run_at,
        queueing_lock=once,
        task_kwargs=arguments,
    ).defer()


def init_app(app: Flask) -> None:
    """Declare core's own tasks. Procrastinate is loaded with the first job: reading and posting defer none."""
    from api.core import housekeeping  # noqa: F401
