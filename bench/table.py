"""The table: every row in turn with what it is measured beside, and whether its budget is kept."""

import statistics
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from api.admin.recount import recount
from api.core.db import transaction
from api.launcher.postgres import MAINTENANCE_DATABASE, Postgres
from bench import beside
from bench.footprint import measure_first_visits, measure_start_and_memory
from bench.load import Request
from bench.measuring import WARM_UP_SECONDS, Answer, Run, Target, count_statements, in_turn, median
from bench.rows import BY_NAME, Row
from bench.servers import serve
from bench.subjects import Subjects

Result = dict[str, Any]
Tell = Callable[[Result], None]
# Statements are counted this often, and the commonest number is taken: a worker's first request asks for more.
COUNTS = 5
COPY = "bench_written_to"


class Table:
    """Measures rows on one corpus. `tell` hears of each as soon as it is known."""

    def __init__(self, server: Postgres, database: str, seconds: float, tell: Tell) -> None:
        self.server, self.database, self.seconds, self.tell = server, database, seconds, tell

    def measure(self, rows: Iterable[Row], *, footprint: bool = False) -> dict[str, Any]:
        """All rows: {"references", "rows", "checks", "footprint"}; the last is what `make run` takes, if asked."""
        rows = list(rows)
        reads = [row for row in rows if row.group == "read"]
        writes = [row for row in rows if row.group == "write"]
        with self._copied(wanted=bool(writes)), self._reference() as reference:
            found: dict[str, Any] = {"references": [], "rows": [], "checks": {}, "footprint": []}
            with self._forum(self.database) as (target, subjects):
                found["references"] = self._references(target, reference, subjects)
                found["rows"] += [self._row(row, target, reference, subjects) for row in reads]
                if footprint:
                    found["footprint"] += measure_first_visits(target.servers, subjects)
            if writes:
                self._measure_writes(writes, reference, found)
        if footprint:
            found["footprint"] += measure_start_and_memory()
        return found

    def _measure_writes(self, rows: list[Row], reference: Target, found: dict[str, Any]) -> None:
        with self._forum(COPY, worker=True) as (target, subjects):
            found["rows"] += [self._row(row, target, reference, subjects) for row in rows]
            found["checks"] = checks(subjects)

    @contextmanager
    def _copied(self, *, wanted: bool) -> Iterator[None]:
        """A copy to write to, made while nobody uses the corpus, which stays what it is."""
        self.server.drop_database(COPY)
        if wanted:
            self.server.create_database(COPY, template=self.database)
        try:
            yield
        finally:
            self.server.drop_database(COPY)

    @contextmanager
    def _forum(self, database: str, *, worker: bool = False) -> Iterator[tuple[Target, Subjects]]:
        with serve(self.server.url(database), worker=worker) as servers:
            subjects = Subjects(servers.stack.environ)
            try:
                yield Target(servers, self.server), subjects
            finally:
                subjects.close()

    @contextmanager
    def _reference(self) -> Iterator[Target]:
        with ExitStack() as stack:
            servers = stack.enter_context(
                serve(self.server.url(self.database), module="bench.reference:application")
            )
            target = Target(servers, self.server)
            beside.naive_statements(target)
            yield target

    def _references(self, target: Target, reference: Target, subjects: Subjects) -> list[Result]:
        """The reference points, one beside the other."""
        listed = target.answer(subjects.signed_in("/api/v1/topics")[0])
        packed = target.answer(subjects.anonymous("/api/v1/topics")[0])
        naive = reference.answer(beside.naive()[0])
        trials = {
            "static": (beside.as_files(target.servers, "reference", [packed]), target, packed),
            "constant": (beside.constant(reference.servers, "reference", listed), reference, listed),
            "naive": (beside.naive(), reference, naive),
        }
        runs = in_turn([self._trial(where, requests) for requests, where, _ in trials.values()])
        found = [
            {"name": name, "wire_bytes": answer.wire_bytes, "bytes": len(answer.body), **median(results)}
            for (name, (_, _, answer)), results in zip(trials.items(), runs, strict=True)
        ]
        found.append(self._pgbench("pgbench", beside.naive_query(), 16, target))
        found.append(self._pgbench("commit", self._commit(), 1, target, MAINTENANCE_DATABASE))
        for result in found:
            self.tell({"group": "reference", **result})
        return found

    def _commit(self) -> str:
        """A statement that must reach the disk, and nothing more."""
        here = self.server.connect()
        with here, here.cursor() as cursor:
            cursor.execute("drop table if exists commits; create table commits (n int)")
        here.close()
        return "insert into commits values (1)"

    def _pgbench(
        self, name: str, statement: str, clients: int, target: Target, database: str | None = None
    ) -> Result:
        said = beside.pgbench(
            self.server,
            database or self.database,
            statement,
            clients=clients,
            seconds=self.seconds,
            folder=target.servers.folder,
        )
        return {"name": name, "per_second": round(said.per_second, 1), "mean": round(said.mean, 3)}

    def _row(self, row: Row, target: Target, reference: Target, subjects: Subjects) -> Result:
        requests = row.ask(subjects)
        answer = target.answer(requests[0])
        if answer.status >= 300:
            raise RuntimeError(
                f"{row.name}: {requests[0].path} answers {answer.status}: {answer.body[:500]!r}"
            )
        trials = [self._trial(target, requests, row.connections)]
        if row.beside is not None:
            trials.insert(0, self._beside(row, target, reference, subjects, requests))
        for trial in trials:
            trial(WARM_UP_SECONDS)
        *besides, ours = [median(results) for results in in_turn(trials)]
        cached = row.beside == "static"
        result: Result = {
            "name": row.name, "title": row.title, "connections": row.connections, "group": row.group,
            "wire_bytes": answer.wire_bytes, "bytes": len(answer.body),
            "statements": None if cached else self._statements(target, requests),
            **ours,
            "beside": row.beside, "reference": besides[0] if besides else None,
        }  # fmt: skip
        result |= judged(row, result)
        self.tell(result)
        return result

    def _trial(self, target: Target, requests: list[Request], connections: int = 16) -> Callable[..., Run]:
        def trial(seconds: float = self.seconds) -> Run:
            return target.run(requests, connections=connections, seconds=seconds)

        return trial

    def _beside(
        self, row: Row, target: Target, reference: Target, subjects: Subjects, requests: list[Request]
    ) -> Callable[..., Run]:
        if row.beside == "naive":
            return self._trial(reference, beside.naive(), row.connections)
        if row.beside == "static":
            paths = {request.path: request for request in requests}
            answers: list[Answer] = [target.answer(request) for request in paths.values()]
            return self._trial(target, beside.as_files(target.servers, row.name, answers), row.connections)
        assert row.beside is not None
        return self._trial(target, BY_NAME[row.beside].ask(subjects), row.connections)

    def _statements(self, target: Target, requests: list[Request]) -> int:
        return statistics.mode(count_statements(self.server, lambda: target.answer(requests[0]), COUNTS))


