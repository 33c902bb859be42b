"""Posts as an actor may see them: tombstones included, texts only of what is readable."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.categories.rules import among
from api.core.cursors import Page, Window, page, seek
from api.core.db import AnyRow
from api.marks.queries import get_votes
from api.permissions.actor import Actor
from api.topics.models import Post, PostRevision, PostText, Topic
from api.topics.rules import sees_post
from api.users.queries import get_briefs

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


@dataclass(frozen=True)
class PostPage:
    """Posts with their texts, their writers and the actor's votes."""

    rows: Sequence[AnyRow]
    texts: Mapping[int, AnyRow]
    users: Mapping[int, Mapping[str, Any]]
    votes: Mapping[int, int]


def get_post(s: Session, actor: Actor, post_id: int) -> tuple[Post, Topic] | None:
    """A post by its id with its topic."""
    statement = select(Post, Topic).join(Topic, Topic.id == Post.topic_id)
    found = s.execute(statement.where(Post.id == post_id, sees_post(actor))).first()
    return (found[0], found[1]) if found else None


def get_post_by_number(s: Session, actor: Actor, topic_id: int, number: int) -> AnyRow | None:
    """A post by its place in its topic."""
    statement = select(*COLUMNS).join(Topic, Topic.id == Post.topic_id)
    return s.execute(
        statement.where(Post.topic_id == topic_id, Post.number == number, sees_post(actor))
    ).first()


def get_post_row(s: Session, actor: Actor, post_id: int) -> AnyRow | None:
    """A post's columns by its id."""
    statement = select(*COLUMNS).join(Topic, Topic.id == Post.topic_id)
    return s.execute(statement.where(Post.id == post_id, sees_post(actor))).first()


def get_posts(s: Session, actor: Actor, ids: Sequence[int]) -> list[AnyRow]:
    """Those of the named posts that the actor may see, in the order named."""
    statement = select(*COLUMNS).join(Topic, Topic.id == Post.topic_id)
    rows = s.execute(statement.where(among(Post.id, ids), sees_post(actor))).all()
    by_id = {row.id: row for row in rows}
    return [by_id[i] for i in dict.fromkeys(ids) if i in by_id]


def list_replies(s: Session, topic_id: int, window: Window, sort: str) -> Page[AnyRow]:
    """One page of the replies of a topic that the actor sees, tombstones in their places."""
    statement = select(*COLUMNS).where(Post.topic_id == topic_id, Post.number > 0)
    if sort == "top":
        keys: tuple[str, ...] = ("score", "number")
        statement = seek(statement, window, [Post.score, Post.number], descending=True)
    else:
        keys = ("number",)
        statement = seek(statement, window, [Post.number], descending=sort == "new")
    rows = s.execute(statement).all()
    return page(rows, window, lambda row: [getattr(row, k) for k in keys])


def fill_page(
    s: Session,
    actor: Actor,
    rows: Sequence[AnyRow],
    *,
    removed: bool = False,
    users: Mapping[int, Mapping[str, Any]] | None = None,
) -> PostPage:
    """Texts, writers and votes for some posts: three statements at most, however many posts.

    Texts behind tombstones are fetched only with `removed`; whether they are shown is the rules' business. `users`
    are the writers, where they are known already.
    """
    ids = [row.id for row in rows if row.hidden == 0 or removed]
    columns = (PostText.post_id, PostText.body_html, PostText.body)
    texts = s.execute(select(*columns).where(among(PostText.post_id, ids))).all()
    if users is None:
        users = get_briefs(s, {row.author_id for row in rows if row.author_id is not None})
    return PostPage(
        rows=rows,
        texts={row.post_id: row for row in texts},
        users=users,
        votes=get_votes(s, actor.user_id, ids),
    )


def get_opening_posts(s: Session, topic_ids: Sequence[int]) -> list[AnyRow]:
    """The opening posts of topics whose visibility was already decided."""
    statement = select(*COLUMNS).where(among(Post.topic_id, topic_ids), Post.number == 0)
    return list(s.execute(statement).all())


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
