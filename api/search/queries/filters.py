"""What a search is narrowed to: the operators inside its text and the parameters beside it, as ids and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.categories.queries import list_subtree
from api.categories.rules import among
from api.permissions.actor import Actor
from api.tags.queries import get_tags
from api.text.clean import compatibility_fold
from api.text.lexemes import Query
from api.text.names import key
from api.topics.models import Topic, TopicTag
from api.users.models import HELD, Username


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The parameters of a request; each narrows what the operators inside `text` leave."""

    text: Query
    categories: Sequence[str] = ()
    tags: Sequence[str] = ()
    author: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    answered: bool | None = None


@dataclass(frozen=True)
class Filters:
    """None means not narrowed; an empty list means that nothing can match. A topic must have every tag."""

    category_ids: list[int] | None = None
    author_ids: list[int] | None = None
    tag_ids: tuple[int, ...] | None = ()
    times: tuple[tuple[str, datetime], ...] = ()
    answers: tuple[bool, ...] = ()

    def conditions(self, author: Any, created_at: Any) -> list[ColumnElement[bool]]:
        """For a statement that joins topics; `author` and `created_at` are the columns of what is looked for."""
        found: list[ColumnElement[bool]] = []
        if self.category_ids is not None:
            found.append(among(Topic.category_id, self.category_ids))
        if self.author_ids is not None:
            found.append(among(author, self.author_ids))
        if self.tag_ids is None:
            found.append(among(Topic.id, []))
        found += [
            Topic.id.in_(select(TopicTag.topic_id).where(TopicTag.tag_id == tag_id))
            for tag_id in self.tag_ids or ()
        ]
        found += [created_at.bool_op(sign)(at) for sign, at in self.times]
        found += [
            Topic.answer_number.is_not(None) if yes else Topic.answer_number.is_(None) for yes in self.answers
        ]
        return found


def resolve(s: Session, actor: Actor, asked: Asked) -> Filters:
    """Names to ids: at most one statement each for categories (two when both ways are used), members and tags."""
    return Filters(
        category_ids=_both(
            [list_subtree(s, actor, slugs) for slugs in _given(asked.categories, asked.text.categories)]
        ),
        author_ids=_both([_authors(s, names) for names in _given([asked.author], asked.text.authors)]),
        tag_ids=_tags(s, [*asked.tags, *asked.text.tags]),
        times=tuple(_times(asked)),
        answers=tuple({yes for yes in (asked.answered, asked.text.answered) if yes is not None}),
    )


def _given(*ways: Sequence[str | None]) -> list[list[str]]:
    cleaned = ([name for name in names if name] for names in ways)
    return [names for names in cleaned if names]


def _both(found: list[list[int]]) -> list[int] | None:
    return sorted(set.intersection(*map(set, found))) if found else None


def _authors(s: Session, names: Sequence[str]) -> list[int]:
    """Members by present and former names."""
    keys = [key(name.removeprefix("@")) for name in names]
    statement = select(Username.user_id).where(Username.key.in_(keys), Username.kind != HELD)
    return [user_id for user_id in s.scalars(statement) if user_id is not None]


def _tags(s: Session, names: Sequence[str]) -> tuple[int, ...] | None:
    wanted = {compatibility_fold(name).removeprefix("#") for name in names}
    if not wanted:
        return ()
    found = get_tags(s, sorted(wanted))
    return tuple(sorted(tag.id for tag in found.values())) if len(found) == len(wanted) else None


def _times(asked: Asked) -> list[tuple[str, datetime]]:
    limits = (
        (">", asked.created_after),
        ("<", asked.created_before),
        (">=", _midnight(asked.text.after)),
        ("<", _midnight(asked.text.before)),
    )
    return [(sign, at) for sign, at in limits if at is not None]


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
