"""Who may see and do what to topics and posts. Pure; what may be seen has its SQL twin beside it."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, any_, bindparam, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from api.permissions.actor import Actor, Level
from api.permissions.verdict import ALLOW, NOT_VISIBLE, Verdict, deny
from api.topics.models import BY_AUTHOR, BY_MODERATOR, NEVER_PUBLIC, Post, Topic


class TopicFacts(Protocol):
    """What the rules read of a topic; a row of a list has it as well as the whole object."""

    category_id: int
    author_id: int | None
    hidden: int
    locked: bool


class PostFacts(Protocol):
    """What the rules read of a post."""

    author_id: int | None
    hidden: int
    number: int | None


def moderates(actor: Actor, topic: TopicFacts) -> bool:
    """Whether the actor moderates the topic's category."""
    return actor.level(topic.category_id) >= Level.MODERATE


def _wrote(actor: Actor, subject: TopicFacts | PostFacts) -> bool:
    return actor.user_id is not None and subject.author_id == actor.user_id


def may_see_topic(actor: Actor, topic: TopicFacts) -> Verdict:
    """Visible topics of visible categories; withdrawn ones for their author; all others for moderators."""
    if actor.level(topic.category_id) < Level.SEE:
        return NOT_VISIBLE
    if topic.hidden == 0 or moderates(actor, topic):
        return ALLOW
    if topic.hidden == BY_AUTHOR and _wrote(actor, topic):
        return ALLOW
    return NOT_VISIBLE


@dataclass(frozen=True)
class Eyes:
    """What the SQL twins need of an actor: values of one, or parameters that stand for any (`ANYBODY`)."""

    visible: ColumnElement[Any]
    moderated: ColumnElement[Any]
    user_id: ColumnElement[Any]


ANYBODY = Eyes(
    visible=bindparam("visible", type_=ARRAY(BigInteger)),
    moderated=bindparam("moderated", type_=ARRAY(BigInteger)),
    user_id=bindparam("user_id", type_=BigInteger),
)
"""For statements that are prepared once and then asked on behalf of everybody, with `eyes_of`'s values."""


def eyes_of(actor: Actor) -> dict[str, Any]:
    """The values of ANYBODY's parameters for one actor."""
    moderated = sorted(c for c, level in actor.levels.items() if level >= Level.MODERATE)
    return {"visible": actor.visible_categories, "moderated": moderated, "user_id": actor.user_id}


def _eyes(actor: Actor | Eyes) -> Eyes:
    if isinstance(actor, Eyes):
        return actor
    values = eyes_of(actor)
    return Eyes(
        visible=literal(values["visible"], ARRAY(BigInteger)),
        moderated=literal(values["moderated"], ARRAY(BigInteger)),
        user_id=literal(values["user_id"], BigInteger),
    )


def sees_topic(actor: Actor | Eyes) -> ColumnElement[bool]:
    """SQL twin of may_see_topic. Nobody wrote anything as NULL, which is who a visitor is here."""
    eyes = _eyes(actor)
    own = and_(Topic.hidden == BY_AUTHOR, Topic.author_id == eyes.user_id)
    return and_(
        Topic.category_id == any_(eyes.visible),
        or_(Topic.hidden == 0, own, Topic.category_id == any_(eyes.moderated)),
    )


def lists_topic(actor: Actor | Eyes) -> ColumnElement[bool]:
    """What lists show: only what nobody hid. The same predicate as the partial indexes."""
    return and_(Topic.hidden == 0, Topic.category_id == any_(_eyes(actor).visible))


def may_see_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """Whether the post has a place in the topic for the actor, be it as a tombstone."""
    seen = may_see_topic(actor, topic)
    if not seen:
        return seen
    if post.hidden & NEVER_PUBLIC and not (moderates(actor, topic) or _wrote(actor, post)):
        return NOT_VISIBLE
    return ALLOW


def may_read_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """Whether the post's text, revisions and votes exist for the actor; of a tombstone they do not."""
    seen = may_see_post(actor, topic, post)
    return seen if not seen or post.hidden == 0 else NOT_VISIBLE


def sees_post(actor: Actor | Eyes) -> ColumnElement[bool]:
    """SQL twin of may_see_post, in a statement that joins the topic."""
    eyes = _eyes(actor)
    public_once = Post.hidden.op("&")(NEVER_PUBLIC) == 0
    own = Post.author_id == eyes.user_id
    return and_(sees_topic(eyes), or_(public_once, own, Topic.category_id == any_(eyes.moderated)))


def may_reply(actor: Actor, topic: TopicFacts, *, archived: bool = False) -> Verdict:
    """Members with the level for it, while the topic is open; moderators also when it is locked."""
    seen = may_see_topic(actor, topic)
    if not seen:
        return seen
    if not actor.is_member:
        return deny("members_only")
    if actor.level(topic.category_id) < Level.REPLY:
        return deny("may_not_reply_here")
    if topic.hidden:
        return deny("topic_deleted")
    if moderates(actor, topic):
        return ALLOW
    if topic.locked:
        return deny("topic_locked")
    return deny("category_archived") if archived else ALLOW


