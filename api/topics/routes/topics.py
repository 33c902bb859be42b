"""Topics: list, open, read, change, delete, restore."""

from typing import Any

from sqlalchemy.orm import Session

from api.categories.models import Category
from api.categories.queries import get_category
from api.core.api import Answer, Blueprint, Call, anyone, member
from api.core.api.answers import api_path
from api.core.db import current_session, transaction
from api.core.problems import invalid, not_found
from api.text.names import key as name_key
from api.topics.actions import topics as actions
from api.topics.queries.lists import Filters, get_topics
from api.topics.queries.lists import list_topics as list_page
from api.topics.queries.posts import list_outline
from api.topics.queries.topics import count_view
from api.topics.queries.topics import get_topic as find_topic
from api.topics.routes.answers import locked_topic, topic_answer, topics_answer
from api.topics.schemas.parameters import RemovalQuery, TopicListQuery, TopicQuery
from api.topics.schemas.topics import (
    OutlineOut,
    TopicCreate,
    TopicOut,
    TopicPageOut,
    TopicPatch,
)

bp = Blueprint("topics", "Topics: what is talked about", path={"topic_id": "The topic's id."})


@bp.operation(
    "GET", "/topics", access=anyone(), query=TopicListQuery, answer=(200, TopicPageOut),
    caching="shared", paged=True, ready=True,
)  # fmt: skip
def list_topics(call: Call) -> dict[str, Any]:
    """List topics."""
    s, query = current_session(), call.query
    with_posts = "post" in query["include"]
    if query["id"]:
        rows = get_topics(s, call.actor, query["id"])
        return {"items": topics_answer(s, call, rows, with_posts=with_posts), "next": None, "previous": None}
    found = list_page(s, call.actor, call.window(), _filters(query), call.now)
    items = topics_answer(s, call, found.items, with_posts=with_posts)
    return {"items": items, "next": found.next, "previous": found.previous}


def _filters(query: dict[str, Any]) -> Filters:
    author = query.get("author")
    return Filters(
        sort=query["sort"],
        period=query["period"],
        categories=query["category"],
        tags=query["tag"],
        author=name_key(author) if author else None,
        answered=query.get("answered"),
        pinned=query.get("pinned"),
        state=query.get("state"),
        created_after=query.get("created_after"),
        created_before=query.get("created_before"),
    )


@bp.operation(
    "POST", "/topics", access=member("write"), body=TopicCreate, answer=(201, TopicOut),
    idempotent=True, located=True, ready=True,
)  # fmt: skip
def create_topic(call: Call) -> Answer:
    """Open a topic."""
    body = call.body
    with transaction() as s:
        category = _category(s, call, body["category"])
        tags = list(dict.fromkeys(body["tags"]))
        topic = actions.open_topic(
            s, call.actor, category, title=body["title"], body=body["body"], tags=tags, now=call.now
        )
        answer = topic_answer(s, call, topic.id)
    return Answer(answer, location=api_path(f"/topics/{topic.id}"))


@bp.operation(
    "GET", "/topics/<int:topic_id>", access=anyone(), query=TopicQuery, answer=(200, TopicOut),
    caching="shared", ready=True, problems=(404,),
)  # fmt: skip
def get_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Get a topic with its opening post."""
    return topic_answer(current_session(), call, topic_id)


@bp.operation(
    "PATCH", "/topics/<int:topic_id>", access=member("write"), body=TopicPatch, answer=(200, TopicOut),
    if_match=True, ready=True, problems=(404,),
)  # fmt: skip
def change_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Change a topic's title, tags, opening text or category."""
    changes = dict(call.body)
    with transaction() as s:
        topic = locked_topic(s, call, topic_id)
        slug = changes.pop("category", None)
        category = _category(s, call, slug) if slug is not None else None
        if "tags" in changes:
            changes["tags"] = list(dict.fromkeys(changes["tags"]))
        actions.edit_topic(
            s, call.actor, topic, changes, category=category, now=call.now, if_match=call.if_match
        )
        return topic_answer(s, call, topic.id)


@bp.operation(
    "DELETE", "/topics/<int:topic_id>", access=member("write"), query=RemovalQuery, answer=(204, None),
    if_match=True, problems=(404, 409),
)  # fmt: skip
def delete_topic(call: Call, topic_id: int) -> None:
    """Delete a topic; it can be restored."""
    with transaction() as s:
        topic = locked_topic(s, call, topic_id)
        reason, remark = call.query["reason"], call.query["note"]
        actions.delete_topic(
            s, call.actor, topic, reason=reason, remark=remark, now=call.now, if_match=call.if_match
        )


@bp.operation(
    "POST", "/topics/<int:topic_id>/restore", access=member("write"), answer=(200, TopicOut),
    idempotent=True, if_match=True, ready=True, problems=(404, 409),
)  # fmt: skip
def restore_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Restore a deleted topic."""
    with transaction() as s:
        topic = locked_topic(s, call, topic_id)
        actions.restore_topic(s, call.actor, topic, now=call.now, if_match=call.if_match)
        return topic_answer(s, call, topic.id)


# Counted like reading, which it goes with: it must not use up what visitors of one address have for signing in.
@bp.operation(
    "POST", "/topics/<int:topic_id>/view", access=anyone(), answer=(204, None), limit="read", problems=(404,)
)
def count_topic_view(call: Call, topic_id: int) -> None:
    """Count that the topic was opened."""
    with transaction() as s:
        if find_topic(s, call.actor, topic_id) is None:
            raise not_found()
        count_view(s, topic_id)


@bp.operation(
    "GET", "/topics/<int:topic_id>/outline", access=anyone(), answer=(200, OutlineOut),
    caching="shared", problems=(404,),
)  # fmt: skip
def get_topic_outline(call: Call, topic_id: int) -> dict[str, Any]:
    """Get all replies of a topic at a glance."""
    s = current_session()
    topic = find_topic(s, call.actor, topic_id)
    if topic is None:
        raise not_found()
    size, rows = list_outline(s, topic)
    answer = topic.answer_number or 0
    items = [
        {
            "number": r.number,
            "score": r.score,
            "at": r.created_at,
            "answer": (r.number - 1) // size == (answer - 1) // size,
        }
        for r in rows
    ]
    return {"items": items, "bin": size, "last_number": topic.last_number}


def _category(s: Session, call: Call, slug: str) -> Category:
    category = get_category(s, call.actor, slug)
    if category is None:
        raise invalid("/category", "no_such_category", "There is no such category.")
    return category
