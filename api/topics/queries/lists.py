"""Lists of topics: keyset in every order, each order on an index of its own."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import BigInteger

from api.categories.queries import list_subtree
from api.categories.rules import among
from api.core.cursors import Page, Window, page, seek
from api.core.db import AnyRow
from api.permissions.actor import Actor
from api.tags.models import Tag
from api.topics.models import Topic, TopicTag, TopicView
from api.topics.rules import lists_topic, sees_topic
from api.users.models import Username

# Asked for the rows of a page only, each by its key.
VIEWS = select(TopicView.n).where(TopicView.topic_id == Topic.id).correlate(Topic).scalar_subquery()
COLUMNS = (
    Topic.id,
    Topic.category_id,
    Topic.author_id,
    Topic.title,
    Topic.slug,
    Topic.lang,
    Topic.excerpt,
    Topic.tags,
    Topic.hidden,
    Topic.locked,
    Topic.pinned,
    Topic.answer_number,
    Topic.last_number,
    Topic.reply_count,
    Topic.score,
    Topic.hot,
    Topic.last_activity_at,
    Topic.last_author_id,
    Topic.created_at,
    Topic.edited_at,
    Topic.version,
    func.coalesce(VIEWS, 0).label("view_count"),
)
ORDERS: Mapping[str, str] = {
    "active": "last_activity_at",
    "new": "created_at",
    "unanswered": "created_at",
    "hot": "hot",
    "top": "score",
}
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; names are those of the query parameters."""

    sort: str = "active"
    period: str = "all"
    categories: Sequence[str] = ()
    tags: Sequence[str] = ()
    author: str | None = None
    answered: bool | None = None
    pinned: str | None = None
    state: str | None = None
    created_after: dt.datetime | None = None
    created_before: dt.datetime | None = None


def list_topics(s: Session, actor: Actor, window: Window, filters: Filters, now: dt.datetime) -> Page[AnyRow]:
    """One page of topics in the order of `filters.sort`."""
    where = _conditions(actor, filters, now)
    keys = (ORDERS[filters.sort], "id")
    if filters.categories:
        branches = list_subtree(s, actor, filters.categories)
        statement = _by_branch(branches, where, window, keys)
    elif len(filters.tags) == 1 and filters.sort in ("active", "new"):
        statement = _by_tag(filters.tags[0], where, window, keys)
    else:
        order = [getattr(Topic, k) for k in keys]
        statement = seek(select(*COLUMNS).where(where), window, order, descending=True)
    rows = s.execute(statement).all()
    return page(rows, window, lambda row: [getattr(row, k) for k in keys])


def get_topics(s: Session, actor: Actor, ids: Sequence[int]) -> list[AnyRow]:
    """Those of the named topics that the actor may see, in the order named."""
    rows = s.execute(select(*COLUMNS).where(among(Topic.id, ids), sees_topic(actor))).all()
    by_id = {row.id: row for row in rows}
    return [by_id[i] for i in dict.fromkeys(ids) if i in by_id]


def _conditions(actor: Actor, f: Filters, now: dt.datetime) -> ColumnElement[bool]:
    found = [_in_state(actor, f.state)]
    if f.sort == "unanswered":
        found.append(and_(Topic.answer_number.is_(None), Topic.reply_count == 0))
    if f.sort == "top" and f.period != "all":
        found.append(Topic.created_at > now - dt.timedelta(days=PERIODS[f.period]))
    if f.author is not None:
        owner = select(Username.user_id).where(Username.key == f.author, Username.kind != 2).scalar_subquery()
        found.append(Topic.author_id == owner)
    if f.answered is not None:
        found.append(Topic.answer_number.is_not(None) if f.answered else Topic.answer_number.is_(None))
    if f.pinned is not None:
        found.append(Topic.pinned.is_(f.pinned == "only"))
    if f.created_after is not None:
        found.append(Topic.created_at > f.created_after)
    if f.created_before is not None:
        found.append(Topic.created_at < f.created_before)
    found.extend(_has_tag(name) for name in f.tags)
    return and_(*found)


def _in_state(actor: Actor, state: str | None) -> ColumnElement[bool]:
    if state == "deleted":
        return and_(Topic.hidden != 0, sees_topic(actor))
    return lists_topic(actor)


def _has_tag(name: str) -> ColumnElement[bool]:
    tag = select(Tag.id).where(Tag.name == name).scalar_subquery()
    carries = aliased(TopicTag)
    return select(carries.topic_id).where(carries.topic_id == Topic.id, carries.tag_id == tag).exists()


def _by_branch(
    branches: list[int], where: ColumnElement[bool], window: Window, keys: tuple[str, str]
) -> Select[*tuple[Any, ...]]:
    """One walk of the category's own index per branch, already in order; merged and cut."""
    ids = func.unnest(literal(branches, ARRAY(BigInteger)))
    branch = ids.table_valued(column("id", BigInteger), name="branch").render_derived()
    order = [getattr(Topic, k) for k in keys]
    inner = select(*COLUMNS).where(Topic.category_id == branch.c.id, where)
    walk = seek(inner, window, order, descending=True).lateral("walk")
    down = not window.backwards
    merged = [walk.c[k].desc() if down else walk.c[k].asc() for k in keys]
    return select(walk).select_from(branch.join(walk, true())).order_by(*merged).limit(window.limit + 1)


def _by_tag(
    name: str, where: ColumnElement[bool], window: Window, keys: tuple[str, str]
) -> Select[*tuple[Any, ...]]:
    """Walk the tag's own index, which repeats the list's keys."""
    order = [getattr(TopicTag, keys[0]), TopicTag.topic_id]
    tag = select(Tag.id).where(Tag.name == name).scalar_subquery()
    statement = (
        select(*COLUMNS).join(TopicTag, TopicTag.topic_id == Topic.id).where(TopicTag.tag_id == tag, where)
    )
    return seek(statement, window, order, descending=True)
