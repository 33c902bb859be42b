"""The commands of `python -m bench`."""

import fcntl
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from api.launcher.postgres import Postgres
from bench import printing, results
from bench.corpus.keeping import ensure_corpus
from bench.corpus.plan import Size
from bench.growth import hot_rows, measure_growth
from bench.rows import BY_NAME, ROWS, choose
from bench.servers import FOLDER
from bench.settings import environ_for
from bench.subjects import Subjects
from bench.table import Table

# The rows whose profile stands in the documentation.
PROFILED = ("list", "topic", "replies", "category", "search-chinese", "search-phrase", "search-frequent")


def corpus(posts: int) -> int:
    """Make the corpus, or say that it is there."""
    with databases([posts]) as (_, names):
        print(f"{names[posts]} is ready", flush=True)
    return 0


def table(posts: int, rows: str, seconds: float) -> int:
    """Measure the rows and print the table; 1 when a budget is missed. All rows together are kept as a result."""
    chosen = choose(rows)
    if not chosen:
        print(f"No such row; there are {', '.join(row.name for row in ROWS)}.", file=sys.stderr)
        return 2
    with databases([posts]) as (server, names):
        printing.head()
        found = Table(server, names[posts], seconds, printing.tell).measure(chosen, footprint=not rows)
    printing.print_footprint(found)
    if not rows:
        print(
            f"written to {results.save(f'table-{posts}', results.command_line(), {'posts': posts, **found})}"
        )
    return _verdict([*found["rows"], *found["footprint"], *([found["checks"]] if found["checks"] else [])])


def growth(sizes: str, rows: str, seconds: float) -> int:
    """Measure hot reads on corpora of several sizes; 1 when one grows too much."""
    wanted = sorted({int(posts) for posts in sizes.replace(",", " ").split()})
    with databases(wanted) as (server, names):
        printing.head_of_growth(wanted)
        found = measure_growth(server, names, hot_rows(rows), seconds, printing.tell_growth)
    if not rows:
        print(
            f"written to {results.save('growth', results.command_line(), {'sizes': wanted, 'rows': found})}"
        )
    return _verdict(found)


def profile(posts: int, rows: str) -> int:
    """Show where the time of hot reads goes."""
    from bench.profiling import profile as profile_row

    with databases([posts]) as (server, names):
        environ = {**environ_for(server.url(names[posts])), "PARLEY_DATA": str(FOLDER)}
        subjects = Subjects(environ)
        try:
            found = [
                profile_row(subjects, row)
                for row in (hot_rows(rows) if rows else map(BY_NAME.__getitem__, PROFILED))
            ]
        finally:
            subjects.close()
    for result in found:
        printing.tell_profile(result)
    if not rows:
        print(
            f"written to {results.save('profile', results.command_line(), {'posts': posts, 'rows': found})}"
        )
    return 0


def report() -> int:
    """Write what was measured into the documentation."""
    from bench import writing

    for path in writing.write_report():
        print(f"written to {path}")
    return 0


def _verdict(found: Sequence[dict[str, object]]) -> int:
    missed = [str(result["name"]) for result in found if result["ok"] is False]
    print(f"budgets missed: {', '.join(missed) or 'none'}", flush=True)
    return 1 if missed else 0


@contextmanager
def databases(sizes: Sequence[int]) -> Iterator[tuple[Postgres, dict[int, str]]]:
    """Our own Postgres, set up as it is shipped, with a corpus of each size; the databases' names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _alone(), Postgres(FOLDER / "postgres", say=print) as server:
        names = {}
        for posts in sizes:
            begin = time.monotonic()

            def say(what: str, done: int, total: int, posts: int = posts, begin: float = begin) -> None:
                print(f"{time.monotonic() - begin:6.1f} s  {posts} posts: {what} {done}/{total}", flush=True)

            names[posts] = ensure_corpus(server, Size(posts), FOLDER, say)
        yield server, names


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time: two would measure each other. What a killed one left is removed."""
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("parley: another run of the bench uses var/bench.")
        for left in FOLDER.glob("run-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
