"""Makes a corpus in an empty, migrated database: the texts by every core, the rows by COPY, the indexes at the end."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import connection

from bench.corpus import members
from bench.corpus.blocks import EN, MIXED, ZH, Block, make_block
from bench.corpus.copying import copy_rows
from bench.corpus.plan import Plan, Size, Zipf, make_plan
from bench.corpus.posts import TABLES, Library, Rows

AT_ONCE = 2_000
Say = Callable[[str, int, int], None]
"""Is told of progress: (what, how many are done, of how many)."""
SMALL_TABLES: tuple[tuple[str, tuple[str, ...], Callable[[Plan], members.Rows]], ...] = (
    ("categories", ("id", "slug", "name", "description", "lang", "color", "parent_id", "position", "topic_count",
                    "reply_count", "created_at"), members.category_rows),
    ("category_access", ("category_id", "group_id", "level"), lambda _: members.access_rows()),
    ("tags", ("id", "name", "topic_count", "created_at"), members.tag_rows),
    ("users", ("id", "username", "role", "lang", "topic_count", "reply_count", "answer_count", "created_at"),
     members.user_rows),
    ("usernames", ("key", "shown", "kind", "user_id"), members.name_rows),
    ("user_secrets", ("user_id", "email", "email_key", "password_hash", "password_changed_at"), members.secret_rows),
)  # fmt: skip
IDENTITIES = ("categories", "tags", "users", "topics", "posts")


def make_corpus(url: str, size: Size, say: Say) -> None:
    """Fill the database. The same size and seed give the same forum; only the password's salt differs."""
    say("Deciding who writes what", 0, 1)
    plan = make_plan(size, members.topic_places())
    say("Deciding who writes what", 1, 1)
    with _connected(url) as here:
        indexes = _take_indexes(here)
        for table, columns, rows in SMALL_TABLES:
            copy_rows(here, table, columns, rows(plan))
        here.commit()
        library = Library(_make_blocks(size, say), Zipf(size.users, size.users / 100))
        _write_posts(url, plan, library, say)
        _put_indexes(here, indexes, say)
        for table in IDENTITIES:
            _run(
                here, f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
            )
        here.commit()
        here.autocommit = True
        say("Telling the planner", 0, 1)
        _run(here, "vacuum analyze")
        say("Telling the planner", 1, 1)


@contextmanager
def _connected(url: str) -> Iterator[connection]:
    found = psycopg2.connect(url)
    try:
        # As a replica nobody checks the foreign keys of each row; the tests do.
        _run(found, "set session_replication_role = replica")
        _run(found, "set maintenance_work_mem = '512MB'")
        found.commit()
        yield found
        found.rollback()
    finally:
        found.close()


def _run(here: connection, statement: str) -> list[tuple[Any, ...]]:
    with here.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _take_indexes(here: connection) -> list[str]:
    """Drop every index of the large tables that no constraint owns; the statements that make them anew."""
    tables = ", ".join(f"'{table}'" for table in TABLES)
    found = _run(
        here,
        f"""select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
            join pg_class t on t.oid = i.indrelid
            where t.relname in ({tables}) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
            order by 1""",
    )
    for name, _ in found:
        _run(here, f"drop index {name}")
    return [statement for _, statement in found]


def _put_indexes(here: connection, statements: list[str], say: Say) -> None:
    for number, statement in enumerate(statements):
        say("Building indexes", number, len(statements))
        _run(here, statement)
        here.commit()
    say("Building indexes", len(statements), len(statements))


# What the workers read; set before they are forked, so that nothing is copied.
_shared: dict[str, Any] = {}


def _make_blocks(size: Size, say: Say) -> dict[str, list[Block]]:
    wanted = [(kind, number) for kind in (ZH, EN, MIXED) for number in range(size.blocks)]
    _shared["seed"] = size.seed
    made: dict[str, list[Block]] = {ZH: [], EN: [], MIXED: []}
    for (kind, _), block in zip(
        wanted, _by_all_cores(_block, wanted, "Rendering", len(wanted), say), strict=True
    ):
        made[kind].append(block)
    return made


def _block(wanted: tuple[str, int]) -> Block:
    return make_block(_shared["seed"], *wanted)


def _write_posts(url: str, plan: Plan, library: Library, say: Say) -> None:
    _shared.update(url=url, plan=plan, library=library)
    posts = plan.size.posts
    chunks = [(first, min(first + AT_ONCE, posts + 1)) for first in range(1, posts + 1, AT_ONCE)]
    for _ in _by_all_cores(_write_chunk, chunks, "Writing posts", len(chunks), say, at_once=1):
        pass
    _shared.clear()


def _write_chunk(chunk: tuple[int, int]) -> None:
    rows = Rows(_shared["plan"], _shared["library"])
    for post in range(*chunk):
        rows.add(post)
    if "connection" not in _shared:
        _shared["connection"] = here = psycopg2.connect(_shared["url"])
        _run(here, "set session_replication_role = replica")
    here = _shared["connection"]
    for table, columns in TABLES.items():
        copy_rows(here, table, columns, rows.of[table])
    here.commit()


def _by_all_cores(
    work: Callable[[Any], Any], pieces: list[Any], what: str, total: int, say: Say, at_once: int = 50
) -> Iterator[Any]:
    """The results in order, with progress about once a second; small work is done right here."""
    if total <= at_once:
        yield from map(work, pieces)
        return
    told = time.monotonic()
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for done, result in enumerate(pool.imap(work, pieces, chunksize=at_once), 1):
            if time.monotonic() - told > 1:
                told = time.monotonic()
                say(what, done, total)
            yield result
    say(what, total, total)
