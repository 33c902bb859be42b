"""States under a topic: PUT sets, DELETE clears, both idempotent, both answer with the topic."""

from typing import Any, Literal

from api.core.api import Blueprint, Call, member
from api.core.db import transaction
from api.topics.actions import states
from api.topics.routes.answers import locked_topic, topic_answer
from api.topics.schemas.topics import AnswerPut, TopicOut

bp = Blueprint("topic_states", "Locked, pinned, answered")
STATE: dict[str, Any] = {
    "access": member("write"),
    "answer": (200, TopicOut),
    "if_match": True,
    "ready": True,
    "problems": (404,),
}


@bp.operation("PUT", "/topics/<int:topic_id>/lock", **STATE)
def lock_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Close a topic to replies."""
    return _set_flag(call, topic_id, "locked", on=True)


@bp.operation("DELETE", "/topics/<int:topic_id>/lock", **STATE)
def unlock_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Open a topic to replies again."""
    return _set_flag(call, topic_id, "locked", on=False)


@bp.operation("PUT", "/topics/<int:topic_id>/pin", **STATE)
def pin_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Pin a topic."""
    return _set_flag(call, topic_id, "pinned", on=True)


@bp.operation("DELETE", "/topics/<int:topic_id>/pin", **STATE)
def unpin_topic(call: Call, topic_id: int) -> dict[str, Any]:
    """Unpin a topic."""
    return _set_flag(call, topic_id, "pinned", on=False)


@bp.operation("PUT", "/topics/<int:topic_id>/answer", body=AnswerPut, **STATE)
def accept_answer(call: Call, topic_id: int) -> dict[str, Any]:
    """Accept a reply as the answer."""
    return _set_answer(call, topic_id, call.body["number"])


@bp.operation("DELETE", "/topics/<int:topic_id>/answer", **STATE)
def unaccept_answer(call: Call, topic_id: int) -> dict[str, Any]:
    """Take the mark of the answer away."""
    return _set_answer(call, topic_id, None)


def _set_flag(call: Call, topic_id: int, flag: Literal["locked", "pinned"], *, on: bool) -> dict[str, Any]:
    with transaction() as s:
        topic = locked_topic(s, call, topic_id)
        states.set_flag(s, call.actor, topic, flag, on=on, now=call.now, if_match=call.if_match)
        return topic_answer(s, call, topic.id)


def _set_answer(call: Call, topic_id: int, number: int | None) -> dict[str, Any]:
    with transaction() as s:
        topic = locked_topic(s, call, topic_id)
        states.accept_answer(s, call.actor, topic, number, now=call.now, if_match=call.if_match)
        return topic_answer(s, call, topic.id)
