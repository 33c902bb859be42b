"""No list asks the database more often because it has more rows."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from api.core.clock import now
from api.core.db import transaction
from api.tags.models import Tag
from api.users.actions import create_user
from tests.client import Client
from tests.world import World

MANY = 100
VOTES = 1_000
# Of one answer, signed in, the session and the rights included.
MOST_STATEMENTS = 8
# A hit of the search is a post with its topic, found, ranked and then read.
MOST_OF_BOTH = {"search": 10}

NUMBERS = itertools.count(1)
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


# Rows that nothing but SQL makes in numbers: the same columns as the one that a member made, with other keys.
COPIES = {
    "topics": """
        with made as (
            insert into topics (category_id, author_id, title, slug, last_author_id, last_activity_at, created_at, tags)
            select category_id, u.id, title, slug, u.id, last_activity_at + n * interval '1 s', t.created_at, tags
            from topics t, generate_series(1, :n) n, lateral (select (array_agg(id))[1 + n % count(*)] as id from users) u
            where t.id = :id returning id, author_id, created_at, last_activity_at),
        tagged as (
            insert into topic_tags select made.id, tag_id, made.last_activity_at, made.created_at
            from made, topic_tags where topic_id = :id),
        titled as (insert into topic_search select made.id, tsv from made, topic_search where topic_id = :id),
        opened as (
            insert into posts (topic_id, number, author_id, created_at)
            select id, 0, author_id, created_at from made)
        select count(*) from made""",
    "opening_texts": """
        with texts as (
            insert into post_texts (post_id, topic_id, body, body_html, plain, renderer)
            select p.id, p.topic_id, 'text', 'text', 'text', 1 from posts p
            where not exists (select from post_texts where post_id = p.id) returning post_id),
        found as (
            insert into post_search (post_id, topic_id, author_id, created_at, tsv)
            select p.id, p.topic_id, p.author_id, p.created_at, 'text' from posts p
            where not exists (select from post_search where post_id = p.id))
        select count(*) from texts""",
    "replies": """
        with made as (
            insert into posts (topic_id, number, author_id, created_at)
            select topic_id, number + n, u.id, created_at from posts p, generate_series(1, :n) n,
            lateral (select (array_agg(id))[1 + n % count(*)] as id from users) u where p.id = :id returning id, topic_id),
        texts as (
            insert into post_texts (post_id, topic_id, body, body_html, plain, renderer)
            select id, topic_id, 'text', 'text', 'text', 1 from made)
        update topics set last_number = last_number + :n where id = (select topic_id from posts where id = :id)""",
    "votes": """
        insert into votes (user_id, post_id, topic_id, value, at)
        select 1000000 + n, p.id, p.topic_id, 1, now() from posts p, generate_series(1, :n) n
        where p.topic_id = :id""",
}


class Lists:
    """For each list of the API: the address of one that this test alone fills, and how to add rows to it."""

    def __init__(self, client: Client, world: World) -> None:
        self.client, self.world = client, world
        self.author = world.member()
        self.word = world.name("word").replace("-", "")
        self.first: dict[str, Any] = {}

    def copy(self, what: str, id_: int, n: int) -> None:
        """Make `n` more rows after the model of one."""
        with self.world.app.app_context(), transaction() as s:
            s.execute(text(COPIES[what]), {"id": id_, "n": n})

    def _topics(self, n: int, **fields: Any) -> None:
        if not self.first:
            self.first = self.world.topic(self.author, **fields)
            n -= 1
        self.copy("topics", self.first["id"], n)
        self.copy("opening_texts", 0, 0)

    def topics(self) -> tuple[str, Grow]:
        category = self.world.category()
        return f"/topics?category={category}", lambda n: self._topics(n, category=category)

    def topics_by_tag(self) -> tuple[str, Grow]:
        tag = self.world.name("tag")
        return f"/topics?tag={tag}", lambda n: self._topics(n, tags=[tag])

    def topics_with_posts(self) -> tuple[str, Grow]:
        category = self.world.category()
        return f"/topics?category={category}&include=post", lambda n: self._topics(n, category=category)

    def search(self) -> tuple[str, Grow]:
        return f"/search?q={self.word}", lambda n: self._topics(n, title=f"About {self.word}")

    def search_of_topics(self) -> tuple[str, Grow]:
        return f"/search?type=topics&q={self.word}", lambda n: self._topics(n, title=f"About {self.word}")

    def replies(self) -> tuple[str, Grow]:
        topic = self.world.topic(self.author)
        first = self.world.reply(self.author, topic)
        return f"/topics/{topic['id']}/replies", lambda n: self.copy(
            "replies", first["id"], n if n > 1 else 0
        )

    def users(self) -> tuple[str, Grow]:
        return f"/users?q={self.word}", self._users

    def search_of_users(self) -> tuple[str, Grow]:
        return f"/search?type=users&q={self.word}", self._users

    def _users(self, n: int) -> None:
        with self.world.app.app_context(), transaction() as s:
            for _ in range(n):
                create_user(s, username=f"{self.word}{next(NUMBERS)}", now=now())

    def tags(self) -> tuple[str, Grow]:
        return f"/tags?q={self.word}", self._tags

    def search_of_tags(self) -> tuple[str, Grow]:
        return f"/search?type=tags&q={self.word}", self._tags

    def _tags(self, n: int) -> None:
        with self.world.app.app_context(), transaction() as s:
            for _ in range(n):
                s.add(Tag(name=f"{self.word}-{next(NUMBERS)}"[-35:], topic_count=1, created_at=now()))

    def revisions(self) -> tuple[str, Grow]:
        topic = self.world.topic(self.author)
        address = f"/posts/{topic['post']['id']}"
        writer = self.client.as_(self.author)

        def grow(n: int) -> None:
            for _ in range(n):
                writer.patch(address, {"body": f"Another text {next(NUMBERS)}"})

        return f"{address}/revisions", grow

    def categories(self) -> tuple[str, Grow]:
        def grow(n: int) -> None:
            for _ in range(n):
                self.world.category()

        return "/categories", grow

    def events(self) -> tuple[str, Grow]:
        latest = self.client.get("/events?after=latest")["resume"]
        topic = self.world.topic(self.author)

        def grow(n: int) -> None:
            for _ in range(n):
                self.world.reply(self.author, topic)

        return f"/events?after={latest}", grow


LISTS = {
    "/topics": ("topics", "topics_by_tag", "topics_with_posts"),
    "/topics/{topic_id}/replies": ("replies",),
    "/users": ("users",),
    "/tags": ("tags",),
    "/search": ("search", "search_of_topics", "search_of_users", "search_of_tags"),
    "/posts/{post_id}/revisions": ("revisions",),
    "/categories": ("categories",),
    "/events": ("events",),
}
# Each row of these is made through HTTP, so there are fewer; none has anything beside it that could be fetched by row.
FEWER = {"revisions": 20, "categories": 20, "events": 20}
# Lists whose length nobody else can make grow, each with its reason.
SHORT = {
    "/auth/sessions": "the caller's own sessions, shown without anything beside their rows",
    "/events/stream": "no list: it sends what happens from now on, and replays through the feed's own statements",
}


def test_every_list_of_the_api_is_counted(operations):
    lists = {
        path.removeprefix("/api/v1")
        for method, path, operation in operations
        if method == "GET"
        and {"cursor", "after"} & {parameter["name"] for parameter in operation["parameters"]}
    }
    assert lists - set(LISTS) - set(SHORT) == set()


@pytest.mark.parametrize("name", sorted(name for names in LISTS.values() for name in names))
def test_a_list_costs_the_same_with_one_row_and_with_a_hundred(app, client, world, name):
    address, grow = getattr(Lists(client, world), name)()
    many = FEWER.get(name, MANY)
    address += f"{'&' if '?' in address else '?'}limit={many}" if "/categories" not in address else ""
    readers = {"anonymous": client, "signed in": client.as_(world.member())}
    grow(1)
    before = {who: cost(app, reader, address) for who, reader in readers.items()}
    grow(many - 1)
    for who, reader in readers.items():
        rows, statements = cost(app, reader, address)
        assert rows >= before[who][0] + many - 1 or rows == many, (who, rows)
        assert len(statements) <= len(before[who][1]), (who, statements)
        assert len(statements) <= MOST_OF_BOTH.get(name.split("_")[0], MOST_STATEMENTS), (who, statements)


def test_a_topics_page_costs_the_same_with_one_vote_and_with_a_thousand(app, client, world):
    lists = Lists(client, world)
    topic = world.topic(world.member())
    reply = world.reply(world.member(), topic)
    addresses = [
        f"/topics/{topic['id']}",
        f"/topics/{topic['id']}/replies",
        f"/topics/{topic['id']}/replies?sort=top",
        f"/posts/{reply['id']}",
        f"/topics?id={topic['id']}&include=post",
    ]
    readers = {"anonymous": client, "signed in": client.as_(world.member())}

    def costs() -> dict[tuple[str, str], int]:
        found = {}
        for who, reader in readers.items():
            for address in addresses:
                reader.get(address)
                with counted(app) as statements:
                    reader.get(address)
                assert len(statements) <= MOST_STATEMENTS, (who, address, statements)
                found[who, address] = len(statements)
        return found

    lists.copy("votes", topic["id"], 1)
    with_one = costs()
    with app.app_context(), transaction() as s:
        s.execute(text("delete from votes where topic_id = :id"), {"id": topic["id"]})
    lists.copy("votes", topic["id"], VOTES)
    assert costs() == with_one


@pytest.mark.parametrize(
    "page", ["/", "/t/{topic}", "/c/{category}", "/tag/{tag}", "/u/{member}", "/search?q=x"]
)
def test_a_page_for_browsers_costs_little_and_the_same(app, client, world, page):
    lists = Lists(client, world)
    tag, category = world.name("tag"), world.category()
    topic = world.topic(lists.author, category, tags=[tag])
    first = world.reply(lists.author, topic)
    address = page.format(
        topic=f"{topic['id']}/{topic['slug']}", category=category, tag=tag, member=lists.author.username
    )

    def statements() -> list[str]:
        client.request("GET", f"/{address}")
        with counted(app) as sent:
            response = client.request("GET", f"/{address}")
        assert response.status_code in (200, 503), response.status_code
        return sent

    before = statements()
    lists.copy("replies", first["id"], MANY)
    lists.copy("topics", topic["id"], MANY)
    lists.copy("opening_texts", 0, 0)
    lists.copy("votes", topic["id"], VOTES)
    assert len(statements()) <= min(len(before), MOST_STATEMENTS)


def cost(app: Flask, reader: Client, address: str) -> tuple[int, list[str]]:
    """The rows of a list and the statements that they took, once everything is warm."""
    reader.get(address)
    with counted(app) as statements:
        rows = len(reader.get(address)["items"])
    return rows, statements
