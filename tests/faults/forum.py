"""A forum of a test's own: a database, the shipped nginx and uWSGI before it, and members who are signed in."""

import atexit
import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from flask import Flask

from api.app import create_app
from api.auth import access_tokens
from api.core.clock import now
from api.launcher.postgres import Postgres
from tests.conftest import SECRET, settings_for
from tests.servers.stack import Answer, Stack, serve
from tests.world import Person, World

SHELL = (
    '<!doctype html><html lang="%PARLEY_LANG%"><head><title>%PARLEY_TITLE%</title></head><body></body></html>'
)
# Long before an access token ends, its holder gets another.
RENEW_AFTER = timedelta(minutes=5)
# Beyond this the servers count as stuck, however slow the machine is.
PATIENCE_SECONDS = 60.0
_names = itertools.count(1)


class Author:
    """A member who writes for as long as a test lasts; `token` is always a fresh one."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.id = person.id
        self._app = app
        with app.app_context():
            self._claims = access_tokens.read(person.token, now())
        self._token, self._until = person.token, now() + RENEW_AFTER

    @property
    def token(self) -> str:
        if now() > self._until:
            with self._app.app_context():
                self._token = access_tokens.issue(self._claims.user_id, self._claims.session_id, now())
            self._until = now() + RENEW_AFTER
        return self._token


@dataclass
class Forum:
    """Running servers (`stack`), the same application inside the test (`app`, `world`), and the database."""

    stack: Stack
    app: Flask
    world: World
    database_url: str

    def authors(self, count: int) -> list[Author]:
        return [Author(self.app, self.world.member()) for _ in range(count)]

    def ask(self, path: str, method: str = "GET", **arguments: Any) -> Answer:
        return self.stack.ask(path, method, **arguments)

    @contextmanager
    def sql(self) -> Iterator[Any]:
        """A cursor of its own connection, which commits each statement at once."""
        connection = psycopg2.connect(self.database_url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.sql() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    def scalar(self, statement: str, *values: object) -> Any:
        return self.rows(statement, *values)[0][0]

    def workers(self) -> list[psutil.Process]:
        """uWSGI's workers, dead ones apart."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.stack.children["api"].pid).children()
            return [child for child in children if is_alive(child)]
        return []

    def loaded(self) -> dict[int, float]:
        """Workers that have loaded the application: process id -> seconds that it took, as uWSGI says."""
        found = {}
        for line in (self.stack.folder / "api.log").read_text(errors="replace").splitlines():
            if line.startswith("WSGI app 0 ") and " ready in " in line:
                pid = int(line.partition("pid: ")[2].partition(" ")[0].rstrip(")"))
                found[pid] = float(line.partition(" ready in ")[2].split()[0])
        return found

    def wait_for_workers(self, gone: frozenset[int] = frozenset()) -> tuple[float, float]:
        """Until every worker has loaded the application, two at least and none of `gone`.

        The seconds after which they were there again, and after which they were ready.
        """
        started = time.monotonic()
        there = None
        while True:
            workers = {worker.pid for worker in self.workers()}
            complete = len(workers) >= 2 and not workers & gone
            if complete and there is None:
                there = time.monotonic() - started
            if complete and there is not None and workers <= self.loaded().keys():
                return there, time.monotonic() - started
            assert time.monotonic() < started + PATIENCE_SECONDS, self.stack.log[-3000:]
            time.sleep(0.02)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@cache
def compiled_folder() -> str:
    """Where the servers of all tests of this run keep compiled modules."""
    folder = tempfile.mkdtemp(prefix="parley-compiled-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def running(database_url: str, folder: Path, *, everything: bool = False, **settings: str) -> Iterator[Forum]:
    """The servers on a database for as long as the block lasts. Limits are off unless `settings` say otherwise.

    `everything` starts the process for jobs and the one for event streams, too.
    """
    client = folder / "client"
    client.mkdir()
    (client / "index.html").write_text(SHELL)
    environ = {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_FRONTEND": str(client),
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_LIMITS_ENABLED": "false",
        "PARLEY_LOG_LEVEL": "warning",
        # As installed packages are: a worker that comes back does not compile everything anew.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": compiled_folder(),
        **settings,
    }
    servers = folder / "servers"
    servers.mkdir()
    with serve(environ, servers, worker=everything, events=everything) as stack:
        app = create_app(settings_for(database_url, folder, PARLEY_URL=stack.url))
        try:
            yield Forum(stack, app, World(app), database_url)
        finally:
            app.extensions["parley"].database.engine.dispose()


def new_database(postgres: Postgres, template: str) -> str:
    """The address of a migrated database that nobody else uses."""
    name = f"faults_{next(_names)}_{time.monotonic_ns()}"
    postgres.create_database(name, template=template)
    return postgres.url(name)
