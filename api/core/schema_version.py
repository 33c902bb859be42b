"""Which schema this code wants and the database has, told without Alembic: every process asks, few ever migrate."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_NAMED = re.compile(r'^(down_revision|revision)\b[^=\n]*= ["\'](\w+)["\']', re.MULTILINE)


@cache
def head() -> str:
    """The one revision that no other follows."""
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in FOLDER.glob("versions/*.py"):
        for kind, name in _NAMED.findall(path.read_text(encoding="utf-8")):
            found[kind].add(name)
    (newest,) = found["revision"] - found["down_revision"]
    return newest


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found


def is_current(connection: Connection) -> bool:
    """Whether the database is exactly at this code's head."""
    return current_revision(connection) == head()
