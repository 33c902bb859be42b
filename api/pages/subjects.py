"""What each page address is about, as somebody without an account sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from sqlalchemy.orm import Session

from api.categories import queries as categories
from api.core.api.schema import MAX_ID
from api.pages.languages import WORDS
from api.permissions.actor import ANONYMOUS, Actor
from api.tags import queries as tags
from api.text.tags import TagRefused, check_tag
from api.topics.queries import topics
from api.users import queries as users

# Numbers on one page of a topic; the client counts the same way.
PAGE_SIZE = 30
MAX_PAGE_DIGITS = 9
MAX_QUERY_SHOWN = 80
MAX_DESCRIPTION = 200


@dataclass(frozen=True)
class Subject:
    """A page: its title, and the one path (decoded, below the root) and query under which it is known."""

    title: str
    path: str
    query: str = ""
    description: str = ""
    indexed: bool = True

    @property
    def address(self) -> str:
        """The canonical path and query, percent-encoded."""
        return quote(self.path, safe="/") + self.query


@dataclass
class Visit:
    """Who looks and how: always a reader without an account, in one language, with the query of the address."""

    s: Session
    lang: str
    args: Mapping[str, str]

    @cached_property
    def actor(self) -> Actor:
        """The anonymous actor with the categories that exist for it; read only where a page asks for it."""
        return categories.with_levels(self.s, ANONYMOUS)

    def say(self, word: str, **values: object) -> str:
        """A sentence of the server's own in the reader's language."""
        return WORDS[self.lang][word].format(**values)


def topic(reader: Visit, topic_id: int, slug: str = "") -> Subject | None:
    """A topic's page. Only the id counts: another slug is answered with the right one."""
    if not 1 <= topic_id <= MAX_ID:
        return None
    found = topics.get_topic(reader.s, reader.actor, topic_id)
    if found is None:
        return None
    number = _page_number(reader.args.get("page"), found.last_number)
    if number is None:
        return None
    title = found.title if number == 1 else f"{found.title} · {reader.say('page', number=number)}"
    query = "" if number == 1 else f"?page={number}"
    return Subject(title, f"/t/{found.id}/{found.slug}", query, found.excerpt[:MAX_DESCRIPTION])


def _page_number(asked: str | None, last_number: int) -> int | None:
    """The page asked for; None for one that the topic does not have."""
    if asked is None:
        return 1
    if not (asked.isascii() and asked.isdigit() and len(asked) <= MAX_PAGE_DIGITS):
        return None
    pages = max(1, -(-last_number // PAGE_SIZE))
    return int(asked) if 1 <= int(asked) <= pages else None


def category(reader: Visit, slug: str) -> Subject | None:
    """A category's page, also by a slug it had before."""
    found = categories.get_category(reader.s, reader.actor, slug)
    found = found or categories.get_renamed_category(reader.s, reader.actor, slug)
    if found is None:
        return None
    return Subject(found.name, f"/c/{found.slug}", description=found.description[:MAX_DESCRIPTION])


def tag(reader: Visit, name: str) -> Subject | None:
    """A tag's page, however the tag is spelt."""
    try:
        found = tags.get_tag(reader.s, check_tag(name))
    except TagRefused:
        return None
    return Subject(reader.say("tag", name=found.name), f"/tag/{found.name}") if found else None


def member(reader: Visit, name: str) -> Subject | None:
    """A member's page, also by a name borne before."""
    found = users.get_user(reader.s, reader.actor, name)
    found = found or users.get_renamed_user(reader.s, reader.actor, name)
    if found is None:
        return None
    shown = f"{found.display_name} (@{found.username})" if found.display_name else f"@{found.username}"
    return Subject(shown, f"/u/{found.username}")


def search(reader: Visit) -> Subject:
    """The search page; results are no page of their own for a search engine."""
    asked = " ".join(reader.args.get("q", "").split())[:MAX_QUERY_SHOWN]
    title = reader.say("search_for", query=asked) if asked else reader.say("search")
    return Subject(title, "/search", indexed=False)
