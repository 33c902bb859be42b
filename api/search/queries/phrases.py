"""Phrases: lexemes only find candidates, the stored plain text and the title decide."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.categories.rules import among
from api.permissions.actor import Actor
from api.search.ranking import Ranked
from api.search.rules import finds_post
from api.text.lexemes import Query, fold
from api.text.segments import SEGMENT
from api.topics.models import Post, PostText, Topic

# How many texts are read at once: a page is mostly full after the first, and a worker's memory stays small.
AT_ONCE = 100


def keep_phrases(s: Session, actor: Actor, query: Query, ranked: Sequence[Ranked]) -> Iterator[Ranked]:
    """Those with every phrase in text or title, and no excluded one; read only as far as the caller goes."""
    if not query.phrases and not query.excluded_phrases:
        yield from ranked
        return
    for start in range(0, len(ranked), AT_ONCE):
        batch = ranked[start : start + AT_ONCE]
        texts = _texts(s, actor, [hit.candidate.post_id for hit in batch])
        yield from (hit for hit in batch if _agrees(query, texts.get(hit.candidate.post_id)))


def _texts(s: Session, actor: Actor, post_ids: list[int]) -> dict[int, tuple[str, str]]:
    statement = (
        select(PostText.post_id, Topic.title, PostText.plain)
        .join(Post, Post.id == PostText.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(among(PostText.post_id, post_ids), finds_post(actor))
    )
    return {post_id: (title, plain) for post_id, title, plain in s.execute(statement)}


def _agrees(query: Query, texts: tuple[str, str] | None) -> bool:
    if texts is None:
        return False
    folded = [fold(text) for text in texts]
    has = [any(contains(text, phrase) for text in folded) for phrase in query.phrases]
    return all(has) and not any(
        contains(text, phrase) for phrase in query.excluded_phrases for text in folded
    )


def contains(folded: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, both folded; words with spaces between them are whole: no "art" in "part"."""
    at = folded.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not _joined(folded, at) and not _joined(folded, end):
            return True
        at = folded.find(phrase, at + 1)
    return False


def _joined(text: str, at: int) -> bool:
    """Whether a word goes on across this position; Chinese and other unspaced writing joins nothing."""
    return 0 < at < len(text) and _of_word(text[at - 1]) and _of_word(text[at])


def _of_word(character: str) -> bool:
    match = SEGMENT.fullmatch(character)
    return match is not None and match["word"] is not None
