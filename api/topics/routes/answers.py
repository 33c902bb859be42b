"""The answers that several routes of this feature give."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.categories.queries import get_briefs as get_category_briefs
from api.core.api import Call
from api.core.problems import not_found
from api.topics.models import Topic
from api.topics.queries.lists import get_topics
from api.topics.queries.posts import fill_page, get_opening_posts, get_post_row
from api.topics.queries.topics import get_surroundings, get_topic_for_change
from api.topics.schemas.posts import post_json
from api.topics.schemas.topics import topic_json


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
    posts = get_opening_posts(s, [t.id for t in topics]) if with_posts else []
    around = get_surroundings(s, topics, posts)
    include = call.query.get("include", [])
    found = [topic_json(t, call.actor, around, why="viewer_why" in include) for t in topics]
    if with_posts:
        page = fill_page(s, call.actor, posts, users=around.users)
        by_topic = {post.topic_id: post for post in posts}
        for topic, answer in zip(topics, found, strict=True):
            archived = around.categories[topic.category_id]["archived"]
            post = by_topic[topic.id]
            answer["post"] = post_json(post, topic, call.actor, page, archived=archived, include=include)
    return found


def post_answer(s: Session, call: Call, topic: Any, post_id: int) -> dict[str, Any]:
    """PostOut as it is in the database now."""
    row = get_post_row(s, call.actor, post_id)
    if row is None:
        raise not_found()
    return posts_answer(s, call, topic, [row])[0]


def posts_answer(s: Session, call: Call, topic: Any, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """PostOut of several posts of one topic."""
    include = call.query.get("include", [])
    page = fill_page(s, call.actor, rows, removed="removed" in include)
    archived = get_category_briefs(s, {topic.category_id})[topic.category_id]["archived"]
    return [post_json(row, topic, call.actor, page, archived=archived, include=include) for row in rows]


def locked_topic(s: Session, call: Call, topic_id: int) -> Topic:
    """The topic with its row locked, or 404."""
    topic = get_topic_for_change(s, call.actor, topic_id)
    if topic is None:
        raise not_found()
    return topic
