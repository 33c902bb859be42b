"""One engine per process, one session per request or command, one visible transaction at the edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask, g
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Row, create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from api.core.runtime import runtime

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns, read by name."""
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# A lock that is not had in this time is answered 503 and may be retried: better than a queue of workers.
LOCK_TIMEOUT_MS = 8_000
STATEMENT_TIMEOUT_MS = 25_000
IDLE_IN_TRANSACTION_MS = 30_000


class Base(DeclarativeBase):
    """The parent of every table: named constraints, times with zones, 64-bit ids."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 (SQLAlchemy reads it from the class)


def identity() -> Mapped[int]:
    """A primary key that only the database gives out (bigint generated always as identity)."""
    return mapped_column(BigInteger, Identity(always=True), primary_key=True)


def driver_url(url: str, driver: str = "psycopg2") -> URL:
    """A Postgres URL with the driver named: bare `postgresql://` would mean psycopg 3 to SQLAlchemy."""
    return make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername=f"postgresql+{driver}")


class Database:
    """The engine and the sessions made from it; opened lazily, so after a fork."""

    def __init__(self, url: str) -> None:
        options = (
            f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS} "
            f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -c timezone=UTC"
        )
        self.engine: Engine = create_engine(
            driver_url(url),
            pool_pre_ping=True,
            # Parameters are members' texts and addresses; an error in the log must not carry them.
            hide_parameters=True,
            pool_size=5,
            max_overflow=5,
            connect_args={"options": options, "connect_timeout": 5, "application_name": "parley"},
        )

    def session(self) -> Session:
        """A new session; nothing is expired at commit, so that answers are built without another SELECT."""
        return Session(self.engine, expire_on_commit=False)


def current_session() -> Session:
    """The session of this application context, made at its first use."""
    if "session" not in g:
        g.session = runtime().database.session()
        g.transaction_depth = 0
    session: Session = g.session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """The one transaction at the edge of a route, command or job.

    Commits when its block ends well and rolls back otherwise. An inner block joins the outer one: only the
    outermost commits.
    """
    session = current_session()
    g.transaction_depth += 1
    try:
        yield session
        if g.transaction_depth == 1:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        g.transaction_depth -= 1


@contextmanager
def apart() -> Iterator[Session]:
    """A short transaction of its own, for what must survive the failure of the one around it."""
    session = runtime().database.session()
    try:
        with session, session.begin():
            yield session
    finally:
        session.close()


def init_app(app: Flask) -> None:
    """Give the session back when the application context ends."""

    @app.teardown_appcontext
    def close_session(_error: BaseException | None) -> None:
        session = g.pop("session", None)
        if session is None:
            return
        try:
            session.close()
        except DBAPIError:
            # The database ended it meanwhile. The answer is made and its head perhaps sent; it stands.
            session.invalidate()
