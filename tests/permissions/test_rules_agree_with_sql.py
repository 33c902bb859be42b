"""Each rule about seeing is written twice, as a function and as SQL; on the same rows both say the same."""

import importlib.util
import itertools
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

import api
from api.categories.models import EVERYONE, MEMBERS, MODERATORS, Category
from api.categories.queries import levels_of, with_levels
from api.categories.rules import may_see_category, sees_category
from api.core.clock import now
from api.core.db import transaction
from api.permissions.actor import ANONYMOUS, ROLES, Actor, Level
from api.permissions.personas import personas
from api.search.rules import finds_post, may_find_post
from api.topics.models import (
    BULK,
    BY_AUTHOR,
    BY_MODERATOR,
    HELD,
    MOVED,
    NEVER_PUBLIC,
    PURGED,
    SCHEDULED,
    Post,
    Topic,
)
from api.topics.rules import ANYBODY, eyes_of, lists_topic, may_see_post, may_see_topic, sees_post, sees_topic
from api.users.models import ACTIVE, DELETED, SUSPENDED, User
from api.users.rules import may_see_user, sees_user
from tests.world import OPEN, World

CAUSES = (BY_AUTHOR, BY_MODERATOR, HELD, SCHEDULED, BULK, MOVED, PURGED)
# Visible, each cause alone, each two together.
HIDDEN = (0, *CAUSES, *(one | other for one, other in itertools.combinations(CAUSES, 2)))
# Posts of every state stand in topics of these; a topic's other causes hide it in the same way.
HIDDEN_AROUND_POSTS = (0, BY_AUTHOR, BY_MODERATOR, BY_AUTHOR | BY_MODERATOR)
CATEGORIES: dict[str, dict[int, int]] = {
    "public": OPEN,
    "members only": {MEMBERS: Level.POST, MODERATORS: Level.MODERATE},
    "staff only": {MODERATORS: Level.MODERATE},
    "archived": OPEN,
    "read only": {EVERYONE: Level.SEE, MODERATORS: Level.MODERATE},
    "moderated by administrators": {EVERYONE: Level.SEE, MEMBERS: Level.POST},
}
GRANTED = ("anonymous", "stranger", "author", "replier", "moderator", "elsewhere", "admin")
PERSONAS = (*GRANTED, *personas())
# Every function in a rules module that is a predicate in SQL must be held to its twin here.
HELD_TO_TWIN = {"sees_topic", "lists_topic", "sees_post", "finds_post", "sees_category", "sees_user"}


@dataclass(frozen=True)
class Ground:
    """One row of every kind, and who looks at them."""

    categories: list[Category]
    topics: dict[int, Topic]
    posts: list[Post]
    users: list[User]
    actors: dict[str, Actor]


@pytest.fixture(scope="module")
def ground(app: Flask) -> Ground:
    world = World(app)
    author, replier, stranger = (world.member().id for _ in range(3))
    slugs = {name: world.category(access) for name, access in CATEGORIES.items()}
    users = [world.member().id for _ in (ACTIVE, SUSPENDED, DELETED)]
    with app.app_context(), transaction() as s:
        for user_id, state in zip(users, (ACTIVE, SUSPENDED, DELETED), strict=True):
            s.get_one(User, user_id).state = state
        categories = list(s.scalars(select(Category).where(Category.slug.in_(slugs.values()))))
        next(c for c in categories if c.slug == slugs["archived"]).archived = True
        topics = _topics(s, [c.id for c in categories], author)
        return Ground(
            categories=categories,
            topics=topics,
            posts=_posts(s, topics, (author, replier)),
            users=list(s.scalars(select(User).where(User.id.in_(users)))),
            actors={
                **_granted(s, author=author, replier=replier, stranger=stranger, categories=categories),
                **personas(category_id=categories[0].id, author_id=author, stranger_id=stranger),
            },
        )


def _topics(s: Session, category_ids: list[int], author: int) -> dict[int, Topic]:
    kinds = [*((hidden, False) for hidden in HIDDEN), (0, True)]
    rows = [
        {
            "category_id": category_id,
            "author_id": author,
            "title": "A row",
            "slug": "a-row",
            "hidden": hidden,
            "locked": locked,
            "last_activity_at": now(),
            "created_at": now(),
        }
        for category_id, (hidden, locked) in itertools.product(category_ids, kinds)
    ]
    s.execute(insert(Topic), rows)
    return {t.id: t for t in s.scalars(select(Topic).where(Topic.category_id.in_(category_ids)))}