def judged(row: Row, result: Result) -> Result:
    """The row's ratio to its reference, and whether its budget is kept; failures miss any budget."""
    reference, budget = result["reference"], row.budget
    ratio = None
    if reference is not None:
        ours, theirs = result["per_second"], reference["per_second"]
        over, under = (theirs, ours) if budget and budget.kind == "cost" else (ours, theirs)
        ratio = round(over / under, 2) if under else None
    value = result["p95"] if budget and budget.kind == "p95" else ratio
    failed = result["refused"] + result["broken"] > 0 or not result["requests"]
    kept = [] if budget is None or value is None else [budget.holds(value)]
    said = [] if budget is None else [str(budget)]
    if row.statements is not None:
        kept.append(result["statements"] <= row.statements)
        said.append(f"≤ {row.statements} SQL")
    held = False if failed else all(kept) if kept else None
    return {"ratio": ratio, "budget": ", ".join(said) or None, "ok": held}


def checks(subjects: Subjects) -> dict[str, Any]:
    """After the writers: numbers without holes in the topic that all wrote to, and not one counter wrong."""
    topic = subjects.topics[0].id
    row = subjects.run(
        "select count(*) n, min(number) first, max(number) last, count(distinct number) different from posts where topic_id = :id",
        id=topic,
    )[0]
    with subjects.app.app_context(), transaction() as s:
        wrong = recount(s)
    dense = row.first == 0 and row.last == row.n - 1 and row.different == row.n
    return {
        "name": "numbers and counters after the writers",
        "posts": row.n,
        "dense": dense,
        "wrong_counters": sum(wrong.values()),
        "ok": dense and not any(wrong.values()),
    }
