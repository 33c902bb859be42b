"""States of a topic: locked, pinned, answered. Setting what is set changes nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from api.core.etags import NO_PRECONDITION, Precondition
from api.core.problems import invalid, require
from api.permissions.actor import Actor
from api.topics import rules
from api.topics.actions.log import note, tell
from api.topics.models import Post, Topic
from api.topics.queries.posts import get_reply_for_change
from api.users.actions import add_counts

# A state's column -> what setting and clearing it are called.
_FLAGS = {"locked": ("lock", "unlock"), "pinned": ("pin", "unpin")}


def set_flag(
    s: Session,
    actor: Actor,
    topic: Topic,
    flag: Literal["locked", "pinned"],
    *,
    on: bool,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Topic:
    """Close a topic to replies or open it again; pin it to the head of its lists or let it go."""
    require(rules.may_moderate_topic(actor, topic))
    if_match.check(topic.version)
    if getattr(topic, flag) != on:
        setattr(topic, flag, on)
        done, undone = _FLAGS[flag]
        _changed(s, actor, topic, done if on else undone, now)
    return topic


def accept_answer(
    s: Session,
    actor: Actor,
    topic: Topic,
    number: int | None,
    *,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Topic:
    """Mark the reply with this number as the answer; None takes the mark away."""
    require(rules.may_accept_answer(actor, topic))
    if_match.check(topic.version)
    if number == topic.answer_number:
        return topic
    reply = None
    if number is not None:
        reply = get_reply_for_change(s, topic.id, number)
        if reply is None or reply.hidden or number == 0:
            raise invalid("/number", "no_such_reply", "There is no such reply in this topic.")
    _credit(s, [(_answer(s, topic), -1), (reply, +1)])
    topic.answer_number = number
    _changed(s, actor, topic, "answer" if reply else "unanswer", now)
    return topic


def clear_answer(s: Session, topic: Topic) -> None:
    """Take the mark and its credit away; nothing is told."""
    _credit(s, [(_answer(s, topic), -1)])
    topic.answer_number = None


def _answer(s: Session, topic: Topic) -> Post | None:
    return None if topic.answer_number is None else get_reply_for_change(s, topic.id, topic.answer_number)


def _credit(s: Session, changes: Sequence[tuple[Post | None, int]]) -> None:
    """Count answers of members, by their ids: two topics that change theirs crosswise must not wait for each other."""
    by_author: Counter[int] = Counter()
    for reply, n in changes:
        if reply is not None and reply.author_id is not None:
            by_author[reply.author_id] += n
    for author_id, n in sorted(by_author.items()):
        add_counts(s, author_id, answers=n)


_EVENTS = {
    "lock": "topic.locked",
    "unlock": "topic.unlocked",
    "pin": "topic.pinned",
    "unpin": "topic.unpinned",
    "answer": "topic.answered",
    "unanswer": "topic.unanswered",
}


def _changed(s: Session, actor: Actor, topic: Topic, action: str, now: datetime) -> None:
    topic.version += 1
    note(s, actor, action, topic_id=topic.id, now=now)
    number = topic.answer_number
    tell(s, _EVENTS[action], actor.user_id, topic, number=number, version=topic.version, now=now)
