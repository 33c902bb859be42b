"""What a search may show: less than a reader may see, and the same for every kind of hit."""

from sqlalchemy import ColumnElement, and_

from api.permissions.actor import Actor, Level
from api.permissions.verdict import ALLOW, NOT_VISIBLE, Verdict
from api.topics.models import Post
from api.topics.rules import Eyes, PostFacts, TopicFacts, lists_topic


def may_find_post(actor: Actor, topic: TopicFacts, post: PostFacts) -> Verdict:
    """Only what nobody hid, in categories that exist for the actor; moderators and authors are no exception."""
    if actor.level(topic.category_id) < Level.SEE or topic.hidden or post.hidden:
        return NOT_VISIBLE
    return ALLOW


def finds_post(actor: Actor | Eyes) -> ColumnElement[bool]:
    """SQL twin of may_find_post, in a statement that joins the post and its topic."""
    return and_(lists_topic(actor), Post.hidden == 0)
