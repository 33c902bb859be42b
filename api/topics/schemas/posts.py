"""Posts in JSON: the same shape for what is readable and for its tombstone."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api.core.api.schema import (
    Choice,
    In,
    Items,
    Number,
    Out,
    Query,
    Text,
    Time,
    count,
    known_values,
    object_id,
    page_of,
    score,
)
from api.core.clock import to_wire
from api.permissions.actor import Actor
from api.permissions.verdict import Verdict
from api.topics import rules
from api.users.queries import brief as user_brief
from api.users.schemas import UserBriefOut

MAX_BODY = 50_000
MAX_NUMBER = 2**31 - 1


class ReplyCreate(In):
    """A new reply."""

    says = {
        "body": "The text in Markdown.",
        "reply_to": "The number of the post in the topic that it replies to; null for the topic as a whole.",
    }

    body = Text(minimum=1, maximum=MAX_BODY, trim=False, required=True)
    reply_to = Number(minimum=0, maximum=MAX_NUMBER, allow_none=True, load_default=None)


class PostPatch(In):
    """What to change."""

    says = {"body": "The text in Markdown."}

    body = Text(minimum=1, maximum=MAX_BODY, trim=False)


class VotePut(In):
    """The caller's vote: 1, -1, or 0 for none."""

    says = {"value": "1 for, -1 against, 0 takes the vote back."}

    value = Number(minimum=-1, maximum=1, required=True)


class PreviewCreate(In):
    """A text to render as a post would be."""

    says = {"body": "The text in Markdown."}

    body = Text(maximum=MAX_BODY, trim=False, required=True)


class PreviewOut(Out):
    """The text as a post would show it."""

    says = {"body_html": "The sanitised HTML."}

    body_html = fields.String()


class PostQuery(Query):
    """What to add to the answer."""

    include = Items(Choice("body", "removed", "viewer_why"), maximum=3, load_default=list)


class ReplyListQuery(Query):
    """Which replies, in which order. `from` is the number to begin at, for `oldest` only."""

    says = {"from": "The number to begin at; with `oldest` only."}

    sort = Choice("oldest", "new", "top", load_default="oldest")
    from_ = Number(minimum=1, maximum=MAX_NUMBER, data_key="from")
    include = Items(Choice("body", "removed", "viewer_why"), maximum=3, load_default=list)
    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)


class PageQuery(Query):
    """One page of a list."""

    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)


class ReactionOut(Out):
    """How often a post got an emoji."""

    says = {
        "emoji": "The emoji itself.",
        "count": "How many members chose it.",
    }

    emoji = fields.String()
    count = count()


class PostCanOut(Out):
    """What the caller may do to a post."""

    reply = fields.Boolean()
    edit = fields.Boolean()
    delete = fields.Boolean()
    restore = fields.Boolean()
    vote = fields.Boolean()
    accept = fields.Boolean()


class PostViewerOut(Out):
    """The caller's own relation to a post."""

    says = {
        "vote": "The caller's vote: 1, -1 or 0; null where there can be none.",
        "bookmarked": "Whether the caller bookmarked it.",
    }

    vote = fields.Integer(allow_none=True, metadata={"minimum": -1, "maximum": 1})
    bookmarked = fields.Boolean()
    can = fields.Nested(PostCanOut)


class PostOut(Out):
    """A post. Of a tombstone only its place is left: state, number, times."""

    says = {
        "topic_id": "The topic that it stands in.",
        "number": "Its place in the topic, 0 for the opening post; null before it is public.",
        "body_html": "The text as sanitised HTML; empty in a tombstone.",
        "revision": "How many times the text was edited.",
        "reply_to": "The number of the post that it replies to; null for none.",
        "reply_to_id": "The id of the post that it replies to; null for none.",
        "score": "Votes for it less votes against it.",
        "reactions": "Emoji and how many chose them.",
        "state": "`deleted` and `moved` are tombstones: only place and times are left.",
        "moved_to": "The post it became elsewhere; null unless it was moved.",
    }

    id = object_id()
    topic_id = object_id()
    number = count(allow_none=True)
    author = fields.Nested(UserBriefOut, allow_none=True)
    lang = fields.String(allow_none=True)
    body_html = fields.String()
    body = fields.String(metadata={"x-included": True, "description": "The Markdown source"})
    created_at = Time()
    edited_at = Time(allow_none=True)
    revision = count()
    version = count()
    reply_to = count(allow_none=True)
    reply_to_id = object_id(allow_none=True)
    score = score()
    reactions = fields.List(fields.Nested(ReactionOut), metadata={"maxItems": 20})
    state = known_values("visible", "deleted", "moved")
    moved_to = object_id(allow_none=True)
    removed = fields.Boolean(
        metadata={"x-included": True, "description": "True where the text behind a tombstone is shown"}
    )
    viewer = fields.Nested(PostViewerOut)
    viewer_why = fields.Dict(metadata={"x-included": True, "description": "Why not: ability to reason code"})


