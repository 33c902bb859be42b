"""`parley run` as a process of its own, as a person at a terminal starts it."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2

from api.launcher.children import Account, run_as
from api.launcher.postgres import Postgres
from tests.servers.stack import PROJECT, Answer, ask, free_port

START_SECONDS = 60.0
# Also for an interpreter that is not our environment's.
PACKAGES = Path(psycopg2.__file__).parents[1]


NOBODY = 65534


def python_for(user: int) -> str | None:
    """A Python of our version that the account can run, ours if it can; None if there is none."""
    ours = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (sys.executable, shutil.which(ours, path="/usr/local/bin:/usr/bin")):
        check = [candidate, "-c", "import psycopg2, pyuwsgi, api.launcher"]
        if candidate and run_as(Account(user, user), check, clean_environ()).returncode == 0:
            return candidate
    return None


def clean_environ(**more: str) -> dict[str, str]:
    """Our environment without settings of the forum's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    return {**kept, "PYTHONPATH": f"{PROJECT}:{PACKAGES}", **more}


class Launched:
    """One start. `path` is the root path that PARLEY_URL was given."""

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        path: str = "",
        user: int | None = None,
        python: str = sys.executable,
        project: Path = PROJECT,
        command: list[str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        arguments = ["--port", str(self.port), "--data", str(data)]
        given = {"PARLEY_URL": self.url} if path else {}
        self.process = subprocess.Popen(
            command or [python, "-m", "api.launcher", *arguments],
            cwd=project,
            env={**clean_environ(**given), **(environ or {})},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        self.output = ""

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.data / "postgres")

    def wait_until_ready(self) -> "Launched":
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ready at" in line:
                self.output = "".join(lines)
                return self
        self.process.wait()
        raise AssertionError("".join(lines) + self.log("api.log"))

    def log(self, name: str) -> str:
        path = self.data / "log" / name
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def ask(self, path: str, method: str = "GET", **arguments) -> Answer:
        return ask(self.url + path, method, **arguments)

    def ask_until(self, path: str, status: int = 200) -> list[int]:
        """The statuses until that one came; 0 stands for no answer at all."""
        statuses = []
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                statuses.append(self.ask(path).status)
            except (OSError, http.client.HTTPException):
                statuses.append(0)
            if statuses[-1] == status:
                return statuses
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}: {statuses}\n{self.log('api.log')}")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def find(self, *words: str) -> list[psutil.Process]:
        """Descendants whose command line holds all the words, the oldest first."""
        found = []
        for process in self.descendants():
            try:
                line = " ".join(process.cmdline())
            except psutil.NoSuchProcess:
                continue
            if all(word in line for word in words):
                found.append(process)
        return sorted(found, key=lambda process: process.create_time())

    def scalar(self, statement: str, *values: object) -> object:
        connection = psycopg2.connect(self.postgres.url("parley"))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send it a signal and wait; its exit status. Whatever it still said is added to `output`.

        SIGINT goes to its whole process group, as a terminal's Ctrl+C does.
        """
        if self.process.poll() is None:
            send = os.killpg if number == signal.SIGINT else os.kill
            send(self.process.pid, number)
        rest, _ = self.process.communicate(timeout=60)
        self.output += rest
        return self.process.returncode

    def refusal(self) -> str:
        """What it says when it does not start at all."""
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 1, said
        return said


@contextmanager
def launched(data: Path, **arguments) -> Iterator[Launched]:
    """Started and ready; stopped at the end, whatever happened."""
    running = Launched(data, **arguments)
    try:
        yield running.wait_until_ready()
    finally:
        running.stop()


def wait_until_gone(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still run after so many seconds; one that only waits to be collected does not."""
    deadline = time.monotonic() + seconds
    while left := [process for process in processes if runs(process)]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.02)
    return []


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
