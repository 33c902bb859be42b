from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from api.core.db import transaction
from tests.auth.people import PASSWORD, Joined, Post, Visitor
from tests.world import World


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A caller without credentials, whose address nobody else has."""
    return Visitor(app)


@pytest.fixture
def post(app: Flask) -> Post:
    """The mails that were written."""
    return Post(app)


@pytest.fixture
def sign_up(app: Flask, world: World, post: Post) -> Callable[..., Joined]:
    """Signs somebody up and confirms."""

    def act(username: str | None = None, password: str = PASSWORD) -> Joined:
        name = username or world.name("joined")
        email = f"{world.name('box')}@example.org"
        somebody = Visitor(app)
        somebody.post(
            "/auth/register", {"username": name, "email": email, "password": password, "locale": "en"}, 202
        )
        body = somebody.post("/auth/confirm", {"token": post.token(email)}, 200)
        return Joined(name, email, password, body["access_token"], body["refresh_token"])

    return act


@pytest.fixture
def sql(app: Flask) -> Callable[..., Any]:
    """Does to the database what only time or an operator would."""

    def act(statement: str, **values: Any) -> Any:
        with app.app_context(), transaction() as s:
            result = s.execute(text(statement), values)
            return result.all() if result.returns_rows else result.rowcount

    return act


@pytest.fixture
def statements(app: Flask) -> Callable[[Callable[[], Any]], list[str]]:
    """The SQL that something sends."""

    def count(act: Callable[[], Any]) -> list[str]:
        sent: list[str] = []
        engine = app.extensions["parley"].database.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            sent.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sent

    return count
