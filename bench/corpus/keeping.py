"""Keeps corpora between runs: one server in var/bench, one database for each size."""

import hashlib
from pathlib import Path

import psycopg2
from psycopg2 import sql

from api.core import migrate
from api.launcher.postgres import Postgres
from api.text import RENDERER_VERSION
from bench.corpus.making import Say, make_corpus
from bench.corpus.plan import Size
from bench.settings import settings_for

# Grows when the generator makes another forum out of the same parameters.
EDITION = 3


def ensure_corpus(server: Postgres, size: Size, data: Path, say: Say) -> str:
    """The name of the database with this corpus, made now unless it is there already."""
    name = f"posts_{size.posts}"
    wanted = _fingerprint(size)
    if _comment(server, name) == wanted:
        return name
    server.drop_database(name)
    server.create_database(name)
    migrate.upgrade(settings_for(server.url(name), data))
    make_corpus(server.url(name), size, say)
    _set_comment(server, name, wanted)
    return name


def _fingerprint(size: Size) -> str:
    parts = (size.posts, size.seed, EDITION, RENDERER_VERSION, migrate.scripts().get_current_head())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _comment(server: Postgres, name: str) -> str | None:
    """What was noted about the database when it was finished; None where there is none."""
    here = server.connect()
    try:
        with here.cursor() as cursor:
            cursor.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", (name,)
            )
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        here.close()


def _set_comment(server: Postgres, name: str, text: str) -> None:
    here = psycopg2.connect(server.url(name))
    try:
        with here, here.cursor() as cursor:
            cursor.execute(
                sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(text))
            )
    finally:
        here.close()
