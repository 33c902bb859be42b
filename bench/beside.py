"""What rows are measured beside: files of the same bytes, a constant answer, the naive application, Postgres alone."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.dialects import postgresql

from api.launcher.postgres import Postgres
from api.launcher.postgres_cluster import SUPERUSER
from bench.load import Request
from bench.measuring import Answer, Target
from bench.servers import Servers
from bench.subjects import visits

NAIVE_PATH = "/naive/topics"
# The cache lets those through who show a credential; our signed-in rows do so as well.
CREDENTIAL = {"Authorization": "Bearer nobody"}
TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)


def naive() -> list[Request]:
    """The naive list, compressed by nginx on the way as ours is."""
    return visits(NAIVE_PATH, headers=CREDENTIAL)


def as_files(servers: Servers, name: str, answers: Sequence[Answer]) -> list[Request]:
    """The same bodies as files that nginx serves as it serves the client's: packed beforehand where ours are."""
    folder = servers.frontend / "assets" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    requests = []
    for number, answer in enumerate(answers):
        file = folder / f"{name}-{number}.json"
        file.write_bytes(answer.body)
        if answer.packed is not None:
            file.with_name(f"{file.name}.gz").write_bytes(answer.packed)
        requests.append(Request(f"/assets/bench/{file.name}", headers={"Accept-Encoding": "gzip"}))
    return requests


def constant(servers: Servers, name: str, answer: Answer) -> list[Request]:
    """The body as Flask answers it without doing anything."""
    folder = servers.folder / "constant"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(answer.body)
    return visits(f"/constant/{name}", headers=CREDENTIAL)


@dataclass(frozen=True)
class PgBench:
    """What Postgres's own load generator said."""

    per_second: float
    mean: float


def naive_query() -> str:
    """The statement that the naive list sends."""
    from bench.naive import NEWEST

    compiled = NEWEST.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return " ".join(str(compiled).split())


def pgbench(
    server: Postgres, database: str, statement: str, *, clients: int, seconds: float, folder: Path
) -> PgBench:
    """Send one statement over and over, by the simple protocol as psycopg2 does."""
    script = folder / "pgbench.sql"
    script.write_text(f"{statement};\n", encoding="utf-8")
    arguments = ["-n", "-c", str(clients), "-j", "1", "-T", str(max(1, round(seconds))), "-f", str(script)]
    connection = ["-h", str(server.cluster.sockets), "-U", SUPERUSER, database]
    program = str(server.programs / "pgbench")
    said = subprocess.run(
        [program, *arguments, *connection], capture_output=True, text=True, check=True
    ).stdout
    return PgBench(float(TPS.search(said)[1]), float(LATENCY.search(said)[1]))  # type: ignore[index]


def naive_statements(target: Target) -> Answer:
    """One answer of the naive list, to see that it is one."""
    found = target.answer(naive()[0])
    if found.status != 200:
        raise RuntimeError(f"The naive application answers {found.status}.")
    return found
