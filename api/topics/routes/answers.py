"""The answers that several routes of this feature give."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.categories.queries import get_briefs as get_category_briefs
from api.core.api import Call
from api.core.problems import not_found
from api.topics.models import Topic
from api.topics.queries.lists import get_topics
from api.topics.queries.posts import get_opening_posts, get_post_row
from api.topics.queries.topics import get_topic_for_change
from api.topics.schemas.posts import posts_json
from api.topics.schemas.topics import topics_json


def topic_answer(s: Session, call: Call, topic_id: int) -> dict[str, Any]:
    """TopicOut with its opening post, as they are in the database now."""
    rows = get_topics(s, call.actor, [topic_id])
    if not rows:
        raise not_found()
    return topics_answer(s, call, rows, with_posts=True)[0]


def topics_answer(
    s: Session, call: Call, topics: Sequence[Any], *, with_posts: bool = False
) -> list[dict[str, Any]]:
    """TopicOut of several topics, with their opening posts if asked."""
    include = call.query.get("include", [])
    found = topics_json(topics, call.actor, why="viewer_why" in include)
    if with_posts:
        posts = {post.topic_id: post for post in get_opening_posts(s, call.actor, [t.id for t in topics])}
        for topic, answer in zip(topics, found, strict=True):
            archived = topic.category_archived
            shown = posts_json([posts[topic.id]], topic, call.actor, archived=archived, include=include)
            answer["post"] = shown[0]
    return found


def post_answer(
    s: Session, call: Call, topic: Any, post_id: int, *, archived: bool | None = None
) -> dict[str, Any]:
    """PostOut as it is in the database now; `archived` is its category's, where that is known already."""
    row = get_post_row(s, call.actor, post_id, removed=with_removed(call))
    if row is None:
        raise not_found()
    if archived is None:
        archived = get_category_briefs(s, {topic.category_id})[topic.category_id]["archived"]
    return posts_answer(call, topic, [row], archived=archived)[0]


def posts_answer(call: Call, topic: Any, rows: Sequence[Any], *, archived: bool) -> list[dict[str, Any]]:
    """PostOut of several posts of one topic; `archived` is its category's."""
    include = call.query.get("include", [])
    return posts_json(rows, topic, call.actor, archived=archived, include=include)


def with_removed(call: Call) -> bool:
    """Whether the call asks for the texts behind tombstones."""
    return "removed" in call.query.get("include", [])


def locked_topic(s: Session, call: Call, topic_id: int) -> Topic:
    """The topic with its row locked, or 404."""
    topic = get_topic_for_change(s, call.actor, topic_id)
    if topic is None:
        raise not_found()
    return topic
