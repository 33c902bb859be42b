"""One topic as an actor may see it."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select, text
from sqlalchemy.orm import Session

from api.categories.models import Category
from api.core.prepared import Prepared
from api.permissions.actor import Actor
from api.topics.models import Topic
from api.topics.rules import ANYBODY, eyes_of, sees_topic

_FACTS = Prepared(
    lambda: (
        select(
            Topic.id,
            Topic.category_id,
            Topic.author_id,
            Topic.hidden,
            Topic.locked,
            Topic.answer_number,
            Topic.last_number,
            Topic.version,
            Category.archived,
        )
        .join(Category, Category.id == Topic.category_id)
        .where(Topic.id == bindparam("topic_id", type_=BigInteger), sees_topic(ANYBODY))
    )
)


def get_topic_facts(s: Session, actor: Actor, topic_id: int) -> Any:
    """What the rules and the answers about its posts read of a topic, or None."""
    return _FACTS.first(s, {"topic_id": topic_id, **eyes_of(actor)})


def get_topic(s: Session, actor: Actor, topic_id: int) -> Topic | None:
    """A topic by its id."""
    return s.scalar(select(Topic).where(Topic.id == topic_id, sees_topic(actor)))


def get_topic_for_change(s: Session, actor: Actor, topic_id: int) -> Topic | None:
    """A topic by its id with its row locked: the queue of its writers. Take it before the first write."""
    statement = select(Topic).where(Topic.id == topic_id, sees_topic(actor))
    return s.scalar(statement.with_for_update(key_share=True).execution_options(populate_existing=True))


def count_view(s: Session, topic_id: int) -> None:
    """Count one opening of a topic, beside the topic's row, so that nothing waits for it."""
    statement = "insert into topic_views (topic_id, n) values (:id, 1) on conflict (topic_id) do update set n = topic_views.n + 1"
    s.execute(text(statement), {"id": topic_id})
