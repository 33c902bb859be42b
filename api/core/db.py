"""One engine per process, one session per request or command, one visible transaction at the edge."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask, g, has_request_context, request
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Row, create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
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
# What forums read lies in memory or on a disk without a head. With the server's 4.0 a search that needs a thousand
# posts by their keys reads the table of all posts instead.
RANDOM_PAGE_COST = 1.1


# Methods whose requests read only, but for what stands in a `transaction`.
READING = ("GET", "HEAD")


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

    def __init__(self, url: str, *, prepared: bool = True) -> None:
        """`prepared`: whether hot reads may leave prepared statements on a connection; not behind a pooler."""
        options = (
            f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS} "
            f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -c timezone=UTC "
            f"-c random_page_cost={RANDOM_PAGE_COST}"
        )
        if prepared:
            # Only what is prepared by name is meant, and that is written so that one plan is right for every value.
            options += " -c plan_cache_mode=force_generic_plan"
        self.engine: Engine = create_engine(
            driver_url(url),
            execution_options={"prepared": prepared},
            # Parameters are members' texts and addresses; an error in the log must not carry them.
            hide_parameters=True,
            # The connection used last comes first: it has its statements prepared, the others may rest.
            pool_use_lifo=True,
            pool_size=5,
            max_overflow=5,
            connect_args={"options": options, "connect_timeout": 5, "application_name": "parley"},
        )
        event.listen(self.engine, "checkout", _refuse_if_lost)
        event.listen(self.engine, "checkin", _end_reading)

    def session(self) -> Session:
        """A new session; nothing is expired at commit, so that answers are built without another SELECT."""
        return Session(self.engine, expire_on_commit=False)


def _refuse_if_lost(driver: Any, _record: object, _proxy: object) -> None:
    """Give up a pooled connection that the server closed; the pool then opens another.

    A server that ends a connection says so at once, and nothing else is ever said on an idle one: to look whether
    something waits to be read costs no round trip, as asking the server would on each request.
    """
    if driver.closed:
        raise DisconnectionError
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError


def _end_reading(driver: Any, _record: object) -> None:
    if driver is not None and not driver.closed and driver.autocommit:
        driver.autocommit = False


def current_session() -> Session:
    """The session of this application context, made at its first use.

    In a GET it reads without a transaction around it, which spares two round trips to the server, until `transaction`
    asks for one: each statement sees what is committed then, and that is all that READ COMMITTED would promise.
    """
    if "session" not in g:
        g.session = runtime().database.session()
        g.transaction_depth = 0
        if has_request_context() and request.method in READING:
            driver_of(g.session).autocommit = True
    session: Session = g.session
    return session


def driver_of(session: Session) -> Any:
    """The psycopg2 connection that a session works on."""
    return session.connection().connection.dbapi_connection


@contextmanager
def transaction() -> Iterator[Session]:
    """The one transaction at the edge of a route, command or job.

    Commits when its block ends well and rolls back otherwise. An inner block joins the outer one: only the
    outermost commits.
    """
    session = current_session()
    if g.transaction_depth == 0 and has_request_context() and request.method in READING:
        _end_reading(driver_of(session), None)
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
