"""Notes down what was done to what others wrote, tells what happened, and names the problems of this feature."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.core import outbox, problems
from api.permissions.actor import Actor
from api.topics.models import ModerationAction, Topic

problems.register(
    {
        "topic_locked": "The topic is locked",
        "topic_deleted": "The topic is deleted",
        "may_not_reply_here": "You may not reply in this category",
        "not_yours": "Only its author may do this",
        "own_post": "You cannot vote on what you wrote",
        "opening_post": "The opening post goes with its topic",
        "already_deleted": "It is deleted already",
        "not_deleted": "It is not deleted",
        "hidden_by_moderator": "A moderator hid this",
        "withdrawn_by_author": "Its author withdrew this",
    }
)


def note(
    s: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    topic_id: int,
    post_id: int | None = None,
    reason: str = "",
    remark: str = "",
    before: dict[str, object] | None = None,
) -> None:
    """One line of the record that says who did what, when and why."""
    s.add(
        ModerationAction(
            actor_id=actor.user_id,
            action=action,
            topic_id=topic_id,
            post_id=post_id,
            reason=reason,
            note=remark,
            before=before,
            at=now,
        )
    )


def tell(
    s: Session,
    type_: str,
    actor_id: int | None,
    topic: Topic,
    *,
    now: datetime,
    version: int,
    post_id: int | None = None,
    number: int | None = None,
) -> None:
    """Write an event about a topic, once all else is written.

    What happens inside a hidden topic is for moderators; that it was hidden is for everybody who saw it before.
    """
    s.flush()
    public = topic.hidden == 0 or type_ == "topic.removed"
    outbox.emit(
        s,
        type_,
        actor_id=actor_id,
        topic_id=topic.id,
        post_id=post_id,
        number=number,
        category_id=topic.category_id,
        audience=outbox.PUBLIC if public else outbox.MODERATORS,
        version=version,
        now=now,
    )
