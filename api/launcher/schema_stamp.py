"""Remembers which schema this code left the database at, so that a second start need not load the migrations."""

import hashlib
from pathlib import Path

import psycopg2


class SchemaStamp:
    """One file: the hash of the migrations, and the revision the database had after them."""

    def __init__(self, file: Path, migrations: Path) -> None:
        self.file = file
        self.migrations = migrations

    def holds(self, database_url: str) -> bool:
        """Whether neither migrations nor database changed since `keep`."""
        if not self.file.exists():
            return False
        return self.file.read_text(encoding="utf-8") == self._current(database_url)

    def keep(self, database_url: str) -> None:
        """Write down how things are."""
        self.file.write_text(self._current(database_url), encoding="utf-8")

    def _current(self, database_url: str) -> str:
        digest = hashlib.sha256()
        for file in sorted(self.migrations.rglob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return f"{digest.hexdigest()} {self._revision(database_url)}\n"

    def _revision(self, database_url: str) -> str:
        try:
            connection = psycopg2.connect(database_url, connect_timeout=10)
        except psycopg2.Error:
            return "unreachable"
        try:
            with connection.cursor() as cursor:
                cursor.execute("select version_num from alembic_version")
                return " ".join(sorted(row[0] for row in cursor.fetchall()))
        except psycopg2.Error:
            return "none"
        finally:
            connection.close()
