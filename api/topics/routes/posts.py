"""Single posts: read, change, delete, restore, vote, look at revisions; and the preview of one to be."""

from typing import Any

from api.core.api import Blueprint, Call, anyone, member
from api.core.db import current_session, transaction
from api.core.problems import not_found
from api.core.runtime import settings
from api.text import render
from api.topics import rules
from api.topics.actions import posts as actions
from api.topics.models import Post, Topic
from api.topics.queries import posts as queries
from api.topics.routes.answers import post_answer
from api.topics.schemas.parameters import RemovalQuery
from api.topics.schemas.posts import (
    PageQuery,
    PostOut,
    PostPatch,
    PostQuery,
    PreviewCreate,
    PreviewOut,
    RevisionPageOut,
    VotePut,
)
from api.users.queries import get_briefs, mention_resolver

bp = Blueprint("posts", "Single posts, wherever they stand", path={"post_id": "The post's id."})


@bp.operation(
    "GET", "/posts/<int:post_id>", access=anyone(), query=PostQuery, answer=(200, PostOut),
    caching="shared", ready=True, problems=(404,),
)  # fmt: skip
def get_post(call: Call, post_id: int) -> dict[str, Any]:
    """Get a post."""
    s = current_session()
    found = queries.get_post(s, call.actor, post_id)
    if found is None:
        raise not_found()
    return post_answer(s, call, found[1], post_id)


@bp.operation(
    "PATCH", "/posts/<int:post_id>", access=member("write"), body=PostPatch, answer=(200, PostOut),
    if_match=True, ready=True, problems=(404,),
)  # fmt: skip
def change_post(call: Call, post_id: int) -> dict[str, Any]:
    """Change a post's text."""
    with transaction() as s:
        post, topic = _for_change(s, call, post_id)
        body = call.body.get("body")
        actions.edit_post(s, call.actor, topic, post, body, now=call.now, if_match=call.if_match)
        return post_answer(s, call, topic, post_id)


@bp.operation(
    "DELETE", "/posts/<int:post_id>", access=member("write"), query=RemovalQuery, answer=(204, None),
    if_match=True, problems=(404, 409),
)  # fmt: skip
def delete_post(call: Call, post_id: int) -> None:
    """Delete a reply; a tombstone stays, and it can be restored."""
    with transaction() as s:
        post, topic = _for_change(s, call, post_id, topic_too=True)
        actions.delete_post(
            s,
            call.actor,
            topic,
            post,
            reason=call.query["reason"],
            remark=call.query["note"],
            now=call.now,
            if_match=call.if_match,
        )


@bp.operation(
    "POST", "/posts/<int:post_id>/restore", access=member("write"), answer=(200, PostOut),
    idempotent=True, if_match=True, ready=True, problems=(404, 409),
)  # fmt: skip
def restore_post(call: Call, post_id: int) -> dict[str, Any]:
    """Restore a deleted reply."""
    with transaction() as s:
        post, topic = _for_change(s, call, post_id, topic_too=True)
        actions.restore_post(s, call.actor, topic, post, now=call.now, if_match=call.if_match)
        return post_answer(s, call, topic, post_id)


@bp.operation(
    "PUT", "/posts/<int:post_id>/vote", access=member("write"), body=VotePut, answer=(200, PostOut),
    ready=True, problems=(404,),
)  # fmt: skip
def vote_on_post(call: Call, post_id: int) -> dict[str, Any]:
    """Vote on a post: 1, -1, or 0 for none."""
    with transaction() as s:
        post, topic = _for_change(s, call, post_id)
        actions.vote(s, call.actor, topic, post, call.body["value"], now=call.now)
        return post_answer(s, call, topic, post_id)


@bp.operation(
    "GET", "/posts/<int:post_id>/revisions", access=anyone(), query=PageQuery, answer=(200, RevisionPageOut),
    paged=True, problems=(404,),
)  # fmt: skip
def list_post_revisions(call: Call, post_id: int) -> dict[str, Any]:
    """List a post's texts, the newest first."""
    s = current_session()
    found = queries.get_post(s, call.actor, post_id)
    if found is None or not rules.may_read_post(call.actor, found[1], found[0]):
        raise not_found()
    page = queries.list_revisions(s, post_id, call.window())
    editors = get_briefs(s, {r.editor_id for r in page.items if r.editor_id is not None})
    items = [
        {
            "revision": r.revision,
            "editor": editors.get(r.editor_id),
            "at": r.at,
            "body": r.body,
            "title": (r.meta or {}).get("title"),
            "tags": (r.meta or {}).get("tags"),
        }
        for r in page.items
    ]
    return {"items": items, "next": page.next, "previous": page.previous}


@bp.operation(
    "POST", "/preview", access=member("write"), body=PreviewCreate, answer=(200, PreviewOut),
    limit="preview", caching="never",
)  # fmt: skip
def preview_post(call: Call) -> dict[str, str]:
    """Render a text as a post would show it."""
    mentions = mention_resolver(current_session())
    return {"body_html": render(call.body["body"], mentions=mentions, root=settings().root_path).html}


def _for_change(s: Any, call: Call, post_id: int, *, topic_too: bool = False) -> tuple[Post, Topic]:
    found = queries.get_post_for_change(s, call.actor, post_id, topic_too=topic_too)
    if found is None:
        raise not_found()
    return found
