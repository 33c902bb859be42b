"""What members do to single posts: reply, edit, delete, restore, vote."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from api.core import counters
from api.core.etags import NO_PRECONDITION, Precondition
from api.core.problems import Problem, invalid, require
from api.marks.actions import set_vote
from api.permissions.actor import Actor
from api.topics import rules
from api.topics.actions import writing
from api.topics.actions.log import note, tell
from api.topics.actions.states import clear_answer
from api.topics.actions.topics import edit_topic
from api.topics.models import BY_AUTHOR, BY_MODERATOR, Post, Topic, TopicTag
from api.topics.queries.posts import get_body, get_last_activity, get_reply_for_change
from api.users.actions import add_counts


def reply(
    s: Session,
    actor: Actor,
    topic: Topic,
    written: writing.Writing,
    *,
    reply_to: int | None,
    archived: bool,
    now: datetime,
) -> Post:
    """A new reply with the next number. The topic's row must be locked: numbers are dense because writers queue."""
    require(rules.may_reply(actor, topic, archived=archived))
    parent = get_reply_for_change(s, topic.id, reply_to) if reply_to is not None else None
    if reply_to is not None and parent is None:
        raise invalid("/reply_to", "no_such_reply", "There is no such reply in this topic.")
    topic.last_number += 1
    post = Post(
        topic_id=topic.id,
        number=topic.last_number,
        author_id=actor.user_id,
        reply_to_id=parent.id if parent else None,
        reply_to_number=reply_to,
        lang=written.lang,
        created_at=now,
    )
    s.add(post)
    topic.reply_count += 1
    _set_activity(s, topic, now, actor.user_id)
    s.flush()
    writing.store_text(s, post, written)
    writing.store_revision(s, post, written.body, actor.user_id, now, None)
    _count(s, topic, post, +1)
    _tell(s, "post.created", actor, topic, post, now)
    return post


def edit_post(
    s: Session,
    actor: Actor,
    topic: Topic,
    post: Post,
    body: str | None,
    *,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Post:
    """Replace a text; the former one stays as a revision. Of an opening post the topic changes with it.

    None changes nothing, but only for those who might have.
    """
    require(rules.may_edit_post(actor, topic, post))
    if_match.check(post.version)
    if body is None:
        return post
    if post.number == 0:
        edit_topic(s, actor, topic, {"body": body}, now=now)
        return post
    if body == get_body(s, post.id):
        return post
    written = writing.prepare(s, body)
    post.revision += 1
    post.version += 1
    post.edited_at = now
    post.lang = written.lang
    s.flush()
    writing.store_text(s, post, written)
    writing.store_revision(s, post, body, actor.user_id, now, None)
    _tell(s, "post.edited", actor, topic, post, now)
    return post


def delete_post(
    s: Session,
    actor: Actor,
    topic: Topic,
    post: Post,
    *,
    reason: str,
    remark: str,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> None:
    """Leave a tombstone in a reply's place."""
    if post.hidden and (rules.moderates(actor, topic) or post.author_id == actor.user_id):
        if_match.check(post.version)
        raise Problem(409, "already_deleted")
    require(rules.may_delete_post(actor, topic, post))
    if_match.check(post.version)
    if post.number == 0:
        raise Problem(409, "opening_post")
    post.hidden |= BY_AUTHOR if post.author_id == actor.user_id else BY_MODERATOR
    post.version += 1
    topic.reply_count -= 1
    if topic.answer_number == post.number:
        clear_answer(s, topic)
        topic.version += 1
    s.flush()
    _set_activity(s, topic, *get_last_activity(s, topic.id))
    _count(s, topic, post, -1)
    note(s, actor, "delete", topic_id=topic.id, post_id=post.id, reason=reason, remark=remark, now=now)
    _tell(s, "post.removed", actor, topic, post, now)


def restore_post(
    s: Session,
    actor: Actor,
    topic: Topic,
    post: Post,
    *,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Post:
    """Clear one cause of absence: the author's own, or the moderator's."""
    require(rules.may_restore_post(actor, topic, post))
    if_match.check(post.version)
    cause = rules.cause_to_clear(actor, topic, post)
    if not cause:
        raise Problem(409, "not_deleted")
    post.hidden &= ~cause
    post.version += 1
    s.flush()
    note(s, actor, "restore", topic_id=topic.id, post_id=post.id, now=now)
    if post.hidden == 0:
        topic.reply_count += 1
        s.flush()
        _set_activity(s, topic, *get_last_activity(s, topic.id))
        _count(s, topic, post, +1)
        _tell(s, "post.restored", actor, topic, post, now)
    return post


def vote(s: Session, actor: Actor, topic: Topic, post: Post, value: int, *, now: datetime) -> Post:
    """Set the actor's vote on a post to 1, -1 or 0. The post's row must be locked (the topic's for an opening)."""
    require(rules.may_vote(actor, topic, post))
    assert actor.user_id is not None
    before = set_vote(s, actor.user_id, post.id, topic.id, value, now)
    if before == value:
        return post
    post.up += (value == 1) - (before == 1)
    post.down += (value == -1) - (before == -1)
    s.flush()
    s.refresh(post, ["score"])
    if post.number == 0:
        topic.score = post.score
        topic.hot = writing.hot_rank(post.score, topic.created_at)
    # Who voted is nobody else's business.
    _tell(s, "post.voted", None, topic, post, now)
    return post


def _set_activity(s: Session, topic: Topic, at: datetime, author_id: int | None) -> None:
    if topic.last_activity_at == at and topic.last_author_id == author_id:
        return
    topic.last_activity_at, topic.last_author_id = at, author_id
    if topic.tags:
        s.execute(update(TopicTag).where(TopicTag.topic_id == topic.id).values(last_activity_at=at))


def _count(s: Session, topic: Topic, post: Post, n: int) -> None:
    if topic.hidden == 0:
        counters.add(s, "category_replies", topic.category_id, n)
    if post.author_id is not None:
        add_counts(s, post.author_id, replies=n)


def _tell(s: Session, type_: str, actor: Actor | None, topic: Topic, post: Post, now: datetime) -> None:
    actor_id = actor.user_id if actor else None
    tell(s, type_, actor_id, topic, post_id=post.id, number=post.number, version=post.version, now=now)
