"""The tree of categories, and which group may do what in each: the only privacy boundary there is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base, identity

# The built-in groups, by id; a role belongs to its own group and to all above it in this list.
EVERYONE, MEMBERS, MODERATORS, ADMINS = 1, 2, 3, 4
GROUP_NAMES = {EVERYONE: "everyone", MEMBERS: "members", MODERATORS: "moderators", ADMINS: "admins"}
MAX_DEPTH = 3


class Group(Base):
    """A named set of members that categories give rights to."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class Category(Base):
    """A place for topics; fewer than a thousand, at most three deep."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("parent_id is null or parent_id <> id", name="parent"),
        CheckConstraint("topic_count >= 0 and reply_count >= 0", name="counts"),
        Index("ix_categories_parent_id_position", "parent_id", "position"),
    )

    id: Mapped[int] = identity()
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text, server_default="")
    lang: Mapped[str | None] = mapped_column(String(16))
    color: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    position: Mapped[int] = mapped_column(server_default="0")
    archived: Mapped[bool] = mapped_column(server_default=text("false"))
    topic_count: Mapped[int] = mapped_column(server_default="0")
    reply_count: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]


class CategoryAccess(Base):
    """The Level that a group has in a category; no row, no category."""

    __tablename__ = "category_access"
    __table_args__ = (
        CheckConstraint("level between 1 and 4", name="level"),
        Index("ix_category_access_group_id", "group_id"),
    )

    category_id: Mapped[int] = mapped_column(
        ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)


class CategoryAlias(Base):
    """A slug a category had before; it answers 301 for ever."""

    __tablename__ = "category_aliases"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
