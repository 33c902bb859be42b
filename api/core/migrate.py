"""Migrations, run by one process at a time and never backwards by surprise."""

import time

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from api.config import Settings
from api.core.db import Database
from api.core.schema_version import FOLDER, current_revision, is_current

# Any fixed number: whoever migrates holds this advisory lock.
LOCK = 7_261_530_417
# A waiting ALTER TABLE stops every reader behind it; better to fail and be run again.
LOCK_TIMEOUT_MS = 60_000
ASK_AGAIN_SECONDS = 0.2


class NewerSchema(Exception):
    """The database was migrated by a newer version of the code."""


def config() -> Config:
    """Alembic's configuration, without an ini file."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    return found


def scripts() -> ScriptDirectory:
    """The migrations of this code."""
    return ScriptDirectory.from_config(config())


def upgrade(settings: Settings) -> bool:
    """Bring the database to this code's head. True when something was done.

    Raises NewerSchema when the database knows a revision that this code does not.
    """
    engine = Database(settings.database_direct_url).engine
    try:
        return _upgrade(engine)
    finally:
        engine.dispose()


def _wait_for_turn(connection: Connection) -> None:
    """Take the lock, asking again and again: to build an index beside writers waits for every open statement, and a
    statement that waits here for that very migration would be one.
    """
    while not connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        time.sleep(ASK_AGAIN_SECONDS)
    connection.commit()


def _upgrade(engine: Engine) -> bool:
    with engine.connect() as connection:
        connection.execute(text("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0"))
        connection.execute(text(f"set lock_timeout = {LOCK_TIMEOUT_MS}"))
        _wait_for_turn(connection)
        try:
            here = current_revision(connection)
            known = {script.revision for script in scripts().walk_revisions()}
            if here is not None and here not in known:
                raise NewerSchema(
                    f"The database is at schema {here}, which is newer than this version of Parley; "
                    "run the newer version, or restore a backup."
                )
            if is_current(connection):
                return False
            connection.commit()
            alembic = config()
            alembic.attributes["connection"] = connection
            command.upgrade(alembic, "head")
            connection.commit()
            return True
        finally:
            connection.rollback()
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()
