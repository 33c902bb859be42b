"""Fills an empty forum with the demonstration, through the very actions that members use."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.categories.actions import create_category
from api.categories.models import EVERYONE, MEMBERS, MODERATORS, Category
from api.categories.queries import get_category, with_levels
from api.core import counters
from api.demo.content import PEOPLE, PLACES, TALKS, Talk
from api.permissions.actor import Actor, Level
from api.topics.actions.posts import reply
from api.topics.actions.states import accept_answer, set_flag
from api.topics.actions.topics import open_topic
from api.topics.actions.writing import prepare
from api.topics.models import Topic
from api.users.actions import create_user

SYSTEM = Actor(user_id=None, role="admin", scopes=None)
OPEN = {EVERYONE: Level.SEE, MEMBERS: Level.POST, MODERATORS: Level.MODERATE}


def seed(s: Session, now: datetime) -> bool:
    """Write the demonstration unless the forum has a category already. Its members cannot sign in."""
    if s.scalar(select(Category.id).limit(1)) is not None:
        return False
    for position, place in enumerate(PLACES):
        create_category(
            s,
            SYSTEM,
            slug=place.slug,
            name=place.name,
            description=place.description,
            lang=place.lang,
            color=place.color,
            position=position,
            access=OPEN,
            now=now,
        )
    actors = {name: _member(s, name, shown, now) for name, shown in PEOPLE.items()}
    for talk in TALKS:
        _talk(s, talk, actors, now)
    s.flush()
    counters.fold(s)
    return True


def _member(s: Session, name: str, shown: str, now: datetime) -> Actor:
    user = create_user(s, username=name, display_name=shown, now=now - timedelta(days=30))
    return with_levels(s, Actor(user_id=user.id, username=user.username, role="member", scopes=None))


def _talk(s: Session, talk: Talk, actors: dict[str, Actor], now: datetime) -> None:
    author = actors[talk.author]
    opened = now - timedelta(hours=talk.hours)
    category = get_category(s, author, talk.category)
    assert category is not None
    topic = open_topic(s, author, category, title=talk.title, body=talk.body, tags=talk.tags, now=opened)
    for name, hours, body, to in talk.replies:
        at = now - timedelta(hours=hours)
        reply(s, actors[name], topic, prepare(s, body), reply_to=to, archived=False, now=at)
    _finish(s, talk, topic, author, now)


def _finish(s: Session, talk: Talk, topic: Topic, author: Actor, now: datetime) -> None:
    if talk.answer is not None:
        accept_answer(s, author, topic, talk.answer, now=now)
    if talk.pinned:
        set_flag(
            s, replace(author, levels={topic.category_id: Level.MODERATE}), topic, "pinned", on=True, now=now
        )
