"""Searches and their hits in JSON."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from api.core.api.schema import (
    Choice,
    Flag,
    Items,
    Number,
    Out,
    Query,
    Text,
    Time,
    known_values,
    page_of,
    refuse,
)
from api.permissions.actor import Actor
from api.search.queries.hits import Hits
from api.tags.models import Tag
from api.tags.schemas import TagOut, tag_json
from api.text.clean import compatibility_fold
from api.text.names import key
from api.text.searches import MAX_QUERY
from api.text.snippets import snippet
from api.topics.schemas.posts import PostOut, posts_json
from api.topics.schemas.topics import MAX_TAGS, TagName, TopicOut, topics_json
from api.users.models import User
from api.users.schemas import UserOut, user_json

FILTERS = ("category", "tag", "author", "answered", "created_after", "created_before")
QUERY_HELP = (
    'Words; every one must be in the text or the title. `"a phrase"`, `-without`, and `author:name category:slug '
    "tag:name in:title is:answered after:2026-01-31 before:2026-02` narrow it. For users and tags: the beginning of "
    "the name."
)


class SearchQuery(Query):
    """What is looked for. The filters stand beside the operators inside `q`; both must hold."""

    says = {
        "type": "What is looked for.",
        "category": "The slug of a category, with those below it; repeat it for any of several.",
        "tag": "The name of a tag; repeat it for topics that have all of them.",
        "author": "The name of the member who wrote it.",
        "answered": "Only topics with an accepted answer, or only those without.",
    }

    q = Text(minimum=1, maximum=MAX_QUERY, required=True, metadata={"description": QUERY_HELP})
    type = Choice("posts", "topics", "users", "tags", load_default="posts")
    sort = Choice("relevance", "new")
    category = Items(Text(minimum=1, maximum=80), maximum=20, load_default=list)
    tag = Items(TagName(), maximum=MAX_TAGS, load_default=list)
    author = Text(minimum=1, maximum=64)
    answered = Flag()
    created_after = Time()
    created_before = Time()
    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)

    @validates_schema
    def refuse_filters_of_names(self, data: Mapping[str, Any], **_: Any) -> None:
        """Members and tags have a name and nothing to filter or rank by."""
        if data["type"] not in ("users", "tags"):
            return
        errors = {
            name: refuse("Only for posts and topics.", "not_applicable").messages
            for name in (*FILTERS, "sort")
            if data.get(name) not in (None, [])
        }
        if errors:
            raise ValidationError(errors)


class HitOut(Out):
    """One hit. Of `topic`, `post`, `user` and `tag` those are null that do not belong to its `type`.

    A post comes with its topic. `highlight` is HTML, escaped, with the matches inside `<mark>`: a piece of the
    post's text (of a topic's best post), or the name that was found. `title_highlight`: the topic's title so marked.
    """

    says = {
        "type": "Which of the objects below is the hit.",
        "highlight": "HTML, escaped, with the matches inside `<mark>`.",
        "title_highlight": "The topic's title so marked; null for members and tags.",
    }

    type = known_values("post", "topic", "user", "tag")
    highlight = fields.String()
    title_highlight = fields.String(allow_none=True)
    topic = fields.Nested(TopicOut, allow_none=True)
    post = fields.Nested(PostOut, allow_none=True)
    user = fields.Nested(UserOut, allow_none=True)
    tag = fields.Nested(TagOut, allow_none=True)


class SearchPageOut(page_of(HitOut, "HitPageOut")):  # type: ignore[misc]
    """One page of hits."""

    truncated = fields.Boolean(
        metadata={
            "description": "More than 1,000 posts match; the newest of them were ranked, older ones left out"
        }
    )


def _hit(type_: str, highlight: str, title: str | None = None, **subjects: Any) -> dict[str, Any]:
    nothing = {"topic": None, "post": None, "user": None, "tag": None}
    return {"type": type_, "highlight": highlight, "title_highlight": title, **nothing, **subjects}


def post_hits(hits: Hits, terms: tuple[str, ...], actor: Actor) -> list[dict[str, Any]]:
    """HitOut of posts."""
    shown = topics_json([topic for topic, _, _ in hits.found], actor)
    return [
        _hit(
            "post",
            snippet(plain, terms),
            snippet(topic.title, terms),
            topic=about,
            post=posts_json([post], topic, actor, archived=topic.category_archived)[0],
        )
        for (topic, post, plain), about in zip(hits.found, shown, strict=True)
    ]


def topic_hits(hits: Hits, terms: tuple[str, ...], actor: Actor) -> list[dict[str, Any]]:
    """HitOut of topics."""
    shown = topics_json([topic for topic, _, _ in hits.found], actor)
    return [
        _hit("topic", snippet(plain, terms), snippet(topic.title, terms), topic=about)
        for (topic, _, plain), about in zip(hits.found, shown, strict=True)
    ]


def user_hit(user: User, text: str, actor: Actor) -> dict[str, Any]:
    """HitOut of a member."""
    name = " ".join(text.removeprefix("@").split())
    marked = (
        _marked(user.username, name.replace(" ", "_"), key)
        or _marked(user.display_name, name, key)
        or escape(user.display_name or user.username)
    )
    return _hit("user", marked, user=user_json(user, actor))


def tag_hit(tag: Tag, text: str) -> dict[str, Any]:
    """HitOut of a tag."""
    marked = _marked(tag.name, text.removeprefix("#"), compatibility_fold) or escape(tag.name)
    return _hit("tag", marked, tag=tag_json(tag))


def _marked(name: str, beginning: str, folded: Callable[[str], str]) -> str | None:
    """The name with the shortest beginning marked that counts as the same."""
    wanted = folded(beginning)
    for end in range(1, len(name) + 1):
        if folded(name[:end]).startswith(wanted):
            return f"<mark>{escape(name[:end])}</mark>{escape(name[end:])}"
    return None
