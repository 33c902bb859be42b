"""A PostgreSQL server of our own, from the wheel's binaries, in a folder, on a unix socket.

    with Postgres(folder, options={"fsync": "off"}) as server:
        server.create_database("forum")
        connect(server.url("forum"))

Used by the launcher for the forum's data and by the tests for a throw-away server. Anybody who can reach the socket
is the superuser (`trust`), which is safe only because its folder is entered by one account.
"""

import contextlib
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psutil
import psycopg2
from psycopg2 import extensions, sql

from api.launcher.children import Account, Child
from api.launcher.postgres_cluster import ENVIRON, SUPERUSER, Cluster
from api.launcher.refusal import RefusalError

MAINTENANCE_DATABASE = "postgres"
START_SECONDS = 600.0  # Recovery after a crash reads the whole log since the last checkpoint.
STOP_SECONDS = 30.0
START_ATTEMPTS = 20  # After `kill -9` its helpers hold the shared memory for a moment.
LOG_LIMIT = 10_000_000  # bytes; beyond it the log starts anew and one old copy stays
# Only what a throw-away database may do: no promise survives a power cut.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server: `prepare` (once), `start`, `stop`; or all three as a context manager.

    `folder` is made when missing and holds the cluster and `postgres.log`. `options` are server settings, `say` is
    told what takes long.
    """

    def __init__(
        self,
        folder: Path,
        *,
        options: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder.absolute()
        self.options = dict(options or {})
        self.say = say
        self.cluster = Cluster(folder, durable=self.options.get("fsync") != "off", say=say)
        self.child: Child | None = None

    def __enter__(self) -> Self:
        self.prepare()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def account(self) -> Account | None:
        """Who the server runs as, None for ourselves."""
        return self.cluster.account

    @property
    def programs(self) -> Path:
        """The folder of `pg_dump`, `psql` and the rest, where the server's account can run them."""
        return self.cluster.programs

    def url(self, database: str) -> str:
        """The address for libpq, psycopg and SQLAlchemy alike; blanks are `%20`, which all of them read."""
        folder = quote(str(self.cluster.sockets), safe="")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={folder}"

    def prepare(self) -> None:
        """Make what is missing: folders and, the first time, the cluster. Raises RefusalError."""
        self.cluster.prepare()

    def start(self) -> None:
        """Start the server and wait until it answers; crash recovery included. Raises RefusalError."""
        self._stop_leftover()
        self._rotate_log()
        deadline = time.monotonic() + START_SECONDS
        for attempt in range(START_ATTEMPTS):
            self.child = self._new_child()
            self.child.start()
            if self._wait_until_ready(deadline):
                return
            time.sleep(min(1.0, 0.1 * (attempt + 1)))
        raise RefusalError(f"Postgres does not start; {self.log} says why: {self._last_words()}")

    def stop(self) -> None:
        """Fast shutdown with a checkpoint; after half a minute without one (recovery then happens at the next start)."""
        if self.child is None:
            return
        self.child.ask_to_stop()
        if not self.child.wait(STOP_SECONDS) and self.child.process is not None:
            self.child.process.send_signal(signal.SIGQUIT)
            if not self.child.wait(STOP_SECONDS):
                self.child.kill()

    def begin_checkpoint(self) -> None:
        """Write dirty pages while others still stop, so that little is left to do when the server does."""

        def checkpoint() -> None:
            with contextlib.suppress(psycopg2.Error):
                self._run(sql.SQL("checkpoint"))

        threading.Thread(target=checkpoint, daemon=True).start()

    def is_running(self) -> bool:
        return self.child is not None and self.child.is_running()

    def connect(self, database: str = MAINTENANCE_DATABASE) -> extensions.connection:
        return psycopg2.connect(self.url(database), connect_timeout=10)

    def create_database(self, name: str, *, template: str | None = None, unless_exists: bool = False) -> None:
        """A new database, copied from `template` if given (which nobody may be connected to)."""
        if unless_exists and self._exists(name):
            return
        command = sql.SQL("create database {}").format(sql.Identifier(name))
        if template:
            command += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        self._run(command)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending the sessions that use it."""
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _exists(self, name: str) -> bool:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = %s", (name,))
                return cursor.fetchone() is not None
        finally:
            connection.close()

    def _run(self, command: sql.Composable) -> None:
        connection = self.connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(command)
        finally:
            connection.close()

    def _new_child(self) -> Child:
        sockets = str(self.cluster.sockets).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{sockets}"',  # Quoted: it is a list, and blanks and commas are legal.
            "unix_socket_permissions": "0700",
            **self.options,
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            argv=[self.programs / "postgres", "-D", self.cluster.path.resolve(), *arguments],
            death_signal=signal.SIGINT,  # A fast but clean shutdown, even when the launcher was killed.
            stop_signal=signal.SIGINT,
            account=self.account,
            environ=ENVIRON,
            output=self.log,
        )

    def _wait_until_ready(self, deadline: float) -> bool:
        """True once it answers, False when it ended by itself."""
        told = time.monotonic() + 5
        while time.monotonic() < deadline:
            if not self.is_running():
                return False
            try:
                self.connect().close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return True
            if time.monotonic() > told:
                self.say("The database is recovering from a crash; this may take minutes")
                told = deadline
        self.stop()
        raise RefusalError(f"Postgres did not answer within {START_SECONDS:.0f} s; see {self.log}.")

    def _stop_leftover(self) -> None:
        """End a server of an earlier launcher that still uses the cluster, or remove the trace of a dead one.

        The recorded number may meanwhile belong to an innocent process, so the process itself is asked what it is.
        """
        pidfile = self.cluster.path / "postmaster.pid"
        try:
            pid = int(pidfile.read_text().split("\n", 1)[0])
        except FileNotFoundError:
            return
        except ValueError:  # Cut off by a full disk or a power cut.
            pid = -1
        server = self._server_with(pid)
        if server is None:
            pidfile.unlink(missing_ok=True)
            return
        self.say("Stopping a database server that was left behind")
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STOP_SECONDS)
        except psutil.TimeoutExpired as error:
            raise RefusalError(
                f"Another Postgres (process {pid}) uses {self.cluster.path} and does not stop."
            ) from error

    def _server_with(self, pid: int) -> psutil.Process | None:
        try:
            process = psutil.Process(pid)
            is_ours = (
                "postgres" in Path(process.exe()).name and Path(process.cwd()) == self.cluster.path.resolve()
            )
        except (psutil.Error, ValueError, OSError):
            return None
        return process if is_ours else None

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = (
            self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if self.log.exists()
            else []
        )
        return lines[-1] if lines else "(nothing)"


@contextmanager
def throw_away_server(options: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A running server in a temporary folder for as long as the block lasts: fast, and safe for nothing."""
    folder = Path(tempfile.mkdtemp(prefix="parley-"))
    try:
        folder.chmod(0o711)  # Root's server runs as another account, which must find its folder in here.
        with Postgres(folder, options={**THROW_AWAY, **(options or {})}) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