PostPageOut = page_of(PostOut, "PostPageOut")


class RevisionOut(Out):
    """A whole text as it was; title and tags for opening posts."""

    says = {
        "revision": "0 is the first text.",
        "at": "When this text was written.",
        "body": "The text in Markdown.",
        "title": "The title with this text; null for replies.",
        "tags": "The tags with this text; null for replies.",
    }

    revision = count()
    editor = fields.Nested(UserBriefOut, allow_none=True)
    at = Time()
    body = fields.String()
    title = fields.String(allow_none=True)
    tags = fields.List(fields.String(), allow_none=True, metadata={"maxItems": 10})


RevisionPageOut = page_of(RevisionOut, "RevisionPageOut")


def verdicts(post: Any, topic: Any, actor: Actor, *, archived: bool) -> dict[str, Verdict]:
    """Each ability of PostCanOut with its verdict."""
    delete = rules.may_delete_post(actor, topic, post)
    accept = rules.may_accept_answer(actor, topic)
    return {
        "reply": rules.may_reply(actor, topic, archived=archived)
        if not post.hidden
        else Verdict("not_found"),
        "edit": rules.may_edit_post(actor, topic, post),
        "delete": Verdict("opening_post") if post.number == 0 else delete,
        "restore": rules.may_restore_post(actor, topic, post) if post.hidden else Verdict("not_deleted"),
        "vote": rules.may_vote(actor, topic, post),
        "accept": Verdict("no_such_reply") if post.number == 0 or post.hidden else accept,
    }


def posts_json(
    posts: Sequence[Any],
    topic: Any,
    actor: Actor,
    *,
    archived: bool = False,
    include: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """PostOut of posts of one topic, from complete rows of queries.posts.

    The rules look at who wrote a post, what hides it and whether it opens the topic, so that most share their verdicts.
    """
    shared: dict[tuple[Any, ...], dict[str, Verdict]] = {}
    found = []
    for post in posts:
        facts = (post.author_id == actor.user_id, post.hidden, post.number == 0)
        may = shared.get(facts)
        if may is None:
            may = shared[facts] = verdicts(post, topic, actor, archived=archived)
        removed = post.hidden != 0 and "removed" in include and rules.may_see_removed(actor, topic, post)
        found.append(_post_json(post, actor, may, removed=removed, include=include))
    return found


def _post_json(
    post: Any,
    actor: Actor,
    may: Mapping[str, Verdict],
    *,
    removed: bool,
    include: Sequence[str],
) -> dict[str, Any]:
    """One post; the text only where the actor may read it. `removed`: a tombstone's text is asked for and allowed."""
    readable = post.hidden == 0 or removed
    text = post.body_html if readable else None
    found: dict[str, Any] = {
        "id": post.id,
        "topic_id": post.topic_id,
        "number": post.number,
        "author": _author(post) if readable else None,
        "lang": post.lang if readable else None,
        "body_html": text or "",
        "created_at": to_wire(post.created_at),
        "edited_at": to_wire(post.edited_at) if post.edited_at and readable else None,
        "revision": post.revision if readable else 0,
        "version": post.version,
        "reply_to": post.reply_to_number if readable else None,
        "reply_to_id": post.reply_to_id if readable else None,
        "score": post.score if readable else 0,
        "reactions": [],
        "state": "deleted" if post.hidden else "visible",
        "moved_to": None,
        "viewer": {
            "vote": (post.vote or 0) if actor.is_member and readable else None,
            "bookmarked": False,
            "can": {ability: bool(verdict) for ability, verdict in may.items()},
        },
    }
    if text is not None and ("body" in include or may["edit"] or removed):
        found["body"] = post.body
    if removed:
        found["removed"] = True
    if "viewer_why" in include:
        found["viewer_why"] = {ability: verdict.code for ability, verdict in may.items() if not verdict}
    return found


def _author(post: Any) -> dict[str, Any] | None:
    return user_brief(
        post.author_id, post.author_username, post.author_display_name, post.author_role, post.author_bot
    )
