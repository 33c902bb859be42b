"""Writes what is to be found, at the times a test needs, and looks for it inside the test's own category."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from api.categories.queries import get_category, with_levels
from api.core.clock import now
from api.core.db import transaction
from api.permissions.actor import Actor
from api.topics.actions import topics as topic_actions
from api.topics.actions import writing
from api.topics.actions.posts import reply
from api.topics.models import Topic
from tests.client import Client
from tests.world import Person, World

_words = itertools.count()


@dataclass(frozen=True)
class Written:
    """A topic or reply that a test wrote."""

    topic_id: int
    post_id: int
    number: int


class Shelf:
    """One category and one author, and the searches inside it."""

    def __init__(self, client: Client, world: World, **category: Any) -> None:
        self.client, self.world = client, world
        self.author = world.member()
        self.category = world.category(**category)

    def topic(
        self,
        title: str,
        body: str,
        *,
        tags: tuple[str, ...] = (),
        author: Person | None = None,
        at: dt.datetime | None = None,
    ) -> Written:
        """Open a topic."""
        with self.world.app.app_context(), transaction() as s:
            actor = _actor(s, author or self.author)
            category = get_category(s, actor, self.category)
            topic = topic_actions.open_topic(
                s, actor, category, title=title, body=body, tags=list(tags), now=at or now()
            )
            s.flush()
            opening = topic_actions.get_opening_post(s, topic.id)[0]
            return Written(topic.id, opening.id, 0)

    def reply(
        self, topic: Written, body: str, *, author: Person | None = None, at: dt.datetime | None = None
    ) -> Written:
        """Reply to a topic."""
        with self.world.app.app_context(), transaction() as s:
            found = s.get(Topic, topic.topic_id, with_for_update=True)
            post = reply(
                s,
                _actor(s, author or self.author),
                found,
                writing.prepare(s, body),
                reply_to=None,
                archived=False,
                now=at or now(),
            )
            return Written(topic.topic_id, post.id, post.number)

    def page(self, q: str, *, as_: Person | None = None, **parameters: Any) -> Any:
        """The answer to a search in this category."""
        caller = self.client.as_(as_) if as_ else self.client
        return caller.get("/search", query_string={"q": q, "category": self.category, **parameters})

    def find(self, q: str, **parameters: Any) -> list[int]:
        """Ids of the posts found, in order."""
        return [hit["post"]["id"] for hit in self.page(q, **parameters)["items"]]

    def find_topics(self, q: str, **parameters: Any) -> list[int]:
        """Ids of the topics found, in order."""
        return [hit["topic"]["id"] for hit in self.page(q, type="topics", **parameters)["items"]]


def _actor(s: Any, person: Person) -> Actor:
    return with_levels(s, Actor(user_id=person.id, username=person.username, role="member", scopes=None))


@pytest.fixture
def shelf(client: Client, world: World) -> Shelf:
    """A category of the test's own."""
    return Shelf(client, world)


@pytest.fixture
def word() -> str:
    """A word that stands in no other test's texts."""
    return "xq" + "".join("bcdfghjklm"[int(digit)] for digit in f"{next(_words):04d}")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = app.extensions["parley"].database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
