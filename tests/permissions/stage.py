"""Sets the stage for one cell of the matrix: people, and a thing in the state that the row names."""

from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import update

from api.categories.actions import create_category
from api.categories.models import EVERYONE, MEMBERS, MODERATORS, Category
from api.core.clock import now
from api.core.db import transaction
from api.permissions.actor import Actor, Level
from api.topics.actions import topics, writing
from api.topics.actions.posts import reply
from api.topics.models import BY_AUTHOR, BY_MODERATOR, HELD, NEVER_PUBLIC, SCHEDULED, Post
from api.users.models import DELETED, SUSPENDED, User
from tests.world import ADMIN, Person, World


@dataclass(frozen=True)
class State:
    """A topic with one reply: where it stands and what was done to it."""

    access: dict[int, int] = field(default_factory=lambda: {EVERYONE: Level.SEE, MEMBERS: Level.POST})
    archived: bool = False
    locked: bool = False
    topic: int = 0
    reply: int = 0
    user: int = 0


ROLES = {"moderator": "moderator", "elsewhere": "moderator", "admin": "admin"}
STATES = {
    "open": State(),
    "locked": State(locked=True),
    "archived": State(archived=True),
    "read only": State(access={EVERYONE: Level.SEE, MEMBERS: Level.SEE}),
    "members only": State(access={MEMBERS: Level.POST}),
    "staff only": State(access={}),
    "withdrawn": State(topic=BY_AUTHOR),
    "removed": State(topic=BY_MODERATOR),
    "both": State(topic=BY_AUTHOR | BY_MODERATOR),
    "held": State(topic=HELD),
    "scheduled": State(topic=SCHEDULED),
    "reply gone": State(reply=BY_AUTHOR),
    "gone, locked": State(reply=BY_AUTHOR, locked=True),
    "gone, hidden": State(reply=BY_AUTHOR, topic=BY_AUTHOR),
    "reply removed": State(reply=BY_MODERATOR),
    "reply both": State(reply=BY_AUTHOR | BY_MODERATOR),
    "reply held": State(reply=HELD),
    "reply later": State(reply=SCHEDULED),
    "suspended": State(user=SUSPENDED),
    "deleted": State(user=DELETED),
}


@dataclass(frozen=True)
class Things:
    """What stands on the stage; the names are those of the path parameters."""

    topic_id: int
    post_id: int
    number: int
    slug: str
    username: str
    user_id: int
    word: str
    # A tag that exists, and a session that nobody has.
    name: str
    session_id: str = "00000000-0000-4000-8000-000000000000"


class Stage:
    """People who stay, and things that are made anew once something happened to them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World(app)
        self._people: dict[str, Person] = {}
        self._subjects: dict[str, Person] = {}
        self._things: dict[tuple[str, bool], Things] = {}
        self._categories: dict[tuple[str, bool], tuple[str, int]] = {}

    def person(self, persona: str) -> Person:
        """The member who plays a persona; `elsewhere` is a moderator like `moderator`, whose stage is another one."""
        if persona not in self._people:
            self._people[persona] = self.newcomer(persona)
        return self._people[persona]

    def newcomer(self, persona: str) -> Person:
        """Somebody of the persona's role for one scene only, whose session may end in it."""
        return self.world.member(ROLES.get(persona, "member"))

    def suspended(self) -> Person:
        """Somebody who was suspended while signed in."""
        person = self.newcomer("stranger")
        with self.app.app_context(), transaction() as s:
            s.execute(update(User).where(User.id == person.id).values(state=SUSPENDED))
        return person

    def things(self, state: str, *, moderated: bool) -> Things:
        """A topic, reply, category and member in this state, in a category that moderators moderate or do not."""
        key = (state, moderated)
        if key not in self._things:
            self._things[key] = self._made(state, moderated=moderated)
        return self._things[key]

    def strike(self, state: str, *, moderated: bool) -> None:
        """Something happened to these things: make others for who comes next."""
        self._things.pop((state, moderated), None)

    def _category(self, state: str, *, moderated: bool) -> tuple[str, int]:
        key = (state, moderated)
        if key not in self._categories:
            given = STATES[state]
            access = given.access | ({MODERATORS: Level.MODERATE} if moderated else {})
            slug = self.world.name("category")
            with self.app.app_context(), transaction() as s:
                category = create_category(s, ADMIN, slug=slug, name=slug, access=access, now=now())
                category.archived = given.archived
                self._categories[key] = (slug, category.id)
        return self._categories[key]

    def _subject(self, state: str) -> Person:
        """A member in this state; nothing that the matrix does to members changes it."""
        if state not in self._subjects:
            self._subjects[state] = self.world.member()
            with self.app.app_context(), transaction() as s:
                changed = update(User).where(User.id == self._subjects[state].id)
                s.execute(changed.values(state=STATES[state].user))
        return self._subjects[state]

    def _made(self, state: str, *, moderated: bool) -> Things:
        given = STATES[state]
        slug, category_id = self._category(state, moderated=moderated)
        author = self.person("author")
        subject, tag = self._subject(state), "permissions"
        word = self.world.name("word").replace("-", "")
        actor = Actor(user_id=author.id, role="member", levels={category_id: Level.MODERATE})
        with self.app.app_context(), transaction() as s:
            category = s.get_one(Category, category_id)
            topic = topics.open_topic(
                s, actor, category, title=f"About {word}", body=word, tags=[tag], now=now()
            )
            post = reply(
                s, actor, topic, writing.prepare(s, "A reply."), reply_to=None, archived=False, now=now()
            )
            topic.hidden, topic.locked = given.topic, given.locked
            s.flush()
            number = None if given.reply & NEVER_PUBLIC else post.number
            s.execute(update(Post).where(Post.id == post.id).values(hidden=given.reply, number=number))
            return Things(topic.id, post.id, 1, slug, subject.username, subject.id, word, tag)
