"""Lists of topics: keyset in every order, each order on an index of its own."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, column, func, not_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import BigInteger

from api.categories.models import Category
from api.categories.queries import brief_columns as category_columns
from api.categories.queries import list_subtree
from api.core.cursors import Page, Window, page, parameters, position_values, seek
from api.core.prepared import Prepared, among_parameter
from api.permissions.actor import Actor, Level
from api.tags.queries import get_tag_ids
from api.topics.models import BY_AUTHOR, Topic, TopicTag, TopicView
from api.topics.rules import ANYBODY, eyes_of, lists_topic, sees_topic
from api.users.models import DELETED, User, Username
from api.users.queries import brief_columns

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
)
AUTHOR, LAST_AUTHOR = aliased(User), aliased(User)
# What stands in an answer but not in a topic's row.
BESIDE = (
    func.coalesce(TopicView.n, 0).label("view_count"),
    *category_columns(),
    *brief_columns(AUTHOR, "author"),
    *brief_columns(LAST_AUTHOR, "last_author"),
)
ORDERS: Mapping[str, str] = {
    "active": "last_activity_at",
    "new": "created_at",
    "unanswered": "created_at",
    "hot": "hot",
    "top": "score",
}
# The orders whose keys topic_tags repeats.
TAG_ORDERS = ("active", "new")
# So many statements are kept compiled: an order, where it is walked, which way, how far.
KEPT_SHAPES = 128
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

    @property
    def is_plain(self) -> bool:
        """Whether the list is an order and a place alone; such a one is prepared."""
        narrowed = (
            self.author,
            self.answered,
            self.pinned,
            self.state,
            self.created_after,
            self.created_before,
        )
        return all(value is None for value in narrowed) and (self.sort != "top" or self.period == "all")


Where = Literal["all", "branches", "tag"]
"""Whose keys a list walks: of all topics, of each of some categories, of a tag."""


def list_topics(s: Session, actor: Actor, window: Window, filters: Filters, now: dt.datetime) -> Page[Any]:
    """One page of topics in the order of `filters.sort`."""
    keys = (ORDERS[filters.sort], "id")
    if filters.state == "deleted" and not actor.is_member:
        return page((), window, list)
    where, values, others = _where(s, actor, filters)
    rows: Sequence[Any] = []
    if where is not None and filters.is_plain and not others:
        shape = replace(window, binding="", position=() if window.position is not None else None)
        values |= {**eyes_of(actor), **position_values(window)}
        rows = _prepared(where, filters.sort, shape).all(s, values)
    elif where is not None:
        # Filters are as selective as they are: these are planned for their values.
        conditions = [*_conditions(actor, filters, now), *(_has_tag(tag_id) for tag_id in others)]
        rows = s.execute(_walk(where, and_(*conditions), window, filters.sort), values).all()
    return page(rows, window, lambda row: [getattr(row, k) for k in keys])


def _where(s: Session, actor: Actor, filters: Filters) -> tuple[Where | None, dict[str, Any], Sequence[int]]:
    """(whose keys are walked, ids that say where, tags that are asked of each topic); None: nothing can be found."""
    tags = get_tag_ids(s, filters.tags) if filters.tags else []
    if tags is None:
        return None, {}, ()
    if filters.categories:
        branches = list_subtree(s, actor, filters.categories)
        return ("branches" if branches else None), {"branches": branches}, tags
    if tags and filters.sort in TAG_ORDERS:
        # The rarest comes first: its keys are the fewest to walk.
        return "tag", {"tag": tags[0]}, tags[1:]
    return "all", {}, tags


@lru_cache(maxsize=KEPT_SHAPES)
def _prepared(where: Where, sort: str, shape: Window) -> Prepared:
    """The statement of a plain list; `shape` is a window whose position, if it has one, is empty."""

    def make() -> Select[*tuple[Any, ...]]:
        # Branches are visible already, and to name all visible categories in each would hide from the planner how
        # cheap their own index is: there the rows found are asked for, not those walked.
        listed = Topic.hidden == 0 if where == "branches" else lists_topic(ANYBODY)
        conditions = and_(listed, *_of_sort(sort))
        return _walk(where, conditions, shape, sort, asked=True)

    return Prepared(make)


_NAMED = Prepared(
    lambda: _complete(select(*COLUMNS).where(among_parameter(Topic.id, "ids"), sees_topic(ANYBODY)), order=())
)


def get_topics(s: Session, actor: Actor, ids: Sequence[int]) -> list[Any]:
    """Those of the named topics that the actor may see, in the order named."""
    by_id = {row.id: row for row in _NAMED.all(s, {"ids": list(ids), **eyes_of(actor)})}
    return [by_id[i] for i in dict.fromkeys(ids) if i in by_id]


def _of_sort(sort: str) -> list[ColumnElement[bool]]:
    return [Topic.answer_number.is_(None), Topic.reply_count == 0] if sort == "unanswered" else []


def _conditions(actor: Actor, f: Filters, now: dt.datetime) -> list[ColumnElement[bool]]:
    found = [_in_state(actor, f.state), *_of_sort(f.sort)]
    if f.sort == "top" and f.period != "all":
        found.append(Topic.created_at > now - dt.timedelta(days=PERIODS[f.period]))
    if f.author is not None:
        owner = select(Username.user_id).where(Username.key == f.author, Username.kind != 2).scalar_subquery()
        found.append(Topic.author_id == owner)
    if f.answered is not None:
        found.append(Topic.answer_number.is_not(None) if f.answered else Topic.answer_number.is_(None))
    if f.pinned is not None:
        found.append(and_(Topic.pinned if f.pinned == "only" else not_(Topic.pinned)))
    if f.created_after is not None:
        found.append(Topic.created_at > f.created_after)
    if f.created_before is not None:
        found.append(Topic.created_at < f.created_before)
    return found


def _in_state(actor: Actor, state: str | None) -> ColumnElement[bool]:
    if state != "deleted":
        return lists_topic(actor)
    if any(level >= Level.MODERATE for level in actor.levels.values()):
        return and_(Topic.hidden != 0, sees_topic(actor))
    # All others see what they withdrew, and walk that alone instead of all that anybody hid.
    return and_(Topic.hidden == BY_AUTHOR, Topic.author_id == actor.user_id, sees_topic(actor))


def _has_tag(tag_id: int) -> ColumnElement[bool]:
    carries = aliased(TopicTag)
    return select(carries.topic_id).where(carries.topic_id == Topic.id, carries.tag_id == tag_id).exists()


def _walk(
    where: Where, conditions: ColumnElement[bool], window: Window, sort: str, *, asked: bool = False
) -> Select[*tuple[Any, ...]]:
    """The statement of one page. `asked`: its position is made of parameters."""
    key = ORDERS[sort]
    order = [getattr(Topic, key), Topic.id]
    if where == "tag":
        order = [getattr(TopicTag, key), TopicTag.topic_id]
    window = parameters(window, order) if asked else window
    down = not window.backwards
    if where == "branches":
        seen = lists_topic(ANYBODY) if asked else true()
        walk = _by_branch(conditions, seen, window, order, (key, "id"))
        return _complete(walk, order=(key, "id"), down=down)
    statement = select(*COLUMNS).where(conditions)
    if where == "tag":
        statement = statement.join(TopicTag, TopicTag.topic_id == Topic.id)
        statement = statement.where(TopicTag.tag_id == bindparam("tag", type_=BigInteger))
    return _complete(seek(statement, window, order, descending=True), order=(key, "id"), down=down)


def _by_branch(
    conditions: ColumnElement[bool],
    seen: ColumnElement[bool],
    window: Window,
    order: Sequence[Any],
    keys: tuple[str, str],
) -> Select[*tuple[Any, ...]]:
    """One walk of the category's own index per branch, already in order; merged and cut.

    The walks fetch keys alone, which that index has and the index of all topics has not: else the planner, who knows
    no category's size, may take the order of all topics, and walk past all of a large category to a small one's few.
    """
    ids = func.unnest(bindparam("branches", type_=ARRAY(BigInteger)))
    branch = ids.table_valued(column("id", BigInteger), name="branch").render_derived()
    inner = select(Topic.id, getattr(Topic, keys[0])).where(Topic.category_id == branch.c.id, conditions)
    walk = seek(inner, window, order, descending=True).lateral("walk")
    down = not window.backwards
    merged = [walk.c[k].desc() if down else walk.c[k].asc() for k in keys]
    found = select(walk.c.id).select_from(branch.join(walk, true())).order_by(*merged)
    cut = found.limit(window.limit + 1).subquery("found")
    return select(*COLUMNS).join(cut, cut.c.id == Topic.id).where(seen)


def _complete(
    page: Select[*tuple[Any, ...]], *, order: Sequence[str], down: bool = True
) -> Select[*tuple[Any, ...]]:
    """The rows of a page, already cut, with what stands beside them: each found by its key."""
    rows = page.subquery("page")
    return (
        select(rows, *BESIDE)
        .select_from(rows)
        .outerjoin(TopicView, TopicView.topic_id == rows.c.id)
        .join(Category, Category.id == rows.c.category_id)
        .outerjoin(AUTHOR, and_(AUTHOR.id == rows.c.author_id, AUTHOR.state != DELETED))
        .outerjoin(LAST_AUTHOR, and_(LAST_AUTHOR.id == rows.c.last_author_id, LAST_AUTHOR.state != DELETED))
        .order_by(*(rows.c[k].desc() if down else rows.c[k].asc() for k in order))
    )
