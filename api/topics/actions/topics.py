"""What members do to topics as a whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.categories.models import Category
from api.categories.queries import is_public
from api.categories.rules import may_post_in
from api.core import counters
from api.core.etags import NO_PRECONDITION, Precondition
from api.core.problems import Problem, require
from api.permissions.actor import Actor
from api.tags.actions import ensure_tags
from api.text.slugs import slugify
from api.topics import rules
from api.topics.actions import writing
from api.topics.actions.log import note, tell
from api.topics.models import BY_AUTHOR, BY_MODERATOR, Post, Topic, TopicTag
from api.topics.queries.posts import get_opening_post
from api.users.actions import add_counts


def open_topic(
    s: Session,
    actor: Actor,
    category: Category,
    *,
    title: str,
    body: str,
    tags: Sequence[str],
    now: datetime,
) -> Topic:
    """A new topic with its opening post."""
    require(may_post_in(actor, category))
    written = writing.prepare(s, body)
    tag_ids = ensure_tags(s, tags, now)
    topic = Topic(
        category_id=category.id,
        author_id=actor.user_id,
        title=title,
        slug=slugify(title),
        lang=written.lang,
        excerpt=written.rendered.excerpt,
        tags=list(tags),
        hot=writing.hot_rank(0, now),
        last_activity_at=now,
        last_author_id=actor.user_id,
        created_at=now,
    )
    s.add(topic)
    s.flush()
    post = Post(topic_id=topic.id, number=0, author_id=actor.user_id, lang=written.lang, created_at=now)
    s.add(post)
    s.flush()
    writing.store_text(s, post, written)
    writing.store_title(s, topic.id, title, topic.tags)
    writing.store_revision(s, post, body, actor.user_id, now, _meta(topic, category.id))
    _tag(s, topic, tag_ids)
    _count(s, topic, +1)
    _tell(s, "topic.opened", actor, topic, now, post_id=post.id, number=0)
    return topic


def edit_topic(
    s: Session,
    actor: Actor,
    topic: Topic,
    changes: Mapping[str, Any],
    *,
    category: Category | None = None,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Topic:
    """Change title, tags, body and category as one revision; what is equal changes nothing.

    The topic's row must be locked. `category` is the one to move to.
    """
    moves = category is not None and category.id != topic.category_id
    require(rules.may_edit_topic(actor, topic))
    if moves and category is not None:
        require(rules.may_move_topic(actor, topic, category.id, archived=category.archived))
    if_match.check(topic.version)
    post, body = get_opening_post(s, topic.id)
    new = {k: changes[k] for k in ("title", "tags", "body") if k in changes}
    new = {k: v for k, v in new.items() if v != (body if k == "body" else getattr(topic, k))}
    if not new and not moves:
        return topic
    topic.version += 1
    post.version += 1
    if new:
        _rewrite(s, actor, topic, post, new, body, now)
    if moves and category is not None:
        _move(s, actor, topic, category, now)
    s.flush()
    if new:
        _tell(s, "topic.edited", actor, topic, now, post_id=post.id, number=0)
    return topic


def _rewrite(
    s: Session, actor: Actor, topic: Topic, post: Post, new: Mapping[str, Any], body: str, now: datetime
) -> None:
    topic.edited_at = post.edited_at = now
    post.revision += 1
    if "title" in new:
        topic.title, topic.slug = new["title"], slugify(new["title"])
    if "tags" in new:
        _count_tags(s, topic, -1)
        topic.tags = list(new["tags"])
        s.execute(delete(TopicTag).where(TopicTag.topic_id == topic.id))
        _tag(s, topic, ensure_tags(s, topic.tags, now))
        _count_tags(s, topic, +1)
    if "title" in new or "tags" in new:
        writing.store_title(s, topic.id, topic.title, topic.tags)
    if "body" in new:
        body = new["body"]
        written = writing.prepare(s, body)
        topic.excerpt, topic.lang, post.lang = written.rendered.excerpt, written.lang, written.lang
        writing.store_text(s, post, written)
    writing.store_revision(s, post, body, actor.user_id, now, _meta(topic, topic.category_id))


def _move(s: Session, actor: Actor, topic: Topic, category: Category, now: datetime) -> None:
    before = topic.category_id
    _count_category(s, topic, -1)
    _count_tags(s, topic, -1)
    # Mirrors that may see only the old category learn that the topic left it.
    _tell(s, "topic.removed", actor, topic, now)
    topic.category_id = category.id
    s.flush()
    _count_category(s, topic, +1)
    _count_tags(s, topic, +1)
    note(s, actor, "move", topic_id=topic.id, before={"category_id": before}, now=now)
    _tell(s, "topic.moved", actor, topic, now)


def delete_topic(
    s: Session,
    actor: Actor,
    topic: Topic,
    *,
    reason: str,
    remark: str,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> None:
    """Hide a topic, by its author or by a moderator: two causes, each restored by itself."""
    if topic.hidden and rules.may_see_topic(actor, topic):
        if_match.check(topic.version)
        raise Problem(409, "already_deleted")
    require(rules.may_delete_topic(actor, topic))
    if_match.check(topic.version)
    cause = BY_AUTHOR if topic.author_id == actor.user_id else BY_MODERATOR
    _count(s, topic, -1)
    topic.hidden |= cause
    topic.version += 1
    note(s, actor, "delete", topic_id=topic.id, reason=reason, remark=remark, now=now)
    _tell(s, "topic.removed", actor, topic, now)
    s.flush()


def restore_topic(
    s: Session, actor: Actor, topic: Topic, *, now: datetime, if_match: Precondition = NO_PRECONDITION
) -> Topic:
    """Clear one cause: an author's own, or the moderator's."""
    require(rules.may_restore_topic(actor, topic))
    if_match.check(topic.version)
    cause = rules.cause_to_clear(actor, topic, topic)
    if not cause:
        raise Problem(409, "not_deleted")
    topic.hidden &= ~cause
    topic.version += 1
    s.flush()
    note(s, actor, "restore", topic_id=topic.id, now=now)
    if topic.hidden == 0:
        _count(s, topic, +1)
        _tell(s, "topic.restored", actor, topic, now)
    return topic


def _meta(topic: Topic, category_id: int) -> dict[str, object]:
    return {"title": topic.title, "tags": list(topic.tags), "category_id": category_id}


def _tag(s: Session, topic: Topic, tag_ids: Mapping[str, int]) -> None:
    rows = (
        TopicTag(
            topic_id=topic.id, tag_id=i, last_activity_at=topic.last_activity_at, created_at=topic.created_at
        )
        for i in sorted(tag_ids.values())
    )
    s.add_all(rows)
    s.flush()


def _count(s: Session, topic: Topic, n: int) -> None:
    """Count a topic in or out everywhere it is counted, its replies included."""
    _count_category(s, topic, n)
    _count_tags(s, topic, n)
    if topic.author_id is not None:
        add_counts(s, topic.author_id, topics=n)


def _count_category(s: Session, topic: Topic, n: int) -> None:
    counters.add(s, "category_topics", topic.category_id, n)
    if topic.reply_count:
        counters.add(s, "category_replies", topic.category_id, n * topic.reply_count)


def _count_tags(s: Session, topic: Topic, n: int) -> None:
    """Tags are listed for everybody: those of a category that is not for everybody are not counted."""
    if not topic.tags or not is_public(s, topic.category_id):
        return
    for tag_id in ensure_tags(s, topic.tags, topic.created_at).values():
        counters.add(s, "tag_topics", tag_id, n)


def _tell(s: Session, type_: str, actor: Actor, topic: Topic, now: datetime, **more: int) -> None:
    tell(s, type_, actor.user_id, topic, version=topic.version, now=now, **more)
