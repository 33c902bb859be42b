"""Topics in JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api.categories.queries import brief as category_brief
from api.categories.schemas import CategoryBriefOut
from api.core.api.answers import page_path
from api.core.api.schema import (
    In,
    Items,
    Line,
    Number,
    Out,
    Text,
    Time,
    checked,
    count,
    known_values,
    object_id,
    page_of,
    score,
)
from api.core.clock import to_wire
from api.permissions.actor import Actor
from api.permissions.verdict import Verdict
from api.text.tags import MAX_TAG, check_tag
from api.topics import rules
from api.topics.schemas.posts import PostOut
from api.users.queries import brief as user_brief
from api.users.schemas import UserBriefOut

MAX_TITLE, MIN_TITLE, MAX_BODY, MAX_TAGS = 200, 3, 50_000, 10


class TagName(Text):
    """A tag's name, folded to how it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(minimum=1, maximum=MAX_TAG, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        checked(check_tag)(text)
        return check_tag(text)


class TopicCreate(In):
    """A new topic."""

    says = {
        "title": "One line of plain text.",
        "body": "The text in Markdown.",
        "tags": "Names of tags; those that do not exist yet are made.",
    }

    title = Line(minimum=MIN_TITLE, maximum=MAX_TITLE, required=True)
    body = Text(minimum=1, maximum=MAX_BODY, trim=False, required=True)
    category = Text(minimum=1, maximum=80, required=True, metadata={"description": "Slug of the category"})
    tags = Items(TagName(), maximum=MAX_TAGS, load_default=list)


class TopicPatch(In):
    """What to change; title, tags and body become one revision."""

    says = {
        "title": "One line of plain text.",
        "body": "The text of the opening post in Markdown.",
        "category": "The slug of the category to move it to.",
        "tags": "Names of all its tags: the list is replaced as a whole.",
    }

    title = Line(minimum=MIN_TITLE, maximum=MAX_TITLE)
    body = Text(minimum=1, maximum=MAX_BODY, trim=False)
    category = Text(minimum=1, maximum=80)
    tags = Items(TagName(), maximum=MAX_TAGS)


class AnswerPut(In):
    """Which reply answers the topic."""

    says = {"number": "The number of the accepted reply."}

    number = Number(minimum=1, maximum=2**31 - 1, required=True)


class TopicCanOut(Out):
    """What the caller may do to a topic."""

    reply = fields.Boolean()
    edit = fields.Boolean()
    delete = fields.Boolean()
    restore = fields.Boolean()
    move = fields.Boolean()
    lock = fields.Boolean()
    pin = fields.Boolean()
    answer = fields.Boolean()


class TopicViewerOut(Out):
    """The caller's own relation to a topic."""

    says = {
        "bookmarked": "Whether the caller bookmarked it.",
        "subscription": "How closely the caller follows it; null for as usual.",
        "last_read": "The highest number that the caller has read; null for none.",
    }

    bookmarked = fields.Boolean()
    subscription = fields.String(allow_none=True)
    last_read = count(allow_none=True)
    can = fields.Nested(TopicCanOut)


class AppendOut(Out):
    """A numbered addition by the author that leaves the text untouched."""

    says = {
        "number": "1 for the first addition.",
        "body_html": "The text as sanitised HTML.",
    }

    number = count()
    body_html = fields.String()
    created_at = Time()


class TopicOut(Out):
    """A topic. `post` is its opening post; `answer` the number of the accepted reply."""

    says = {
        "title": "One line of plain text.",
        "slug": "The readable part of its address; only the id counts.",
        "tags": "Names of its tags.",
        "last_activity_at": "When it was opened or last replied to.",
        "reply_count": "How many replies can be read. For showing; page by `last_number`.",
        "last_number": "The highest number of a reply, tombstones included.",
        "view_count": "How often it was opened; lags a few seconds.",
        "score": "Votes for the opening post less votes against it.",
        "answer": "The number of the accepted reply; null for none.",
        "pinned": "Whether it is shown above others; lists do not float it, ask for `pinned=only`.",
        "locked": "Whether replying has ended.",
        "state": "`deleted` is seen by those who may restore it.",
        "excerpt": "The beginning of the text, plain.",
        "appends": "Additions by the author, oldest first.",
    }

    id = object_id()
    title = fields.String()
    slug = fields.String()
    url = fields.String()
    lang = fields.String(allow_none=True)
    category = fields.Nested(CategoryBriefOut)
    tags = fields.List(fields.String(), metadata={"maxItems": MAX_TAGS})
    author = fields.Nested(UserBriefOut, allow_none=True)
    created_at = Time()
    edited_at = Time(allow_none=True)
    last_activity_at = Time()
    last_author = fields.Nested(UserBriefOut, allow_none=True)
    reply_count = count()
    last_number = count()
    view_count = count()
    score = score()
    answer = count(allow_none=True)
    pinned = fields.Boolean()
    locked = fields.Boolean()
    state = known_values("visible", "deleted")
    excerpt = fields.String()
    appends = fields.List(fields.Nested(AppendOut), metadata={"maxItems": 100})
    version = count()
    post = fields.Nested(PostOut, metadata={"x-included": True})
    viewer = fields.Nested(TopicViewerOut)
    viewer_why = fields.Dict(metadata={"x-included": True, "description": "Why not: ability to reason code"})


