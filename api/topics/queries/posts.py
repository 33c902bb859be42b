"""Posts as an actor may see them: tombstones included, texts only of what is readable."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, page, parameters, position_values, seek
from api.core.db import AnyRow
from api.core.prepared import Prepared, among_parameter
from api.marks.models import Vote
from api.permissions.actor import ANONYMOUS, Actor
from api.topics.models import Post, PostRevision, PostText, Topic
from api.topics.rules import ANYBODY, eyes_of, sees_post
from api.users.models import User
from api.users.queries import brief_columns
from api.users.rules import sees_user

COLUMNS = (
    Post.id,
    Post.topic_id,
    Post.number,
    Post.author_id,
    Post.reply_to_id,
    Post.reply_to_number,
    Post.hidden,
    Post.score,
    Post.lang,
    Post.revision,
    Post.version,
    Post.created_at,
    Post.edited_at,
)
# Above this many replies the outline answers bins instead of single replies.
OUTLINE_MAX = 500
# So many statements are kept compiled: an order, which way, how far.
KEPT_SHAPES = 64


def complete(page: Select[*tuple[Any, ...]], *, order: Sequence[str] = (), down: bool = False) -> Prepared:
    """The prepared statement of some posts with what stands beside their rows, each found by its key.

    That is their text (of those behind tombstones only where `removed` says so; whether it is shown is the rules'
    business), their writer and the vote of `user_id`.
    """
    rows = page.subquery("page")
    readable = or_(rows.c.hidden == 0, bindparam("removed", type_=Boolean))
    return Prepared(
        lambda: (
            select(
                rows,
                PostText.body_html,
                PostText.body,
                *brief_columns(User, "author"),
                Vote.value.label("vote"),
            )
            .select_from(rows)
            .outerjoin(PostText, and_(PostText.post_id == rows.c.id, readable))
            .outerjoin(User, and_(User.id == rows.c.author_id, sees_user(ANONYMOUS)))
            .outerjoin(Vote, and_(Vote.post_id == rows.c.id, Vote.user_id == ANYBODY.user_id))
            .order_by(*(rows.c[k].desc() if down else rows.c[k].asc() for k in order))
        )
    )


def get_post(s: Session, actor: Actor, post_id: int) -> tuple[Post, Topic] | None:
    """A post by its id with its topic."""
    statement = select(Post, Topic).join(Topic, Topic.id == Post.topic_id)
    found = s.execute(statement.where(Post.id == post_id, sees_post(actor))).first()
    return (found[0], found[1]) if found else None


_BY_NUMBER = complete(
    select(*COLUMNS)
    .join(Topic, Topic.id == Post.topic_id)
    .where(
        Post.topic_id == bindparam("topic_id", type_=BigInteger),
        Post.number == bindparam("number", type_=Integer),
        sees_post(ANYBODY),
    )
)
_NAMED = complete(
    select(*COLUMNS)
    .join(Topic, Topic.id == Post.topic_id)
    .where(among_parameter(Post.id, "ids"), sees_post(ANYBODY))
)
_OPENING = complete(select(*COLUMNS).where(among_parameter(Post.topic_id, "topic_ids"), Post.number == 0))


def get_post_by_number(s: Session, actor: Actor, topic_id: int, number: int, *, removed: bool = False) -> Any:
    """A complete post by its place in its topic, or None."""
    place = {"topic_id": topic_id, "number": number, "removed": removed}
    return _BY_NUMBER.first(s, place | eyes_of(actor))


def get_post_row(s: Session, actor: Actor, post_id: int, *, removed: bool = False) -> Any:
    """A complete post by its id, or None."""
    return _NAMED.first(s, {"ids": [post_id], "removed": removed, **eyes_of(actor)})


def get_posts(s: Session, actor: Actor, ids: Sequence[int]) -> list[Any]:
    """Those of the named posts that the actor may see, complete, in the order named."""
    found = _NAMED.all(s, {"ids": list(ids), "removed": False, **eyes_of(actor)})
    by_id = {row.id: row for row in found}
    return [by_id[i] for i in dict.fromkeys(ids) if i in by_id]


def list_replies(
    s: Session, actor: Actor, topic_id: int, window: Window, sort: str, *, removed: bool = False
) -> Page[Any]:
    """One page of the complete replies of a topic that the actor sees, tombstones in their places."""
    shape = replace(window, binding="", position=() if window.position is not None else None)
    asked = {"topic_id": topic_id, "user_id": actor.user_id, "removed": removed}
    rows = _replies(sort, shape).all(s, asked | position_values(window))
    keys = _reply_keys(sort)
    return page(rows, window, lambda row: [getattr(row, k) for k in keys])


def _reply_keys(sort: str) -> tuple[str, ...]:
    return ("score", "number") if sort == "top" else ("number",)


@lru_cache(maxsize=KEPT_SHAPES)
def _replies(sort: str, shape: Window) -> Prepared:
    """The statement of a page of replies; `shape` is a window whose position, if it has one, is empty."""
    keys, descending = _reply_keys(sort), sort != "oldest"
    order = [getattr(Post, k) for k in keys]
    statement = select(*COLUMNS).where(
        Post.topic_id == bindparam("topic_id", type_=BigInteger), Post.number > 0
    )
    walk = seek(statement, parameters(shape, order), order, descending=descending)
    return complete(walk, order=keys, down=descending != shape.backwards)


def get_opening_posts(s: Session, actor: Actor, topic_ids: Sequence[int]) -> list[Any]:
    """The complete opening posts of topics whose visibility was already decided."""
    asked = {"topic_ids": list(topic_ids), "user_id": actor.user_id, "removed": False}
    return _OPENING.all(s, asked)


def list_outline(s: Session, topic: Topic) -> tuple[int, Sequence[AnyRow]]:
    """(replies per bin, rows of number, score, at): one row a readable reply, or a bin of several in long topics."""
    size = max(1, -(-topic.last_number // OUTLINE_MAX))
    visible = (Post.topic_id == topic.id, Post.number > 0, Post.hidden == 0)
    if size == 1:
        rows = s.execute(
            select(Post.number, Post.score, Post.created_at).where(*visible).order_by(Post.number)
        )
        return 1, rows.all()
    bin_ = (Post.number - 1) / size
    binned = select(
        func.min(Post.number).label("number"),
        func.max(Post.score).label("score"),
        func.min(Post.created_at).label("created_at"),
    )
    return size, s.execute(
        binned.where(*visible).group_by(func.floor(bin_)).order_by(func.min(Post.number))
    ).all()


def list_revisions(s: Session, post_id: int, window: Window) -> Page[AnyRow]:
    """A readable post's revisions, newest first."""
    columns = (
        PostRevision.revision,
        PostRevision.editor_id,
        PostRevision.at,
        PostRevision.body,
        PostRevision.meta,
    )
    statement = select(*columns).where(PostRevision.post_id == post_id, PostRevision.hidden == 0)
    rows = s.execute(seek(statement, window, [PostRevision.revision], descending=True)).all()
    return page(rows, window, lambda row: [row.revision])


