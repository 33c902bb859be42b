"""Replies of a topic: list, write, find by number."""

from dataclasses import replace
from typing import Any

from api.categories.queries import get_briefs
from api.core.api import Answer, Blueprint, Call, anyone, member
from api.core.api.answers import api_path
from api.core.db import current_session, transaction
from api.core.problems import Problem, not_found
from api.topics.actions import posts as actions
from api.topics.actions.writing import prepare
from api.topics.queries.posts import get_post_by_number
from api.topics.queries.posts import list_replies as list_page
from api.topics.queries.topics import get_topic_facts
from api.topics.routes.answers import locked_topic, post_answer, posts_answer, with_removed
from api.topics.schemas.posts import PostOut, PostPageOut, PostQuery, ReplyCreate, ReplyListQuery

bp = Blueprint(
    "replies",
    "Replies: what is said about a topic",
    path={"number": "The number of the post in its topic; 0 is the opening post."},
)


@bp.operation(
    "GET", "/topics/<int:topic_id>/replies", access=anyone(), query=ReplyListQuery, answer=(200, PostPageOut),
    caching="shared", paged=True, ready=True, problems=(404,),
)  # fmt: skip
def list_replies(call: Call, topic_id: int) -> dict[str, Any]:
    """List the replies of a topic."""
    s = current_session()
    topic = get_topic_facts(s, call.actor, topic_id)
    if topic is None:
        raise not_found()
    window, start = call.window(), call.query.get("from_")
    if start is not None and window.position is None:
        if call.query["sort"] != "oldest":
            detail = "Numbers have a place only in the order `oldest`."
            error = {"in": "query", "name": "from", "code": "needs_oldest", "params": {}, "detail": detail}
            raise Problem(422, "invalid_input", errors=[error])
        window = replace(window, position=(start - 1,))
    found = list_page(s, call.actor, topic_id, window, call.query["sort"], removed=with_removed(call))
    items = posts_answer(call, topic, found.items, archived=topic.archived)
    return {"items": items, "next": found.next, "previous": found.previous}


@bp.operation(
    "POST", "/topics/<int:topic_id>/replies", access=member("write"), body=ReplyCreate, answer=(201, PostOut),
    idempotent=True, located=True, ready=True, problems=(404,),
)  # fmt: skip
def create_reply(call: Call, topic_id: int) -> Answer:
    """Reply to a topic."""
    with transaction() as s:
        # Rendered before the topic is locked: other writers wait only for the rows.
        written = prepare(s, call.body["body"])
        topic = locked_topic(s, call, topic_id)
        archived = bool(get_briefs(s, {topic.category_id})[topic.category_id]["archived"])
        post = actions.reply(
            s, call.actor, topic, written, reply_to=call.body["reply_to"], archived=archived, now=call.now
        )
        answer = post_answer(s, call, topic, post.id, archived=archived)
    return Answer(answer, location=api_path(f"/posts/{post.id}"))


@bp.operation(
    "GET", "/topics/<int:topic_id>/replies/<int:number>", access=anyone(), query=PostQuery,
    answer=(200, PostOut), caching="shared", ready=True, problems=(404,),
)  # fmt: skip
def get_reply(call: Call, topic_id: int, number: int) -> dict[str, Any]:
    """Get the post with this number in a topic."""
    s = current_session()
    topic = get_topic_facts(s, call.actor, topic_id)
    row = get_post_by_number(s, call.actor, topic_id, number, removed=with_removed(call))
    if topic is None or row is None:
        raise not_found()
    return posts_answer(call, topic, [row], archived=topic.archived)[0]
