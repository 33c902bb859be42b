"""What can be asked of topics in the address."""

from api.core.api.schema import MAX_ID, Choice, Flag, Items, Number, Query, Text, Time
from api.topics.schemas.topics import MAX_TAGS, TagName


class RemovalQuery(Query):
    """Why something is deleted."""

    says = {
        "reason": "A word for why, kept in the log.",
        "note": "A note for other moderators, kept in the log.",
    }

    reason = Text(maximum=64, load_default="")
    note = Text(maximum=1000, load_default="")


class TopicQuery(Query):
    """What to add to the answer."""

    include = Items(Choice("body", "viewer_why"), maximum=2, load_default=list)


class TopicListQuery(Query):
    """Which topics, in which order."""

    says = {
        "period": "For `top`: how old a topic may be.",
        "category": "The slug of a category, with those below it; repeat it for any of several.",
        "tag": "The name of a tag; repeat it for topics that have all of them.",
        "author": "The name of the member who opened it.",
        "state": "`deleted` for those who may see deleted topics.",
        "answered": "Only those with an accepted answer, or only those without.",
        "pinned": "Pinned topics alone, or all others.",
        "id": "These topics, in this order; repeat it for several.",
    }

    sort = Choice("active", "new", "top", "hot", "unanswered", load_default="active")
    period = Choice("day", "week", "month", "year", "all", load_default="all")
    category = Items(Text(minimum=1, maximum=80), maximum=20, load_default=list)
    tag = Items(TagName(), maximum=MAX_TAGS, load_default=list)
    author = Text(minimum=1, maximum=64)
    state = Choice("visible", "deleted")
    answered = Flag()
    pinned = Choice("only", "exclude")
    created_after = Time()
    created_before = Time()
    id = Items(Number(minimum=1, maximum=MAX_ID), maximum=100, load_default=list)
    include = Items(Choice("post", "viewer_why"), maximum=2, load_default=list)
    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)
