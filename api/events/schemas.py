"""Events in JSON."""

from marshmallow import fields

from api.core.api.schema import (
    MAX_LIST,
    Number,
    Out,
    Query,
    Text,
    Time,
    count,
    known_values,
    object_id,
)

EVENT_TYPES = (
    "category.changed",
    "category.created",
    "post.created",
    "post.edited",
    "post.removed",
    "post.restored",
    "post.voted",
    "topic.answered",
    "topic.edited",
    "topic.locked",
    "topic.moved",
    "topic.opened",
    "topic.pinned",
    "topic.removed",
    "topic.restored",
    "topic.unanswered",
    "topic.unlocked",
    "topic.unpinned",
)


class FeedEventOut(Out):
    """One thing that happened: ids and versions, never text. Ask the object itself for what it is now."""

    says = {
        "id": "Its cursor: ask for what comes after it.",
        "type": "What happened. New types may come: ignore those that are not known.",
        "at": "When it happened.",
        "actor": "The name of who did it; null for nobody or somebody who is gone.",
        "topic_id": "The topic that it is about; null for none.",
        "post_id": "The post that it is about; null for none.",
        "number": "The post's number in its topic; null for none.",
        "category": "The slug of the category; of what was removed, the one it was seen in.",
        "version": "The object's version after it; null where it has none.",
        "data": "Further facts, by type.",
    }

    id = fields.String(metadata={"maxLength": 64})
    type = known_values(*EVENT_TYPES)
    at = Time()
    actor = fields.String(allow_none=True)
    topic_id = object_id(allow_none=True)
    post_id = object_id(allow_none=True)
    number = count(allow_none=True)
    category = fields.String(allow_none=True)
    version = count(allow_none=True)
    data = fields.Dict()


class FeedOut(Out):
    """A stretch of the log. `next` is null when there is no more now; `resume` is always a cursor to go on from."""

    says = {
        "items": "In the order in which they happened.",
        "next": "Where to go on at once; null where there is no more now.",
        "resume": "Where to go on later; always a cursor.",
    }

    items = fields.List(fields.Nested(FeedEventOut), metadata={"maxItems": MAX_LIST})
    next = fields.String(allow_none=True, metadata={"maxLength": 64})
    resume = fields.String(metadata={"maxLength": 64})


class FeedQuery(Query):
    """From where on: a cursor, `earliest` or `latest`."""

    says = {"after": "A cursor, `earliest` or `latest`."}

    after = Text(minimum=1, maximum=64, load_default="earliest")
    limit = Number(minimum=1, maximum=MAX_LIST, load_default=MAX_LIST)


class StreamQuery(Query):
    """From where on; the header Last-Event-ID wins."""

    says = {"after": "A cursor, `earliest` or `latest`; the header Last-Event-ID wins."}

    after = Text(minimum=1, maximum=64, load_default="latest")