def get_last_activity(s: Session, topic_id: int) -> tuple[dt.datetime, int | None]:
    """When and by whom the last readable post of a topic was written."""
    statement = select(Post.created_at, Post.author_id).where(
        Post.topic_id == topic_id, Post.hidden == 0, Post.number.is_not(None)
    )
    row = s.execute(statement.order_by(Post.number.desc()).limit(1)).first()
    if row is None:
        opening = select(Post.created_at, Post.author_id).where(Post.topic_id == topic_id, Post.number == 0)
        row = s.execute(opening).one()
    return row.created_at, row.author_id


def get_body(s: Session, post_id: int) -> str:
    """The stored source of a post whose visibility was already decided."""
    return s.scalars(select(PostText.body).where(PostText.post_id == post_id)).one()


def get_opening_post(s: Session, topic_id: int) -> tuple[Post, str]:
    """The opening post of a topic that is locked for a change, and its source."""
    statement = select(Post, PostText.body).join(PostText, PostText.post_id == Post.id)
    row = s.execute(statement.where(Post.topic_id == topic_id, Post.number == 0)).one()
    return row[0], row[1]


def get_reply_for_change(s: Session, topic_id: int, number: int) -> Post | None:
    """A post by its number, its row locked after its topic's."""
    statement = select(Post).where(Post.topic_id == topic_id, Post.number == number)
    return s.scalar(statement.with_for_update(key_share=True).execution_options(populate_existing=True))


def get_post_for_change(
    s: Session, actor: Actor, post_id: int, *, topic_too: bool
) -> tuple[Post, Topic] | None:
    """A post and its topic with the post's row locked, after the topic's where that changes, too."""
    found = get_post(s, actor, post_id)
    if found is None:
        return None
    lock = {"key_share": True}
    if topic_too or found[0].number == 0:
        s.refresh(found[1], with_for_update=lock)
    s.refresh(found[0], with_for_update=lock)
    return found
