"""A forum in which something private lies behind every address, each private text with the same word in it."""

from dataclasses import dataclass
from typing import Any

from api.auth.actions import open_session
from api.auth.commands import create_user
from api.categories.models import MEMBERS, MODERATORS
from api.core.clock import now
from api.core.db import transaction
from api.permissions.actor import Level
from api.users.models import User
from tests.faults.forum import Forum
from tests.world import Person

PASSWORD = "three quiet rivers"
# In every text that visitors may not see, in one that they may, and in both kinds.
SECRET, OPEN, WORD = "quokka7secret", "capybara7open", "platypus7"
# Tags are no secret, wherever they are used.
INNER_TAG = "inner7"


@dataclass(frozen=True)
class Stage:
    """Who asks, and what the parameters of an address may be. The first value of each is what everybody may see."""

    viewers: dict[str, str]
    values: dict[str, list[str]]


def staged(forum: Forum) -> Stage:
    """Make it all."""
    world = forum.world
    people = {role: _member(forum, role) for role in ("member", "moderator", "admin")}
    member, moderator = people["member"], people["moderator"]
    public = world.category()
    hidden = world.category({MODERATORS: Level.MODERATE}, description=f"{SECRET} for moderators")
    inside = world.category(
        {MEMBERS: Level.POST, MODERATORS: Level.MODERATE}, description=f"{SECRET} for members"
    )
    client = world.client(member)
    client.patch("/users/me", {"about": f"{OPEN} about me", "locale": "zh-Hans"})
    first = _topic(forum, member, public, OPEN)
    topics = [first, _topic(forum, moderator, hidden, SECRET), _topic(forum, member, inside, SECRET)]
    deleted = _topic(forum, member, public, SECRET)
    client.delete(f"/topics/{deleted['id']}")
    replies = [
        world.reply(
            moderator if topic is topics[1] else member,
            topic,
            f"{WORD} {SECRET if topic is not first else OPEN}",
        )
        for topic in topics
    ]
    tombstone = world.reply(member, first, f"{WORD} {SECRET} that was deleted")
    client.delete(f"/posts/{tombstone['id']}")
    edited = world.reply(member, first, f"{WORD} {OPEN} as it was")
    world.client(moderator).put(f"/posts/{edited['id']}/vote", {"value": 1})
    world.client(people["admin"]).put(f"/posts/{edited['id']}/vote", {"value": -1})
    posts = [edited, *replies, tombstone]
    return Stage(
        viewers={role: person.token for role, person in people.items()},
        values={
            "topic_id": [str(topic["id"]) for topic in (*topics, deleted)],
            "post_id": [str(post["id"]) for post in posts],
            "number": ["0", "1", "2"],
            "slug": [public, hidden, inside],
            "name": [OPEN, INNER_TAG],
            "username": [member.username, moderator.username],
        },
    )


def _member(forum: Forum, role: str) -> Person:
    """Somebody whose address and device are nobody else's business."""
    name = forum.world.name(role)
    with forum.app.app_context():
        user_id = create_user(name, email=f"{name}-{SECRET}@example.org", password=PASSWORD, role=role)
        with transaction() as s:
            user = s.get_one(User, user_id)
            tokens = open_session(s, user, agent=f"browser {SECRET}", address="127.0.0.1", now=now())
    return Person(user_id, name, tokens.access_token, tokens.refresh_token)


def _topic(forum: Forum, author: Person, category: str, mark: str) -> dict[str, Any]:
    return forum.world.topic(
        author, category, title=f"{WORD} {mark}", body=f"{WORD} {mark} text " * 80, tags=[mark]
    )
