"""What a member noted about a post."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base


class Vote(Base):
    """A member's vote on a post. The member stands first in the key, so a page's probes share a prefix."""

    __tablename__ = "votes"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "post_id", name="pk_votes", postgresql_include=["value"]),
        CheckConstraint("value in (-1, 1)", name="value"),
        Index("ix_votes_post_id", "post_id"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger)
    topic_id: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
