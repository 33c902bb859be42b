"""One run of one row: load, processor time, and what else is to be known about its answer."""

import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from api.launcher.postgres import Postgres
from bench.load import Load, Request, send
from bench.processes import Group
from bench.servers import Servers
from tests.servers.stack import ask

RUNS = 3
WARM_UP_SECONDS = 1.0
# By then the server has told its sessions what to log, or written what they said.
LOG_SECONDS = 0.2
# The driver's own: they are asked of the connection and not of the forum.
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT 1", ";")


@dataclass(frozen=True)
class Run:
    """A load and its bill. Processor times are milliseconds for each request."""

    load: Load
    worker_ms: float
    database_ms: float


@dataclass(frozen=True)
class Answer:
    """What one request of a row is answered: so many bytes on the wire, `packed` if they are, and the body itself."""

    status: int
    wire_bytes: int
    packed: bytes | None
    body: bytes


@dataclass(frozen=True)
class Target:
    """Where requests go, and whose bill is read."""

    servers: Servers
    database: Postgres

    def run(self, requests: Sequence[Request], *, connections: int, seconds: float) -> Run:
        """Send the requests for so many seconds."""
        workers, database = self.servers.workers, Group(_pid_of(self.database))
        before = workers.cpu_seconds(), database.cpu_seconds()
        load = send(
            self.servers.url, requests, connections=connections, seconds=seconds, folder=self.servers.folder
        )
        spent = workers.cpu_since(before[0]), database.cpu_since(before[1])
        n = max(1, load.requests)
        return Run(load, spent[0] * 1_000 / n, spent[1] * 1_000 / n)

    def answer(self, request: Request) -> Answer:
        """Ask once."""
        body = request.body.replace("%N%", str(time.time_ns())).encode() if request.body else None
        headers = {name: value.replace("%N%", str(time.time_ns())) for name, value in request.headers.items()}
        found = ask(self.servers.url + request.path, request.method, body, headers)
        packed = found.body if found.headers.get("Content-Encoding") == "gzip" else None
        plain = gzip.decompress(found.body) if packed is not None else found.body
        return Answer(found.status, len(found.body), packed, plain)


def _pid_of(server: Postgres) -> int:
    assert server.child is not None
    assert server.child.pid is not None
    return server.child.pid


def in_turn(trials: Sequence[Callable[[], Run]], runs: int = RUNS) -> list[list[Run]]:
    """Run each trial, then each again …, so that a noisy moment does not fall on one of them alone."""
    found: list[list[Run]] = [[] for _ in trials]
    for _ in range(runs):
        for results, trial in zip(found, trials, strict=True):
            results.append(trial())
    return found


def median(runs: Sequence[Run]) -> dict[str, Any]:
    """The run in the middle by its rate, with the failures of all of them."""
    middle = sorted(runs, key=lambda run: run.load.per_second)[len(runs) // 2]
    return {
        "per_second": round(middle.load.per_second, 1),
        **{
            name: round(value, 2)
            for name, value in asdict(middle.load).items()
            if name in ("p50", "p95", "p99", "mean")
        },
        "worker_ms": round(statistics.median(run.worker_ms for run in runs), 3),
        "database_ms": round(statistics.median(run.database_ms for run in runs), 3),
        "requests": sum(run.load.requests for run in runs),
        "refused": sum(run.load.refused for run in runs),
        "broken": sum(run.load.broken for run in runs),
    }


def count_statements(server: Postgres, work: Callable[[], Any], times: int) -> list[int]:
    """How many statements reach the database each time that `work` runs, by its own log; the driver's apart."""
    _set_logging(server, "all")
    try:
        return [_logged_by(server, work) for _ in range(times)]
    finally:
        _set_logging(server, "none")


def _logged_by(server: Postgres, work: Callable[[], Any]) -> int:
    begin = server.log.stat().st_size
    work()
    time.sleep(LOG_SECONDS)
    with server.log.open("rb") as log:
        log.seek(begin)
        lines = log.read().decode(errors="replace").splitlines()
    said = (line.partition("LOG:  statement: ")[2].strip() for line in lines)
    return sum(1 for statement in said if statement and statement.rstrip(";").upper() not in _NOT_COUNTED)


def _set_logging(server: Postgres, which: str) -> None:
    connection = server.connect()
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"alter system set log_statement = '{which}'")
            cursor.execute("select pg_reload_conf()")
            while True:
                cursor.execute("show log_statement")
                if cursor.fetchone() == (which,):
                    break
                time.sleep(0.02)
        time.sleep(LOG_SECONDS)  # The other sessions hear of it at their next statement.
    finally:
        connection.close()
