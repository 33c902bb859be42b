"""Where a request's time goes: Python by package, Postgres by planner and executor, inside this process.

A profiler slows down what it watches, and calls more than loops, so the shares count and not the sums.
"""

import cProfile
import pstats
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event

from api.core.prepared import Prepared
from bench.load import Request
from bench.rows import Row
from bench.subjects import Subjects

REQUESTS = 200
PROJECT = str(Path(__file__).parents[1])
# Statements that can be explained; EXECUTE is that of a prepared one, in the session that prepared it.
EXPLAINED = ("select", "with", "execute", "insert", "update", "delete")
Result = dict[str, Any]


def profile(subjects: Subjects, row: Row) -> Result:
    """Milliseconds of processor a request takes of Python, its shares by package, and Postgres's for its statements."""
    requests = row.ask(subjects)
    client = subjects.app.test_client()

    def work() -> None:
        for n in range(REQUESTS):
            _ask(client, requests[n % len(requests)])

    work()
    begin = time.process_time()
    work()
    seconds = time.process_time() - begin
    # Processor time: waiting for Postgres costs Python nothing.
    profiler = cProfile.Profile(time.process_time)
    profiler.runcall(work)
    return {
        "name": row.name,
        "title": row.title,
        "milliseconds": round(seconds / REQUESTS * 1_000, 3),
        "packages": _by_package(pstats.Stats(profiler)),
        **_explained(subjects, requests[: len({r.path for r in requests})]),
    }


def _ask(client: Any, request: Request) -> None:
    answer = client.get(
        request.path, headers={k: v for k, v in request.headers.items() if k != "Accept-Encoding"}
    )
    if answer.status_code != 200:
        raise RuntimeError(f"{request.path} answers {answer.status_code}")


def _by_package(stats: pstats.Stats) -> dict[str, float]:
    """Shares of all time, in percent, the largest first."""
    spent: dict[str, float] = defaultdict(float)
    for (file, _, function), (_, _, own, *_rest) in stats.stats.items():  # type: ignore[attr-defined]
        spent[_package(file, function)] += own
    total = sum(spent.values())
    largest = sorted(spent.items(), key=lambda item: -item[1])[:12]
    return {name: round(100 * seconds / total, 1) for name, seconds in largest}


def _package(file: str, function: str) -> str:
    if file.startswith(PROJECT + "/api"):
        return "the application"
    if "site-packages/" in file:
        return file.partition("site-packages/")[2].split("/")[0].removesuffix(".py")
    if "psycopg2" in function:
        return "psycopg2 and libpq"
    return "Python itself"


@contextmanager
def _explaining(subjects: Subjects) -> Iterator[list[tuple[float, float]]]:
    """Explains each statement before it is sent, in its own session: (planning, execution) in milliseconds."""
    engine = subjects.app.extensions["parley"].database.engine
    found: list[tuple[float, float]] = []

    def explain(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, _many: bool) -> None:
        is_prepared = isinstance(context, Prepared) and context.name in connection.info.get("prepared", ())
        statement = context.execute if is_prepared else text
        if not statement.lstrip().lower().startswith(EXPLAINED):
            return
        with cursor.connection.cursor() as apart:
            apart.execute(f"explain (analyze, format json) {statement}", parameters)
            plan = apart.fetchone()[0]
            plan = orjson.loads(plan) if isinstance(plan, str) else plan
            found.append((plan[0]["Planning Time"], plan[0]["Execution Time"]))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def _explained(subjects: Subjects, requests: Sequence[Request]) -> Result:
    client = subjects.app.test_client()
    rounds = [request for _ in range(3) for request in requests]
    with _explaining(subjects) as found:
        for request in rounds:
            _ask(client, request)
    n = len(rounds)
    return {
        "statements": round(len(found) / n, 1),
        "planning_ms": round(sum(planning for planning, _ in found) / n, 3),
        "execution_ms": round(sum(execution for _, execution in found) / n, 3),
    }