TopicPageOut = page_of(TopicOut, "TopicPageOut")


class OutlineItemOut(Out):
    """One reply, or the first of a bin of replies: the highest score of the bin, whether it holds the answer."""

    says = {
        "number": "The number of the first reply.",
        "score": "The highest score.",
        "at": "When the first was written.",
        "answer": "Whether the accepted answer is here.",
    }

    number = count()
    score = score()
    at = Time()
    answer = fields.Boolean()


class OutlineOut(Out):
    """All replies of a topic at a glance; not paged. `bin` is how many replies one item stands for."""

    says = {
        "items": "In the order of numbers.",
        "bin": "How many replies one item stands for.",
        "last_number": "The highest number of a reply.",
    }

    items = fields.List(fields.Nested(OutlineItemOut), metadata={"maxItems": 1000})
    bin = count()
    last_number = count()


def verdicts(topic: Any, actor: Actor, *, archived: bool) -> dict[str, Verdict]:
    """Each ability of TopicCanOut with its verdict."""
    edit = rules.may_edit_topic(actor, topic)
    moderate = rules.may_moderate_topic(actor, topic)
    return {
        "reply": rules.may_reply(actor, topic, archived=archived),
        "edit": edit,
        "delete": rules.may_delete_topic(actor, topic),
        "restore": rules.may_restore_topic(actor, topic) if topic.hidden else Verdict("not_deleted"),
        "move": edit,
        "lock": moderate,
        "pin": moderate,
        "answer": rules.may_accept_answer(actor, topic),
    }


def topics_json(topics: Sequence[Any], actor: Actor, *, why: bool = False) -> list[dict[str, Any]]:
    """TopicOut of each without `post`, from rows of queries.lists.

    The rules look at the actor's level in the category, whether that is archived, who the author is and two columns,
    so that most topics of a page share their verdicts.
    """
    root = page_path("")
    shared: dict[tuple[Any, ...], dict[str, Verdict]] = {}
    found = []
    for topic in topics:
        level, mine = actor.level(topic.category_id), topic.author_id == actor.user_id
        facts = (level, topic.category_archived, mine, topic.hidden, topic.locked)
        may = shared.get(facts)
        if may is None:
            may = shared[facts] = verdicts(topic, actor, archived=topic.category_archived)
        found.append(_topic_json(topic, may, root, why=why))
    return found


def _topic_json(topic: Any, may: Mapping[str, Verdict], root: str, *, why: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": topic.id,
        "title": topic.title,
        "slug": topic.slug,
        "url": f"{root}/t/{topic.id}/{topic.slug}",
        "lang": topic.lang,
        "category": category_brief(
            topic.category_slug,
            topic.category_name,
            topic.category_color,
            topic.category_lang,
            topic.category_archived,
        ),
        "tags": topic.tags,
        "author": user_brief(
            topic.author_id,
            topic.author_username,
            topic.author_display_name,
            topic.author_role,
            topic.author_bot,
        ),
        "created_at": to_wire(topic.created_at),
        "edited_at": to_wire(topic.edited_at) if topic.edited_at else None,
        "last_activity_at": to_wire(topic.last_activity_at),
        "last_author": user_brief(
            topic.last_author_id,
            topic.last_author_username,
            topic.last_author_display_name,
            topic.last_author_role,
            topic.last_author_bot,
        ),
        "reply_count": topic.reply_count,
        "last_number": topic.last_number,
        "view_count": topic.view_count,
        "score": topic.score,
        "answer": topic.answer_number,
        "pinned": topic.pinned,
        "locked": topic.locked,
        "state": "deleted" if topic.hidden else "visible",
        "excerpt": topic.excerpt,
        "appends": [],
        "version": topic.version,
        "viewer": {
            "bookmarked": False,
            "subscription": None,
            "last_read": None,
            "can": {ability: bool(verdict) for ability, verdict in may.items()},
        },
    }
    if why:
        found["viewer_why"] = {ability: verdict.code for ability, verdict in may.items() if not verdict}
    return found
