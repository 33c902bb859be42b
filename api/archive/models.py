"""What came from elsewhere: where it was, and under which licence."""

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base

USER, TOPIC, POST, COMMENT = "user", "topic", "post", "comment"


class ImportMap(Base):
    """One imported thing: its id there and here, its address there, the licence of its text.

    Written in the transaction that writes the thing itself, so an interrupted import goes on where it stopped and a
    repeated one adds nothing. `id` is a user's for USER, a topic's for TOPIC, a post's for POST and COMMENT.
    """

    __tablename__ = "import_map"
    __table_args__ = (
        PrimaryKeyConstraint("source", "kind", "external_id", name="pk_import_map"),
        Index("ix_import_map_kind_id", "kind", "id"),
    )

    source: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    id: Mapped[int] = mapped_column(BigInteger)
    url: Mapped[str] = mapped_column(Text, server_default="")
    licence: Mapped[str] = mapped_column(String(64), server_default="")
