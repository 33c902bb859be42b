"""What every written text goes through: rendered once, on write, and indexed for search."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import cast, literal, update
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.orm import Session

from api.core.runtime import settings
from api.text import RENDERER_VERSION, Rendered, language, lexemes, render
from api.topics.models import Post, PostRevision, PostSearch, PostText, TopicSearch
from api.users.queries import mention_resolver

# Ten times the votes weigh as much as this many seconds of youth (half a day).
HOT_SECONDS = 45_000


@dataclass(frozen=True)
class Writing:
    """A text ready to be stored."""

    body: str
    rendered: Rendered
    lang: str | None
    tsv: str


def prepare(s: Session, body: str) -> Writing:
    """Render and index a text; done before any lock is taken, since it takes the longest."""
    rendered = render(body, mentions=mention_resolver(s), root=settings().root_path)
    tsv = lexemes.tsvector(lexemes.index(rendered.plain))
    return Writing(body=body, rendered=rendered, lang=language.guess(rendered.plain), tsv=tsv)


def store_text(s: Session, post: Post, writing: Writing) -> None:
    """Write or replace a post's text and lexemes."""
    _put(s, PostText, "post_id", _text_row(post, writing))
    search = _search_row(post, writing)
    _put(s, PostSearch, "post_id", {**search, "tsv": cast(literal(search["tsv"]), TSVECTOR)})


def store_new_texts(s: Session, written: Sequence[tuple[Post, Writing]]) -> None:
    """Write the texts and lexemes of many new posts, in two statements."""
    if written:
        s.execute(insert(PostText), [_text_row(post, writing) for post, writing in written])
        s.execute(insert(PostSearch), [_search_row(post, writing) for post, writing in written])


def _text_row(post: Post, writing: Writing) -> dict[str, Any]:
    return {
        "post_id": post.id,
        "topic_id": post.topic_id,
        "body": writing.body,
        "body_html": writing.rendered.html,
        "plain": writing.rendered.plain,
        "renderer": RENDERER_VERSION,
    }


def _search_row(post: Post, writing: Writing) -> dict[str, Any]:
    return {
        "post_id": post.id,
        "topic_id": post.topic_id,
        "author_id": post.author_id,
        "created_at": post.created_at,
        "tsv": writing.tsv,
    }


def store_title(s: Session, topic_id: int, title: str, tags: list[str]) -> None:
    """Write or replace the lexemes of a topic's title and tags."""
    found = lexemes.index(title) + [tag for tag in tags if tag not in lexemes.index(title)]
    found += [lexeme for tag in tags for lexeme in lexemes.index(tag)]
    tsv = lexemes.tsvector(list(dict.fromkeys(found)))
    _put(s, TopicSearch, "topic_id", {"topic_id": topic_id, "tsv": cast(literal(tsv), TSVECTOR)})


def _put(s: Session, table: Any, key: str, row: dict[str, Any]) -> None:
    changed = {k: v for k, v in row.items() if k != key}
    s.execute(insert(table).values(row).on_conflict_do_update(index_elements=[key], set_=changed))


def store_revision(
    s: Session, post: Post, body: str, editor_id: int | None, at: datetime, meta: dict[str, object] | None
) -> None:
    """Keep the whole text as a revision."""
    s.add(
        PostRevision(
            post_id=post.id,
            revision=post.revision,
            topic_id=post.topic_id,
            editor_id=editor_id,
            at=at,
            body=body,
            meta=meta,
        )
    )


def hot_rank(score: int, created_at: datetime) -> float:
    """A rank of score and birth alone: it needs no recount as time goes by."""
    weight = math.copysign(math.log10(max(abs(score), 1)), score)
    return weight + created_at.timestamp() / HOT_SECONDS


def rerender(s: Session, post_id: int, body: str) -> None:
    """Render a stored text anew, for a newer renderer; the text itself and its versions stay."""
    rendered = render(body, mentions=mention_resolver(s), root=settings().root_path)
    changed = {"body_html": rendered.html, "plain": rendered.plain, "renderer": RENDERER_VERSION}
    s.execute(update(PostText).where(PostText.post_id == post_id).values(changed))
