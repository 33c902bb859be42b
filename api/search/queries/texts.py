"""Everything that is indexed, hidden or not: for indexing only, never for an answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from api.categories.rules import among
from api.topics.models import Post, PostText, Topic


def count_texts(s: Session) -> tuple[int, int]:
    """(topics, posts) that there are to index."""
    topics = s.scalar(select(func.count()).select_from(Topic)) or 0
    return topics, s.scalar(select(func.count()).select_from(PostText)) or 0


def list_titles(s: Session, after: int, limit: int) -> Sequence[Row[int, str, list[str]]]:
    """(id, title, tags) of the next topics after an id.

    Writers lock the topic first; by sharing that lock nothing is indexed that somebody is changing meanwhile.
    """
    statement = (
        select(Topic.id, Topic.title, Topic.tags).where(Topic.id > after).order_by(Topic.id).limit(limit)
    )
    return s.execute(statement.with_for_update(read=True)).all()


def list_texts(s: Session, after: int, limit: int) -> Sequence[Row[int, int, int | None, datetime, str]]:
    """(id, topic_id, author_id, created_at, plain) of the next posts after an id, their topics locked as above."""
    next_ids = (
        select(PostText.post_id).where(PostText.post_id > after).order_by(PostText.post_id).limit(limit)
    )
    ids = list(s.scalars(next_ids))
    topics = select(Post.topic_id).where(among(Post.id, ids))
    s.execute(
        select(Topic.id).where(Topic.id.in_(topics)).order_by(Topic.id).with_for_update(read=True)
    ).all()
    columns = (Post.id, Post.topic_id, Post.author_id, Post.created_at, PostText.plain)
    statement = select(*columns).join(PostText, PostText.post_id == Post.id)
    return s.execute(statement.where(among(Post.id, ids)).order_by(Post.id)).all()
