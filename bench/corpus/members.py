"""Members, categories and tags of a corpus: the few rows that everything else refers to."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.auth.passwords import HASHER
from api.auth.rules import email_key
from api.categories.models import ADMINS, EVERYONE, MEMBERS, MODERATORS
from api.permissions.actor import Level
from api.text import names
from bench.corpus import vocabulary
from bench.corpus.plan import FIRST_DAY, Plan

PASSWORD = "forty two printed pages"
Rows = Iterator[tuple[Any, ...]]
OPEN = {EVERYONE: Level.SEE, MEMBERS: Level.POST, MODERATORS: Level.MODERATE, ADMINS: Level.MODERATE}
CLOSED = {MEMBERS: Level.POST, MODERATORS: Level.MODERATE, ADMINS: Level.MODERATE}
STAFF = {MODERATORS: Level.MODERATE, ADMINS: Level.MODERATE}
BRANCHES, LEAVES = 6, 3


@dataclass(frozen=True)
class Place:
    """A category of the tree."""

    id: int
    slug: str
    name: str
    lang: str
    parent_id: int | None
    access: Mapping[int, int]


def places() -> list[Place]:
    """Six branches with three leaves each, one leaf with a twig of its own, one place for members and one for staff."""
    found: list[Place] = []

    def add(lang: str, parent_id: int | None, access: Mapping[int, int]) -> int:
        number = len(found) + 1
        word = (vocabulary.CHINESE if lang == "zh-Hans" else vocabulary.ENGLISH)[60 + number]
        found.append(Place(number, f"place-{number}", word, lang, parent_id, access))
        return number

    for branch in range(BRANCHES):
        lang = "zh-Hans" if branch % 2 else "en"
        parent = add(lang, None, OPEN)
        leaves = [add(lang, parent, OPEN) for _ in range(LEAVES)]
        if branch == 0:
            add(lang, leaves[0], OPEN)
    add("en", None, CLOSED)
    add("en", None, STAFF)
    return found


def topic_places() -> list[int]:
    """Where topics go, the favourite first; the closed places last."""
    found = places()
    public = [place.id for place in found if place.access is OPEN]
    random.Random("favourite places").shuffle(public)
    return public + [place.id for place in found if place.access is not OPEN]


def username(number: int) -> str:
    """The name of the member with this id."""
    words = vocabulary.chinese() if number % 2 == 0 else vocabulary.english()
    return f"{words.words[400 + number % 600]}{number}"


def tag_name(number: int) -> str:
    """The name of the tag with this id."""
    words = vocabulary.chinese() if number % 2 == 0 else vocabulary.english()
    return words.words[(number // 2) % len(words.words)]


def category_rows(plan: Plan) -> Rows:
    topics, replies = [0] * (len(places()) + 1), [0] * (len(places()) + 1)
    for topic in range(1, plan.topics + 1):
        if not plan.topic_hidden[topic]:
            topics[plan.category[topic]] += 1
            replies[plan.category[topic]] += plan.readable[topic]
    for p in places():
        yield (
            p.id,
            p.slug,
            p.name,
            "",
            p.lang,
            p.id % 8 + 1,
            p.parent_id,
            p.id,
            topics[p.id],
            replies[p.id],
            FIRST_DAY,
        )


def access_rows() -> Rows:
    for place in places():
        for group, level in place.access.items():
            yield place.id, group, int(level)


def tag_rows(plan: Plan) -> Rows:
    """Tags with the number of their topics that everybody sees."""
    public = {place.id for place in places() if place.access is OPEN}
    counts = [0] * (plan.size.tags + 1)
    for topic, tags in enumerate(plan.tags):
        if not plan.topic_hidden[topic] and plan.category[topic] in public:
            for tag in tags:
                counts[tag] += 1
    for number in range(1, plan.size.tags + 1):
        yield number, tag_name(number), counts[number], FIRST_DAY


def user_rows(plan: Plan) -> Rows:
    """Members with their counts. The first is an administrator, the second a moderator."""
    n = plan.size.users + 1
    topics, replies, answers = [0] * n, [0] * n, [0] * n
    for post in range(1, len(plan.topic)):
        topic, author = plan.topic[post], plan.author[post]
        if plan.number[post] == 0:
            topics[author] += not plan.topic_hidden[topic]
        elif not plan.hidden[post]:
            replies[author] += 1
            answers[author] += plan.number[post] == plan.answer[topic]
    for user in range(1, n):
        role = {1: "admin", 2: "moderator"}.get(user, "member")
        lang = "en" if user % 2 else "zh-Hans"
        yield user, username(user), role, lang, topics[user], replies[user], answers[user], FIRST_DAY


def name_rows(plan: Plan) -> Rows:
    for user in range(1, plan.size.users + 1):
        name = names.check(username(user))
        yield name.key, name.shown, 0, user


def secret_rows(plan: Plan) -> Rows:
    """Everybody has the same password: hashing it for each would take longer than all the rest."""
    hashed = HASHER.hash(PASSWORD)
    for user in range(1, plan.size.users + 1):
        email = f"member{user}@example.org"
        yield user, email, email_key(email), hashed, FIRST_DAY
