"""Events as the feed and the stream tell them: thin, with names instead of ids where a reader needs them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.categories.queries import get_briefs as get_category_briefs
from api.core.clock import to_wire
from api.core.models import Event
from api.core.outbox import Feed, Reader
from api.permissions.actor import Actor
from api.users.queries import get_briefs as get_user_briefs


def reader_of(actor: Actor) -> Reader:
    """Whose eyes read the log."""
    return Reader(categories=actor.visible_categories, user_id=actor.user_id, moderator=actor.is_moderator)


def describe(s: Session, feed: Feed) -> list[dict[str, Any]]:
    """FeedEvent in JSON, of events whose visibility was already decided: two statements, however many events."""
    events: Sequence[Event] = feed.events
    people = get_user_briefs(s, {e.actor_id for e in events if e.actor_id is not None})
    places = get_category_briefs(s, {e.category_id for e in events if e.category_id is not None})
    return [
        {
            "id": feed.id_of(event),
            "type": event.type,
            "at": to_wire(event.at),
            "actor": people[event.actor_id]["username"] if event.actor_id in people else None,
            "topic_id": event.topic_id,
            "post_id": event.post_id,
            "number": event.number,
            "category": places[event.category_id]["slug"] if event.category_id in places else None,
            "version": event.version,
            "data": event.data,
        }
        for event in events
    ]
