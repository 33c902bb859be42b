"""The load generator: wrk, told what to send by a Lua table."""

import itertools
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")
# Long enough for any answer; one that takes longer is counted as broken.
TIMEOUT_SECONDS = 10
# Every run numbers its bodies from another thousand on.
_runs = itertools.count(1)
NUMBERS_OF_A_RUN = 1_000_000


@dataclass(frozen=True)
class Request:
    """One request as it is sent. `%N%` in path, body or a header's value is another number each time."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Load:
    """What came of one run. Times are milliseconds; `refused` counts answers that are neither 2xx nor 3xx."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p95: float
    p99: float
    mean: float
    refused: int
    broken: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class LoadFailed(Exception):
    """The load generator itself failed."""


def send(origin: str, requests: Sequence[Request], *, connections: int, seconds: float, folder: Path) -> Load:
    """Send the requests in turn over so many connections, each waiting for its answer before it asks again."""
    program = shutil.which("wrk")
    if program is None:
        raise LoadFailed("wrk is not installed; `make bench` installs it where it may.")
    table = folder / "requests.lua"
    table.write_text(_lua(requests), encoding="utf-8")
    arguments = [
        program,
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        f"--timeout={TIMEOUT_SECONDS}s",
    ]
    first = next(_runs) * NUMBERS_OF_A_RUN
    command = [*arguments, "-s", str(SCRIPT), origin, "--", str(table), str(first)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LoadFailed(f"wrk failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    return _load(json.loads(lines[-1]))


def _load(said: dict[str, float]) -> Load:
    times = {name: said[name] / 1_000 for name in ("p50", "p95", "p99", "mean")}
    counts = {name: int(said[name]) for name in ("requests", "bytes", "refused", "broken")}
    return Load(seconds=said["microseconds"] / 1_000_000, **times, **counts)


def _lua(requests: Sequence[Request]) -> str:
    rows = ",\n".join(
        f"{{method={_text(r.method)}, path={_text(r.path)}, "
        f"headers={{{', '.join(f'[{_text(k)}]={_text(v)}' for k, v in r.headers.items())}}}, "
        f"body={'nil' if r.body is None else _text(r.body)}}}"
        for r in requests
    )
    return f"return {{\n{rows}\n}}\n"


def _text(value: str) -> str:
    """A Lua string. Bytes beyond ASCII pass through; what could end the string or the line is escaped."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
