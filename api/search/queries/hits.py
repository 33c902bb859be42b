"""A page of hits with all that its answer shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.core.prepared import Prepared, among_parameter
from api.permissions.actor import Actor
from api.search.ranking import Ranked
from api.search.rules import finds_post
from api.topics.models import Post, PostText, Topic
from api.topics.queries.lists import get_topics
from api.topics.queries.posts import get_posts
from api.topics.rules import ANYBODY, eyes_of


@dataclass(frozen=True)
class Hits:
    """`found`: topic and complete post of each hit, and the post's plain text."""

    found: Sequence[tuple[Any, Any, str]]


# Joined as finding has it, which is less than reading: a hit that was hidden meanwhile is none.
_PLAIN = Prepared(
    lambda: (
        select(PostText.post_id, PostText.plain)
        .join(Post, Post.id == PostText.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(among_parameter(PostText.post_id, "ids"), finds_post(ANYBODY))
    )
)


def get_hits(s: Session, actor: Actor, ranked: Sequence[Ranked]) -> Hits:
    """The topics and posts of these hits as the actor may see them now; what was hidden meanwhile is left out."""
    ids = [hit.candidate.post_id for hit in ranked]
    topics = {row.id: row for row in get_topics(s, actor, [hit.candidate.topic_id for hit in ranked])}
    posts = {row.id: row for row in get_posts(s, actor, ids)}
    plain = dict(_PLAIN.all(s, {"ids": ids, **eyes_of(actor)}))
    found = [
        (topics[c.topic_id], posts[c.post_id], plain[c.post_id])
        for c in (hit.candidate for hit in ranked)
        if c.topic_id in topics and c.post_id in posts and c.post_id in plain
    ]
    return Hits(found)
