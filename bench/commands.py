"""The commands of `python -m bench`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from api.launcher.postgres import Postgres
from bench import printing
from bench.corpus.keeping import ensure_corpus
from bench.corpus.plan import Size
from bench.rows import ROWS, choose
from bench.servers import FOLDER
from bench.table import Table


def corpus(posts: int) -> int:
    """Make the corpus, or say that it is there."""
    with database(posts) as (_, name):
        print(f"{name} is ready", flush=True)
    return 0


def table(posts: int, rows: str, seconds: float) -> int:
    """Measure the rows and print the table; 1 when a budget is missed."""
    chosen = choose(rows)
    if not chosen:
        print(f"No such row; there are {', '.join(row.name for row in ROWS)}.", file=sys.stderr)
        return 2
    with database(posts) as (server, name):
        printing.head()
        found = Table(server, name, seconds, printing.tell).measure(chosen)
    missed = [result["name"] for result in found["rows"] if result["ok"] is False]
    print(f"missed: {', '.join(missed) or 'nothing'}; {found['checks']}", flush=True)
    return 1 if missed else 0


@contextmanager
def database(*sizes: int) -> Iterator[tuple[Postgres, str]]:
    """Our own Postgres with a corpus of each size; the name of the last one's database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Postgres(FOLDER / "postgres", say=print) as server:
        name = ""
        for posts in sizes:
            begin = time.monotonic()

            def say(what: str, done: int, total: int, posts: int = posts, begin: float = begin) -> None:
                print(f"{time.monotonic() - begin:6.1f} s  {posts} posts: {what} {done}/{total}", flush=True)

            name = ensure_corpus(server, Size(posts), FOLDER, say)
        yield server, name
