"""One topic as an actor may see it, and what its answer needs beside the row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.categories.queries import get_briefs as get_category_briefs
from api.permissions.actor import Actor
from api.topics.models import Topic
from api.topics.rules import sees_topic
from api.users.queries import get_briefs as get_user_briefs


@dataclass(frozen=True)
class Surroundings:
    """What stands in the answers about some topics or posts but not in their rows, by id."""

    categories: Mapping[int, Mapping[str, Any]]
    users: Mapping[int, Mapping[str, Any]]


def get_topic(s: Session, actor: Actor, topic_id: int) -> Topic | None:
    """A topic by its id."""
    return s.scalar(select(Topic).where(Topic.id == topic_id, sees_topic(actor)))


def get_topic_for_change(s: Session, actor: Actor, topic_id: int) -> Topic | None:
    """A topic by its id with its row locked: the queue of its writers. Take it before the first write."""
    statement = select(Topic).where(Topic.id == topic_id, sees_topic(actor))
    return s.scalar(statement.with_for_update(key_share=True).execution_options(populate_existing=True))


def get_surroundings(s: Session, topics: Sequence[Any], posts: Sequence[Any] = ()) -> Surroundings:
    """Categories of some topics, and members of them and of some posts: two statements, however many there are."""
    people = {t.author_id for t in topics} | {t.last_author_id for t in topics} | {p.author_id for p in posts}
    return Surroundings(
        categories=get_category_briefs(s, {t.category_id for t in topics}),
        users=get_user_briefs(s, {p for p in people if p is not None}),
    )


def count_view(s: Session, topic_id: int) -> None:
    """Count one opening of a topic, beside the topic's row, so that nothing waits for it."""
    statement = "insert into topic_views (topic_id, n) values (:id, 1) on conflict (topic_id) do update set n = topic_views.n + 1"
    s.execute(text(statement), {"id": topic_id})
