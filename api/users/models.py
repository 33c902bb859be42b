"""Members as others see them, and the one place that decides whose a name is."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base, identity

ACTIVE, SUSPENDED, DELETED = 0, 1, 2
CURRENT, FORMER, HELD = 0, 1, 2
# Folding makes some letters longer: a few become whole words.
MAX_KEY = 128


class User(Base):
    """A member. No secret and no address here: these rows are read for every call and every list."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("topic_count >= 0 and reply_count >= 0 and answer_count >= 0", name="counts"),
        CheckConstraint("role in ('member', 'moderator', 'admin')", name="role"),
        Index("ix_users_created_at_id", "created_at", "id"),
        # Pattern ops find beginnings whatever collation the database has.
        Index(
            "ix_users_display_key",
            "display_key",
            postgresql_ops={"display_key": "text_pattern_ops"},
            postgresql_where=text("display_key <> ''"),
        ),
    )

    id: Mapped[int] = identity()
    username: Mapped[str] = mapped_column(String(64))
    display_name: Mapped[str] = mapped_column(String(64), server_default="")
    # The display name as names are compared; made in the application, for searching only.
    display_key: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[str] = mapped_column(String(16), server_default="member")
    bot: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    locale: Mapped[str | None] = mapped_column(String(16))
    lang: Mapped[str | None] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(Text, server_default="")
    about_html: Mapped[str] = mapped_column(Text, server_default="")
    topic_count: Mapped[int] = mapped_column(server_default="0")
    reply_count: Mapped[int] = mapped_column(server_default="0")
    answer_count: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class Username(Base):
    """A name by its folded key: current, former or held by a registration, so no two can ever meet."""

    __tablename__ = "usernames"
    __table_args__ = (
        Index("uq_usernames_current", "user_id", unique=True, postgresql_where=text("kind = 0")),
        Index("ix_usernames_registration_id", "registration_id"),
    )

    key: Mapped[str] = mapped_column(String(MAX_KEY), primary_key=True)
    shown: Mapped[str] = mapped_column(String(64))
    kind: Mapped[int] = mapped_column(SmallInteger)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[datetime | None]
