"""A page of hits with all that its answer shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.categories.rules import among
from api.core.db import AnyRow
from api.permissions.actor import Actor
from api.search.ranking import Ranked
from api.search.rules import finds_post
from api.topics.models import Post, PostText, Topic
from api.topics.queries.lists import get_topics
from api.topics.queries.posts import COLUMNS, PostPage, fill_page
from api.topics.queries.topics import Surroundings, get_surroundings


@dataclass(frozen=True)
class Hits:
    """`found`: topic and post of each hit, rows as the topics' own lists have them; the post's also has `plain`."""

    found: Sequence[tuple[AnyRow, AnyRow]]
    around: Surroundings
    page: PostPage


def get_hits(s: Session, actor: Actor, ranked: Sequence[Ranked]) -> Hits:
    """The topics and posts of these hits as the actor may see them now; what was hidden meanwhile is left out."""
    topics = {row.id: row for row in get_topics(s, actor, [hit.candidate.topic_id for hit in ranked])}
    posts = _get_posts(s, actor, [hit.candidate.post_id for hit in ranked])
    candidates = [hit.candidate for hit in ranked]
    found = [
        (topics[c.topic_id], posts[c.post_id])
        for c in candidates
        if c.topic_id in topics and c.post_id in posts
    ]
    rows = [post for _, post in found]
    around = get_surroundings(s, [topic for topic, _ in found], rows)
    return Hits(found=found, around=around, page=fill_page(s, actor, rows, users=around.users))


def _get_posts(s: Session, actor: Actor, post_ids: Sequence[int]) -> dict[int, AnyRow]:
    statement = (
        select(*COLUMNS, PostText.plain)
        .join(PostText, PostText.post_id == Post.id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(among(Post.id, post_ids), finds_post(actor))
    )
    return {row.id: row for row in s.execute(statement)}
