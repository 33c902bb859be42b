"""Makes what a test needs, through the same actions that routes use, and commits it for real."""

import itertools
import os
from dataclasses import dataclass
from typing import Any

from flask import Flask

from api.auth.actions import open_session
from api.categories.actions import create_category
from api.categories.models import EVERYONE, MEMBERS, MODERATORS
from api.core import counters
from api.core.clock import now
from api.core.db import transaction
from api.permissions.actor import Actor, Level
from api.users.actions import create_user
from tests.client import Client

_numbers = itertools.count(1)
# Workers have databases of their own; the process id keeps names apart in shared logs only.
_PREFIX = f"w{os.getpid() % 1000}"
ADMIN = Actor(user_id=0, role="admin", scopes=None)
OPEN = {EVERYONE: Level.SEE, MEMBERS: Level.POST, MODERATORS: Level.MODERATE}


@dataclass(frozen=True)
class Person:
    """A member of a test's own, signed in."""

    id: int
    username: str
    token: str
    refresh_token: str


class World:
    """`world.member()`, `world.category()`; everything it makes has a name nobody else uses."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def name(self, stem: str = "name") -> str:
        """A name that no other test uses."""
        return f"{stem}-{_PREFIX}-{next(_numbers)}"

    def member(self, role: str = "member", username: str | None = None) -> Person:
        """A confirmed member with a session."""
        with self.app.app_context(), transaction() as s:
            user = create_user(s, username=username or self.name("member"), role=role, now=now())
            tokens = open_session(s, user, agent="tests", address="127.0.0.1", now=now())
        return Person(user.id, user.username, tokens.access_token, tokens.refresh_token)

    def category(self, access: dict[int, int] | None = None, **more: Any) -> str:
        """The slug of a new category, open to everyone unless told otherwise."""
        slug = self.name("category")
        with self.app.app_context(), transaction() as s:
            create_category(s, ADMIN, slug=slug, name=slug, access=access or OPEN, now=now(), **more)
        return slug

    def topic(self, author: Person, category: str | None = None, **fields: Any) -> dict[str, Any]:
        """A topic opened over HTTP by its author, as the answer shows it."""
        body = {
            "title": "A topic of a test",
            "body": "Some text.",
            "category": category or self.category(),
            **fields,
        }
        return self.client(author).post("/topics", body)

    def reply(
        self, author: Person, topic: dict[str, Any], body: str = "An answer.", **fields: Any
    ) -> dict[str, Any]:
        """A reply written over HTTP."""
        return self.client(author).post(f"/topics/{topic['id']}/replies", {"body": body, **fields})

    def client(self, person: Person) -> Client:
        """A caller signed in as somebody."""
        return Client(self.app, person.token)

    def fold_counters(self) -> None:
        """Do what the job does every few seconds."""
        with self.app.app_context(), transaction() as s:
            counters.fold(s)
