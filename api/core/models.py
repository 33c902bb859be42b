"""Core's own tables. None of them knows a word of the forum.

Three of them grow with time (events, mails, idempotency_keys) and are plain tables with an index for the purge:
at the size of one machine a purge in batches costs less than a job that creates and drops partitions and takes the
forum down when it fails. Their primary keys already carry the column of a later range partition (`at`, `day`), so
that today's table can be attached as the first partition without being rewritten.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Dialect,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    cast,
    literal,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import DateTime, UserDefinedType

from api.core.db import Base, identity


class Xid8(UserDefinedType[int]):
    """Postgres's 64-bit transaction id, which is read as an int here. Use `xid8` to write one."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Any:
        """The driver hands it over as text."""
        return lambda value: None if value is None else int(value)


def xid8(value: int) -> ColumnElement[int]:
    """A transaction id in SQL; there is no cast from bigint, only from text."""
    return cast(literal(str(value), Text), Xid8)


class Event(Base):
    """One thing that happened. The log's order is (xid, id); see api.core.outbox."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "at"),)

    xid: Mapped[int] = mapped_column(Xid8, primary_key=True, server_default=sql("pg_current_xact_id()"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    topic_id: Mapped[int | None] = mapped_column(BigInteger)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[int | None]
    category_id: Mapped[int | None] = mapped_column(BigInteger)
    audience: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    """0: whoever sees the category; a user's id: that user; -1: moderators."""
    version: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=sql("'{}'::jsonb"))


class Setting(Base):
    """What an installation remembers about itself: the log's epoch, later the administrator's settings."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default=sql("1"))


class Mail(Base):
    """A mail to be sent and what became of it. `text` may hold secrets and is emptied once it is settled."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sent', 'failed')", name="state"),
        CheckConstraint("state = 'queued' or text = ''", name="settled_is_empty"),
        Index(None, "created_at"),
        Index("ix_mails_queued", "created_at", postgresql_where=sql("state = 'queued'")),
    )

    id: Mapped[int] = identity()
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    locale: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=sql("'queued'"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    claimed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    sent_at: Mapped[datetime | None]


class Throttle(Base):
    """The moments at which something was tried, for counters that protect accounts; see api.core.throttles."""

    __tablename__ = "throttles"
    __table_args__ = (Index(None, "expires_at"),)

    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tries: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    allowed: Mapped[bool]
    expires_at: Mapped[datetime]


class IdempotencyKey(Base):
    """The answer of a request that must have one effect however often it is sent; see api.core.idempotency."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    route: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None where the answer showed a secret."""
    created_at: Mapped[datetime]
