"""What proves who somebody is: never joined by queries about content."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base, identity
from api.users.models import MAX_KEY

MAX_EMAIL_KEY = 320


class UserSecret(Base):
    """A member's address and password; both empty for imported members."""

    __tablename__ = "user_secrets"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(MAX_EMAIL_KEY), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None]


class AuthSession(Base):
    """One signed-in device; read by its key on each call, so that ending it holds on the very next request."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_sessions_idle_expires_at", "idle_expires_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    refresh_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    rotated_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    idle_expires_at: Mapped[datetime]
    absolute_expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(255), server_default="")
    address: Mapped[str] = mapped_column(String(64), server_default="")


class Registration(Base):
    """A sign-up that waits for its confirmation; one row for fresh and for taken addresses alike."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index("ix_registrations_email_key", "email_key"),
        Index("ix_registrations_expires_at", "expires_at"),
    )

    id: Mapped[int] = identity()
    username: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(String(MAX_KEY))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(MAX_EMAIL_KEY))
    password_hash: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str | None] = mapped_column(String(16))
    decoy: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OneTimeToken(Base):
    """A mailed token, hashed, for one purpose and one address; used by one conditional UPDATE."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (
        Index("ix_one_time_tokens_expires_at", "expires_at"),
        Index("ix_one_time_tokens_user_id", "user_id"),
        Index("ix_one_time_tokens_registration_id", "registration_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    email_key: Mapped[str | None] = mapped_column(String(MAX_EMAIL_KEY))
    data: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