def _posts(s: Session, topics: dict[int, Topic], authors: tuple[int, ...]) -> list[Post]:
    rows = [
        {
            "topic_id": topic_id,
            "number": None if hidden & NEVER_PUBLIC else number,
            "author_id": author,
            "hidden": hidden,
            "created_at": now(),
        }
        for topic_id, topic in topics.items()
        if topic.hidden in HIDDEN_AROUND_POSTS and not topic.locked
        for number, (hidden, author) in enumerate(itertools.product(HIDDEN, authors))
    ]
    s.execute(insert(Post), rows)
    return list(s.scalars(select(Post).where(Post.topic_id.in_(topics))))


def _granted(s: Session, *, categories: list[Category], **ids: int) -> dict[str, Actor]:
    """Actors with the levels that the database gives them in all of the categories."""
    found = {"anonymous": with_levels(s, ANONYMOUS)}
    found |= {name: with_levels(s, Actor(user_id=user_id, role="member")) for name, user_id in ids.items()}
    found["moderator"] = with_levels(s, Actor(user_id=10**9, role="moderator"))
    found["admin"] = with_levels(s, Actor(user_id=10**9 + 1, role="admin"))
    # Moderates one of the categories, and is a mere member in all others.
    kept = min(c.id for c in categories)
    levels = {**found["stranger"].levels, kept: Level.MODERATE}
    found["elsewhere"] = replace(found["stranger"], user_id=10**9 + 2, levels=levels)
    return found


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context(), transaction() as s:
        yield s


@pytest.mark.parametrize("persona", PERSONAS)
def test_topics(ground: Ground, session: Session, persona: str) -> None:
    actor = ground.actors[persona]
    here = select(Topic.id).where(Topic.id.in_(ground.topics))
    seen = {i for i, topic in ground.topics.items() if may_see_topic(actor, topic)}
    assert set(session.scalars(here.where(sees_topic(actor)))) == seen
    listed = {i for i in seen if ground.topics[i].hidden == 0}
    assert set(session.scalars(here.where(lists_topic(actor)))) == listed
    assert bool(listed) == bool(actor.levels)
    # Prepared statements ask on behalf of anybody, with the actor as their parameters.
    for predicate, expected in ((sees_topic, seen), (lists_topic, listed)):
        assert set(session.scalars(here.where(predicate(ANYBODY)), eyes_of(actor))) == expected


@pytest.mark.parametrize("persona", PERSONAS)
def test_posts(ground: Ground, session: Session, persona: str) -> None:
    actor = ground.actors[persona]
    here = select(Post.id).join(Topic, Topic.id == Post.topic_id).where(Topic.id.in_(ground.topics))
    seen = {p.id for p in ground.posts if may_see_post(actor, ground.topics[p.topic_id], p)}
    assert set(session.scalars(here.where(sees_post(actor)))) == seen
    found = {p.id for p in ground.posts if may_find_post(actor, ground.topics[p.topic_id], p)}
    assert set(session.scalars(here.where(finds_post(actor)))) == found
    assert found < seen or not actor.levels
    for predicate, expected in ((sees_post, seen), (finds_post, found)):
        assert set(session.scalars(here.where(predicate(ANYBODY)), eyes_of(actor))) == expected


@pytest.mark.parametrize("persona", PERSONAS)
def test_categories(ground: Ground, session: Session, persona: str) -> None:
    actor = ground.actors[persona]
    here = select(Category.id).where(Category.id.in_([c.id for c in ground.categories]))
    seen = {c.id for c in ground.categories if may_see_category(actor, c)}
    assert set(session.scalars(here.where(sees_category(actor)))) == seen
    assert bool(seen) == bool(actor.levels)


@pytest.mark.parametrize("role", ROLES)
def test_levels_beside_the_session_are_those_of_the_role(ground: Ground, session: Session, role: str) -> None:
    beside = session.scalar(select(levels_of(literal(role))))
    assert dict(beside) == with_levels(session, Actor(user_id=1, role=role)).levels
    assert {c.id for c in ground.categories} & set(dict(beside))


@pytest.mark.parametrize("persona", PERSONAS)
def test_members(ground: Ground, session: Session, persona: str) -> None:
    actor = ground.actors[persona]
    here = select(User.id).where(User.id.in_([u.id for u in ground.users]))
    seen = {u.id for u in ground.users if may_see_user(actor, u)}
    assert set(session.scalars(here.where(sees_user(actor)))) == seen
    assert seen == {u.id for u in ground.users if u.state != DELETED}


def test_no_predicate_is_without_its_twin() -> None:
    features = [m.name for m in pkgutil.iter_modules(api.__path__) if m.ispkg]
    modules = [f"api.{feature}.rules" for feature in features]
    found = [
        name
        for module in modules
        if importlib.util.find_spec(module) is not None
        for name, thing in vars(importlib.import_module(module)).items()
        if name.startswith(("sees_", "lists_", "finds_")) and getattr(thing, "__module__", "") == module
    ]
    assert set(found) == HELD_TO_TWIN
