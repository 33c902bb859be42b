"""The cost of reading against the size of the forum: the same rows on corpora of several sizes, in turn.

All sizes are served at once by stacks of their own, and each run of one size stands beside a run of the others, so
that a noisy moment falls on all of them alike.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from api.launcher.postgres import Postgres
from bench.measuring import WARM_UP_SECONDS, Run, Target, in_turn, median
from bench.rows import BY_NAME, Row
from bench.servers import serve
from bench.subjects import Subjects

# Every hot read, asked by one reader at a time: what it costs, not how it queues.
HOT = (
    "list", "list-deep", "topic", "replies", "replies-first", "replies-last", "outline", "outline-longest", "category", "category-deep", "tag",
    "author", "member", "search-chinese", "search-english", "search-phrase", "search-frequent", "search-rare",
)  # fmt: skip
FROM_POSTS = 10_000
LIMIT = 1.3
Result = dict[str, Any]
Tell = Callable[[Result], None]


def measure_growth(
    server: Postgres, databases: dict[int, str], rows: Sequence[Row], seconds: float, tell: Tell
) -> list[Result]:
    """For each row: {"name", "title", "sizes": {posts: figures}, "ratio", "ok"}; `databases` by number of posts."""
    with ExitStack() as stack:
        forums = {
            posts: stack.enter_context(_forum(server, name)) for posts, name in sorted(databases.items())
        }
        found = []
        for row in rows:
            runs = in_turn([_trial(forum, row, seconds) for forum in forums.values()])
            sizes = {posts: median(results) for posts, results in zip(forums, runs, strict=True)}
            result = {"name": row.name, "title": row.title, "sizes": sizes, **judged(sizes)}
            tell(result)
            found.append(result)
        return found


def hot_rows(names: str = "") -> list[Row]:
    """The rows to measure: all hot reads, or those whose names begin so."""
    wanted = tuple(names.replace(",", " ").split())
    return [BY_NAME[name] for name in HOT if not wanted or name.startswith(wanted)]


@contextmanager
def _forum(server: Postgres, database: str) -> Iterator[tuple[Target, Subjects]]:
    with serve(server.url(database)) as servers:
        subjects = Subjects(servers.stack.environ)
        try:
            yield Target(servers, server), subjects
        finally:
            subjects.close()


def _trial(forum: tuple[Target, Subjects], row: Row, seconds: float) -> Callable[[], Run]:
    target, subjects = forum
    requests = row.ask(subjects)
    target.run(requests, connections=1, seconds=WARM_UP_SECONDS)
    return lambda: target.run(requests, connections=1, seconds=seconds)


def cost(figures: Result) -> float:
    """What one request takes of the processors, milliseconds: the workers' part and Postgres's."""
    return float(figures["worker_ms"] + figures["database_ms"])


def judged(sizes: dict[int, Result]) -> Result:
    """The largest corpus against the one of ten thousand posts, in cost and in time; the worse of both counts."""
    largest = max(sizes)
    if FROM_POSTS not in sizes or largest <= FROM_POSTS:
        return {"ratio": None, "budget": None, "ok": None}
    small, large = sizes[FROM_POSTS], sizes[largest]
    ratios = {"cost_ratio": cost(large) / cost(small), "time_ratio": large["p50"] / small["p50"]}
    worst = max(ratios.values())
    failed = sum(figures["refused"] + figures["broken"] for figures in sizes.values())
    return {
        **{name: round(value, 2) for name, value in ratios.items()},
        "ratio": round(worst, 2),
        "budget": f"≤ {LIMIT:g} x",
        "ok": worst <= LIMIT and not failed,
    }
