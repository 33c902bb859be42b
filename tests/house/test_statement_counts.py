"""No list asks the database more often because it has more rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.client import Client
from tests.world import World

MANY = 20
# Of one answer, signed in, the session and the rights included.
MOST_STATEMENTS = 8
# A hit of the search is a post with its topic, found, ranked and then read.
MOST_OF_BOTH = {"search": 10}

Grow = Callable[[int], Any]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that a block sends."""
    engine = app.extensions["parley"].database.engine
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


class Lists:
    """For each list of the API: the address of one that this test alone fills, and how to add a row to it."""

    def __init__(self, client: Client, world: World) -> None:
        self.client, self.world = client, world
        self.author = world.member()
        self.word = world.name("word").replace("-", "")

    def topics(self) -> tuple[str, Grow]:
        category = self.world.category()
        return f"/topics?category={category}", lambda _: self.world.topic(self.world.member(), category)

    def topics_by_tag(self) -> tuple[str, Grow]:
        tag = self.world.name("tag")
        return f"/topics?tag={tag}", lambda _: self.world.topic(self.world.member(), tags=[tag])

    def replies(self) -> tuple[str, Grow]:
        topic = self.world.topic(self.author)
        address = f"/topics/{topic['id']}/replies"
        return address, lambda _: self.world.reply(self.world.member(), topic)

    def users(self) -> tuple[str, Grow]:
        return f"/users?q={self.word}", lambda n: self.world.member(username=f"{self.word}{n}")

    def tags(self) -> tuple[str, Grow]:
        def grow(n: int) -> None:
            self.world.topic(self.author, tags=[f"{self.word}-{n}"])
            self.world.fold_counters()

        return f"/tags?q={self.word}", grow

    def search(self) -> tuple[str, Grow]:
        return f"/search?q={self.word}", lambda n: self.world.topic(
            self.world.member(), title=f"About {self.word} {n}"
        )

    def revisions(self) -> tuple[str, Grow]:
        topic = self.world.topic(self.author)
        address = f"/posts/{topic['post']['id']}"
        writer = self.client.as_(self.author)
        return f"{address}/revisions", lambda n: writer.patch(address, {"body": f"Another text {n}"})

    def categories(self) -> tuple[str, Grow]:
        return "/categories", lambda _: self.world.category()


LISTS = {
    "/topics": ("topics", "topics_by_tag"),
    "/topics/{topic_id}/replies": ("replies",),
    "/users": ("users",),
    "/tags": ("tags",),
    "/search": ("search",),
    "/posts/{post_id}/revisions": ("revisions",),
    "/categories": ("categories",),
}
# Lists whose length nobody else can make grow, each with its reason.
SHORT = {"/auth/sessions": "the caller's own sessions, shown without anything beside their rows"}


def test_every_list_of_the_api_is_counted(operations):
    lists = {
        path.removeprefix("/api/v1")
        for method, path, operation in operations
        if method == "GET" and "cursor" in {parameter["name"] for parameter in operation["parameters"]}
    }
    assert lists - set(LISTS) - set(SHORT) == set()


@pytest.mark.parametrize("name", sorted(name for names in LISTS.values() for name in names))
def test_a_list_costs_the_same_with_one_row_and_with_twenty(app, client, world, name):
    address, grow = getattr(Lists(client, world), name)()
    readers = {"anonymous": client, "signed in": client.as_(world.member())}
    grow(0)
    before = {who: cost(app, reader, address) for who, reader in readers.items()}
    for number in range(1, MANY):
        grow(number)
    for who, reader in readers.items():
        rows, statements = cost(app, reader, address)
        assert rows >= before[who][0] + MANY - 1, who
        assert len(statements) <= len(before[who][1]), (who, statements)
        assert len(statements) <= MOST_OF_BOTH.get(name, MOST_STATEMENTS), (who, statements)


def test_a_topics_page_costs_little(app, client, world):
    topic = world.topic(world.member())
    for who, reader in {"anonymous": client, "signed in": client.as_(world.member())}.items():
        address = f"/topics/{topic['id']}"
        reader.get(address)
        with counted(app) as statements:
            reader.get(address)
        assert len(statements) <= MOST_STATEMENTS, (who, statements)


def cost(app: Flask, reader: Client, address: str) -> tuple[int, list[str]]:
    """The rows of a list and the statements that they took, once everything is warm."""
    reader.get(address)
    with counted(app) as statements:
        rows = len(reader.get(address)["items"])
    return rows, statements
