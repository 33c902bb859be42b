"""A page of hits with all that its answer shows, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
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
from api.topics.queries.posts import PostPage, fill_page, get_posts
from api.topics.queries.topics import Surroundings, get_surroundings


@dataclass(frozen=True)
class Hits:
    """`found`: topic and post of each hit, rows as the topics' own lists have them; `plain`: texts by post id."""

    found: Sequence[tuple[AnyRow, AnyRow]]
    plain: Mapping[int, str]
    around: Surroundings
    page: PostPage


def get_hits(s: Session, actor: Actor, ranked: Sequence[Ranked]) -> Hits:
    """The topics and posts of these hits as the actor may see them now; what was hidden meanwhile is left out."""
    topics = {row.id: row for row in get_topics(s, actor, [hit.candidate.topic_id for hit in ranked])}
    posts = {row.id: row for row in get_posts(s, actor, [hit.candidate.post_id for hit in ranked])}
    plain = _get_plain(s, actor, list(posts))
    found = [
        (topics[hit.candidate.topic_id], posts[hit.candidate.post_id])
        for hit in ranked
        if hit.candidate.post_id in plain and hit.candidate.topic_id in topics
    ]
    shown = [topic for topic, _ in found]
    return Hits(
        found=found,
        plain=plain,
        around=get_surroundings(s, shown),
        page=fill_page(s, actor, [post for _, post in found]),
    )


def _get_plain(s: Session, actor: Actor, post_ids: Sequence[int]) -> Mapping[int, str]:
    statement = (
        select(PostText.post_id, PostText.plain)
        .join(Post, Post.id == PostText.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(among(PostText.post_id, post_ids), finds_post(actor))
    )
    return dict(s.execute(statement).all())
