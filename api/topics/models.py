"""Topics and their posts. Posts are narrow rows; their text and their search lexemes stand apart."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from api.core.db import Base, identity

# Causes of absence: bits of `hidden`, 0 = visible. Restoring clears one bit.
BY_AUTHOR, BY_MODERATOR, HELD, SCHEDULED, BULK, MOVED, PURGED = 1, 2, 4, 8, 16, 32, 64
NEVER_PUBLIC = HELD | SCHEDULED
VISIBLE = text("hidden = 0")


UNANSWERED = text("hidden = 0 and answer_number is null and reply_count = 0")


def _listed(name: str, *columns: str, where: TextClause = VISIBLE) -> Index:
    return Index(f"ix_topics_{name}", *columns, postgresql_where=where)


class Topic(Base):
    """A topic. Its row lock is the queue in which writers to it stand."""

    __tablename__ = "topics"
    __table_args__ = (
        CheckConstraint("last_number >= 0 and reply_count >= 0", name="counts"),
        _listed("active", "last_activity_at", "id"),
        _listed("category_active", "category_id", "last_activity_at", "id"),
        _listed("new", "created_at", "id"),
        _listed("category_new", "category_id", "created_at", "id"),
        _listed("hot", "hot", "id"),
        _listed("category_hot", "category_id", "hot", "id"),
        _listed("top", "score", "id"),
        _listed("category_top", "category_id", "score", "id"),
        _listed("unanswered", "created_at", "id", where=UNANSWERED),
        _listed("category_unanswered", "category_id", "created_at", "id", where=UNANSWERED),
        # The few that stand out of all: without an index of their own a list of them would walk every topic.
        _listed("pinned", "last_activity_at", "id", where=text("hidden = 0 and pinned")),
        _listed("hidden", "last_activity_at", "id", where=text("hidden <> 0")),
        Index("ix_topics_author_id_created_at_id", "author_id", "created_at", "id"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[int] = identity()
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    lang: Mapped[str | None] = mapped_column(String(16))
    excerpt: Mapped[str] = mapped_column(Text, server_default="")
    tags: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    hidden: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    locked: Mapped[bool] = mapped_column(server_default=text("false"))
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))
    answer_number: Mapped[int | None]
    last_number: Mapped[int] = mapped_column(server_default="0")
    reply_count: Mapped[int] = mapped_column(server_default="0")
    score: Mapped[int] = mapped_column(server_default="0")
    hot: Mapped[float] = mapped_column(Double, server_default="0")
    last_activity_at: Mapped[datetime]
    last_author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")


class TopicView(Base):
    """How often a topic was opened; apart, so that counting never waits for, or takes, the topic's lock."""

    __tablename__ = "topic_views"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, server_default="0")


class TopicTag(Base):
    """A topic's tag with the keys of its lists repeated, so that lists by tag walk one index."""

    __tablename__ = "topic_tags"
    __table_args__ = (
        PrimaryKeyConstraint("topic_id", "tag_id", name="pk_topic_tags"),
        Index("ix_topic_tags_active", "tag_id", "last_activity_at", "topic_id"),
        Index("ix_topic_tags_new", "tag_id", "created_at", "topic_id"),
    )

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"))
    last_activity_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Post(Base):
    """A piece of writing: number 0 opens its topic, replies follow without holes."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("topic_id", "number", name="uq_posts_topic_id_number"),
        CheckConstraint("number >= 0", name="number"),
        # Only what is held or scheduled has no number yet.
        CheckConstraint("number is not null or hidden & 12 <> 0", name="unnumbered"),
        Index("ix_posts_author_id_created_at_id", "author_id", "created_at", "id"),
        Index(
            "ix_posts_topic_id_score",
            "topic_id",
            "score",
            "number",
            postgresql_where=text("number > 0"),
        ),
        {"postgresql_with": {"fillfactor": 85}},
    )

    id: Mapped[int] = identity()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reply_to_id: Mapped[int | None] = mapped_column(BigInteger)
    reply_to_number: Mapped[int | None]
    hidden: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    base_score: Mapped[int] = mapped_column(server_default="0")
    up: Mapped[int] = mapped_column(server_default="0")
    down: Mapped[int] = mapped_column(server_default="0")
    score: Mapped[int] = mapped_column(Computed("base_score + up - down", persisted=True))
    lang: Mapped[str | None] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class PostText(Base):
    """A post's Markdown and what it was rendered to; changes on edit or re-render only."""

    __tablename__ = "post_texts"
    __table_args__ = (Index("ix_post_texts_renderer", "renderer"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int] = mapped_column(SmallInteger)


class PostSearch(Base):
    """A post's search lexemes. Apart from posts: each vote would otherwise write the GIN index, too."""

    __tablename__ = "post_search"
    __table_args__ = (
        Index("ix_post_search_tsv", "tsv", postgresql_using="gin"),
        Index("ix_post_search_created_at_post_id", "created_at", "post_id"),
        Index("ix_post_search_author_id_created_at", "author_id", "created_at", "post_id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    tsv: Mapped[str] = mapped_column(TSVECTOR)


class TopicSearch(Base):
    """The lexemes of a topic's title and tags: small, so title hits come first and fast."""

    __tablename__ = "topic_search"
    __table_args__ = (Index("ix_topic_search_tsv", "tsv", postgresql_using="gin"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    tsv: Mapped[str] = mapped_column(TSVECTOR)


class PostRevision(Base):
    """A whole former or current text; no deltas, so that any one can be removed."""

    __tablename__ = "post_revisions"
    __table_args__ = (PrimaryKeyConstraint("post_id", "revision", name="pk_post_revisions"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    revision: Mapped[int]
    topic_id: Mapped[int] = mapped_column(BigInteger)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    meta: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    hidden: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class ModerationAction(Base):
    """Who hid, restored, locked, pinned or moved what, when and why; append-only."""

    __tablename__ = "moderation_actions"
    __table_args__ = (
        Index("ix_moderation_actions_topic_id_id", "topic_id", "id"),
        Index("ix_moderation_actions_actor_id_id", "actor_id", "id"),
    )

    id: Mapped[int] = identity()
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(32))
    topic_id: Mapped[int | None] = mapped_column(BigInteger)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(64), server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
    before: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    at: Mapped[datetime]
