"""Tags: names that topics carry."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base, identity


class Tag(Base):
    """A tag by its folded name, which is also how it is shown."""

    __tablename__ = "tags"
    __table_args__ = (
        CheckConstraint("topic_count >= 0", name="counts"),
        Index("ix_tags_topic_count_id", "topic_count", "id"),
    )

    id: Mapped[int] = identity()
    name: Mapped[str] = mapped_column(String(35), unique=True)
    topic_count: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