def may_edit_topic(actor: Actor, topic: TopicFacts) -> Verdict:
    """Title, tags and opening text: the author while it is open, and moderators."""
    seen = may_see_topic(actor, topic)
    if not seen:
        return seen
    if topic.hidden:
        return deny("topic_deleted") if actor.is_member else deny("members_only")
    if moderates(actor, topic):
        return ALLOW
    if not _wrote(actor, topic):
        return deny("not_yours") if actor.is_member else deny("members_only")
    return deny("topic_locked") if topic.locked else ALLOW


def may_delete_topic(actor: Actor, topic: TopicFacts) -> Verdict:
    """The author while it is open, and moderators."""
    return may_edit_topic(actor, topic)


def may_restore_topic(actor: Actor, topic: TopicFacts) -> Verdict:
    """Who may see a hidden topic may bring it back, unless somebody else's cause is on it."""
    seen = may_see_topic(actor, topic)
    if not seen:
        return seen
    return _may_clear(actor, topic, moderator=moderates(actor, topic))


def _may_clear(actor: Actor, subject: TopicFacts | PostFacts, *, moderator: bool) -> Verdict:
    if not actor.is_member:
        return deny("members_only")
    if _wrote(actor, subject):
        return ALLOW if moderator or subject.hidden in (0, BY_AUTHOR) else deny("hidden_by_moderator")
    if not moderator:
        return deny("not_yours")
    return deny("withdrawn_by_author") if subject.hidden == BY_AUTHOR else ALLOW


def cause_to_clear(actor: Actor, topic: TopicFacts, subject: TopicFacts | PostFacts) -> int:
    """The one cause of absence that the actor's restoring clears; 0 where every cause is somebody else's business."""
    if subject.hidden & BY_MODERATOR and moderates(actor, topic):
        return BY_MODERATOR
    return BY_AUTHOR if subject.hidden & BY_AUTHOR and _wrote(actor, subject) else 0


def may_moderate_topic(actor: Actor, topic: TopicFacts) -> Verdict:
    """Locking, pinning and other acts of moderators."""
    seen = may_see_topic(actor, topic)
    if not seen:
        return seen
    if not actor.is_member:
        return deny("members_only")
    return ALLOW if moderates(actor, topic) else deny("moderators_only")


def may_move_topic(
    actor: Actor, topic: TopicFacts, to_category_id: int, *, archived: bool = False
) -> Verdict:
    """Who may edit the topic and may post in the other category; a category one cannot see is none."""
    verdict = may_edit_topic(actor, topic)
    if not verdict:
        return verdict
    if actor.level(to_category_id) < Level.POST:
        return deny("may_not_post_here")
    if archived and actor.level(to_category_id) < Level.MODERATE:
        return deny("category_archived")
    return ALLOW


def may_accept_answer(actor: Actor, topic: TopicFacts) -> Verdict:
    """The one who asked, and moderators."""
    return may_edit_topic(actor, topic)


def may_edit_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """The author while the topic is open, and moderators; the opening post follows its topic."""
    if post.number == 0:
        return may_edit_topic(actor, topic)
    seen = may_read_post(actor, topic, post)
    if not seen:
        return seen
    if moderates(actor, topic):
        return ALLOW
    if not _wrote(actor, post):
        return deny("not_yours") if actor.is_member else deny("members_only")
    if topic.hidden:
        return deny("topic_deleted")
    return deny("topic_locked") if topic.locked else ALLOW


def may_delete_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """As editing; the opening post is never deleted alone, which is a matter of state and told as 409."""
    return may_edit_post(actor, topic, post)


def may_restore_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """The author what the author withdrew, moderators what a moderator hid."""
    seen = may_see_post(actor, topic, post)
    if not seen:
        return seen
    return _may_clear(actor, post, moderator=moderates(actor, topic))


def may_see_removed(actor: Actor, topic: TopicFacts, post: PostFacts) -> bool:
    """Whether the text behind a tombstone may be shown on request: to those who may restore it, and moderators."""
    return bool(may_see_post(actor, topic, post)) and (
        moderates(actor, topic) or (post.hidden == BY_AUTHOR and _wrote(actor, post))
    )


def may_vote(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """Members on what others wrote."""
    seen = may_read_post(actor, topic, post)
    if not seen:
        return seen
    if not actor.is_member:
        return deny("members_only")
    if topic.hidden:
        return deny("topic_deleted")
    if actor.level(topic.category_id) < Level.REPLY:
        return deny("may_not_reply_here")
    return deny("own_post") if _wrote(actor, post) else ALLOW
