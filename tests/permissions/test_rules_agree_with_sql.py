"""What a rule lets an actor see is what its SQL twin finds, for every persona and every state."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.categories.models import Category
from api.categories.rules import may_see_category, sees_category
from api.core.db import current_session
from api.permissions.actor import Actor
from api.permissions.personas import personas
from api.search.rules import finds_post, may_find_post
from api.topics.models import BULK, BY_AUTHOR, BY_MODERATOR, HELD, MOVED, PURGED, SCHEDULED, Post, Topic
from api.topics.rules import lists_topic, may_see_post, may_see_topic, sees_post, sees_topic
from api.users.models import ACTIVE, DELETED, SUSPENDED, User
from api.users.rules import may_see_user, sees_user

CAUSES = (BY_AUTHOR, BY_MODERATOR, HELD, SCHEDULED, BULK, MOVED, PURGED)
# Visible, each cause alone, each two together.
STATES = [0, *CAUSES, *(one | other for one, other in combinations(CAUSES, 2))]
PERSONAS = list(personas())


@dataclass
class Scene:
    """A topic with a reply by one author, and the session in which its states are tried and given up again."""

    s: Session
    topic: Topic
    reply: Post
    personas: dict[str, Actor]


@pytest.fixture(scope="module")
def ids(app):
    """Ids of a topic, its reply, its category, author and somebody else, made over the API."""
    from tests.world import World

    world = World(app)
    author, stranger = world.member(), world.member()
    topic = world.topic(author)
    reply = world.reply(author, topic)
    return topic["id"], reply["id"], author.id, stranger.id


@pytest.fixture
def scene(app, ids) -> Iterator[Scene]:
    """The scene in a transaction that is rolled back."""
    topic_id, reply_id, author_id, stranger_id = ids
    with app.app_context():
        s = current_session()
        topic, reply = s.get_one(Topic, topic_id), s.get_one(Post, reply_id)
        made = personas(category_id=topic.category_id, author_id=author_id, stranger_id=stranger_id)
        yield Scene(s, topic, reply, dict(made))
        s.rollback()


@pytest.mark.parametrize("name", PERSONAS)
def test_topics(scene, name):
    actor = scene.personas[name]
    for hidden in STATES:
        scene.topic.hidden = hidden
        scene.s.flush()
        found = scene.s.scalar(select(Topic.id).where(Topic.id == scene.topic.id, sees_topic(actor)))
        assert bool(found) == bool(may_see_topic(actor, scene.topic)), hidden
        listed = scene.s.scalar(select(Topic.id).where(Topic.id == scene.topic.id, lists_topic(actor)))
        assert not listed or (found and hidden == 0), hidden


@pytest.mark.parametrize("name", PERSONAS)
def test_posts_in_topics_of_every_state(scene, name):
    actor = scene.personas[name]
    own = select(Post.id).join(Topic, Topic.id == Post.topic_id).where(Post.id == scene.reply.id)
    for of_topic in (0, BY_AUTHOR, BY_MODERATOR, BY_AUTHOR | BY_MODERATOR):
        scene.topic.hidden = of_topic
        for hidden in STATES:
            scene.reply.hidden = hidden
            scene.s.flush()
            seen = scene.s.scalar(own.where(sees_post(actor)))
            assert bool(seen) == bool(may_see_post(actor, scene.topic, scene.reply)), (of_topic, hidden)
            hit = scene.s.scalar(own.where(finds_post(actor)))
            assert bool(hit) == bool(may_find_post(actor, scene.topic, scene.reply)), (of_topic, hidden)


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("archived", [False, True])
def test_categories(scene, name, archived):
    actor = scene.personas[name]
    category = scene.s.get_one(Category, scene.topic.category_id)
    category.archived = archived
    scene.s.flush()
    found = scene.s.scalar(select(Category.id).where(Category.id == category.id, sees_category(actor)))
    assert bool(found) == bool(may_see_category(actor, category))


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("state", [ACTIVE, SUSPENDED, DELETED])
def test_members(scene, name, state):
    actor = scene.personas[name]
    user = scene.s.get_one(User, scene.topic.author_id)
    user.state = state
    scene.s.flush()
    found = scene.s.scalar(select(User.id).where(User.id == user.id, sees_user(actor)))
    assert bool(found) == bool(may_see_user(actor, user))
