"""Candidates: the newest posts that match, so that the cost does not grow with how common a word is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from api.core.cursors import Window, seek
from api.permissions.actor import Actor
from api.search.queries.filters import Filters
from api.search.ranking import Candidate
from api.search.rules import finds_post
from api.text.lexemes import Query, tsquery
from api.topics.models import Post, PostSearch, Topic, TopicSearch
from api.topics.rules import lists_topic

MOST = 1_000
# Words may be spread over a title and the texts below it: so many newest topics with one of the words in their
# title are looked into, each so many posts deep.
SPREAD_TOPICS = 100
SPREAD_POSTS = 20
# Words beyond these are not asked for: a pasted page costs no more than a long sentence.
MOST_WORDS = 32
# Nobody waits longer than this for a search; who asked is told to try again (503).
PATIENCE_MS = 5_000
BY_TEXT, BY_TITLE, SPREAD = 1, 2, 3


@dataclass(frozen=True)
class Wanted:
    """A query as Postgres reads it. Each string is the text of a tsquery; None where nothing is asked."""

    every: str | None
    some: str | None
    words: tuple[str, ...]
    excluded: str | None
    in_title: bool

    @classmethod
    def of(cls, query: Query) -> "Wanted":
        """The lexemes of a query: each of its words is one tsquery, all of whose lexemes a text must have."""
        words = tuple(tsquery(Query(lexemes=(group,))) for group in query.lexemes[:MOST_WORDS] if group)
        excluded = [tsquery(Query(lexemes=(group,))) for group in query.excluded[:MOST_WORDS] if group]
        return cls(
            every=_joined(words, "&"),
            some=_joined(words, "|") if len(words) > 1 else None,
            words=words,
            excluded=_joined(excluded, "|"),
            in_title=query.in_title,
        )


def _joined(terms: Sequence[str], sign: str) -> str | None:
    return f" {sign} ".join(f"({term})" for term in terms) or None


def _has(column: Any, query: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.bool_op("@@")(cast(query, TSQUERY))
    return found


@dataclass(frozen=True)
class Found:
    """Candidates in no order. `cut`: there are more matches, all of them older (or beyond the window)."""

    candidates: list[Candidate]
    cut: bool


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Who looks for what, where. `of_topics`: the filters are about the topic's author and age, not the post's.

    `as_of`: nothing younger than this is found, so that all pages of a search see the same world.
    """

    actor: Actor
    wanted: Wanted
    filters: Filters
    of_topics: bool = False
    as_of: datetime | None = None

    def narrowed(self, statement: Select[Any], author: Any, created_at: Any) -> Select[Any]:
        """What the caller may find, inside the filters, without what is excluded from text and title."""
        if self.as_of is not None:
            statement = statement.where(created_at <= self.as_of)
        if self.of_topics:
            author, created_at = Topic.author_id, Topic.created_at
        statement = statement.where(finds_post(self.actor), *self.filters.conditions(author, created_at))
        if self.wanted.excluded is None:
            return statement
        title = select(TopicSearch.topic_id).where(
            TopicSearch.topic_id == Topic.id, _has(TopicSearch.tsv, self.wanted.excluded)
        )
        text = select(PostSearch.post_id).where(
            PostSearch.post_id == Post.id, _has(PostSearch.tsv, self.wanted.excluded)
        )
        return statement.where(not_(title.correlate(Topic).exists()), not_(text.correlate(Post).exists()))


def list_candidates(s: Session, scope: Scope, window: Window) -> Found:
    """The first matches in time from the window's position, one more than its limit of each kind.

    Two statements, however many: one of them bounds the time of the other.
    """
    s.execute(select(func.set_config("statement_timeout", str(PATIENCE_MS), true())))
    branches = _branches(scope, window)
    # Materialized: planned into the joins below, the search itself might run again for each of their rows.
    found = union_all(*branches).cte("found").prefix_with("materialized")
    statement = (
        select(
            found.c.branch,
            Post.id,
            Post.topic_id,
            Post.number,
            Post.created_at,
            Topic.created_at,
            Post.score,
            Topic.answer_number,
            # To open the lexemes of a thousand texts takes longer than to find them, so what is known is not counted.
            case(
                (found.c.branch == BY_TEXT, len(scope.wanted.words)),
                else_=_count_words(PostSearch.tsv, scope.wanted),
            ),
            _count_words(TopicSearch.tsv, scope.wanted),
        )
        .select_from(found)
        .join(Post, Post.id == found.c.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .outerjoin(PostSearch, PostSearch.post_id == Post.id)
        .outerjoin(TopicSearch, TopicSearch.topic_id == Topic.id)
        .where(finds_post(scope.actor))
    )
    rows = s.execute(statement).all()
    by_branch: dict[int, int] = {}
    for row in rows:
        by_branch[row[0]] = by_branch.get(row[0], 0) + 1
    candidates = {row[1]: Candidate(*row[1:]) for row in rows}
    return Found(list(candidates.values()), cut=any(n > window.limit for n in by_branch.values()))


def _branches(scope: Scope, window: Window) -> list[Select[Any]]:
    if scope.wanted.every is None:
        return [_by_text(scope, window)]
    branches = [_by_title(scope, window)]
    if not scope.wanted.in_title:
        branches.append(_by_text(scope, window))
        if scope.wanted.some is not None:
            branches.append(_spread(scope, window))
    return branches


def _branch(number: int, post_id: Any) -> tuple[Any, Any]:
    return post_id.label("post_id"), literal_column(str(number)).label("branch")


def _by_text(scope: Scope, window: Window) -> Select[Any]:
    """The newest posts whose text has every word."""
    statement = (
        select(*_branch(BY_TEXT, PostSearch.post_id))
        .join(Post, Post.id == PostSearch.post_id)
        .join(Topic, Topic.id == Post.topic_id)
    )
    if scope.wanted.every is not None:
        statement = statement.where(_has(PostSearch.tsv, scope.wanted.every))
    statement = scope.narrowed(statement, PostSearch.author_id, PostSearch.created_at)
    return seek(statement, window, [PostSearch.created_at, PostSearch.post_id], descending=True)


def _by_title(scope: Scope, window: Window) -> Select[Any]:
    """The opening posts of the newest topics whose title or tags have every word."""
    statement = (
        select(*_branch(BY_TITLE, Post.id))
        .select_from(TopicSearch)
        .join(Topic, Topic.id == TopicSearch.topic_id)
        .join(Post, and_(Post.topic_id == Topic.id, Post.number == 0))
        .where(_has(TopicSearch.tsv, scope.wanted.every or ""))
    )
    statement = scope.narrowed(statement, Post.author_id, Topic.created_at)
    # A topic is as old as its opening post, so this is the same order as that of the texts.
    return seek(statement, window, [Topic.created_at, Post.id], descending=True)


def _spread(scope: Scope, window: Window) -> Select[Any]:
    """Posts that have every word together with their topic's title, and neither has them all alone."""
    wanted = scope.wanted
    titles = (
        select(TopicSearch.topic_id, TopicSearch.tsv)
        .join(Topic, Topic.id == TopicSearch.topic_id)
        .where(lists_topic(scope.actor))
        .where(_has(TopicSearch.tsv, wanted.some or ""), not_(_has(TopicSearch.tsv, wanted.every or "")))
        .where(*scope.filters.conditions(Topic.author_id, Topic.created_at) if scope.of_topics else (true(),))
        .order_by(Topic.created_at.desc(), Topic.id.desc())
        .limit(SPREAD_TOPICS)
        .cte("titles")
        .prefix_with("materialized")
    )
    opened = (
        select(Post.id)
        .where(Post.topic_id == titles.c.topic_id)
        .order_by(Post.number)
        .limit(SPREAD_POSTS)
        .correlate(titles)
        .lateral("opened")
    )
    together = [or_(_has(titles.c.tsv, word), _has(PostSearch.tsv, word)) for word in wanted.words]
    statement = (
        select(*_branch(SPREAD, PostSearch.post_id))
        .select_from(titles)
        .join(opened, true())
        .join(PostSearch, PostSearch.post_id == opened.c.id)
        .join(Post, Post.id == PostSearch.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(*together, not_(_has(PostSearch.tsv, wanted.every or "")))
    )
    statement = scope.narrowed(statement, PostSearch.author_id, PostSearch.created_at)
    return seek(statement, window, [PostSearch.created_at, PostSearch.post_id], descending=True)


def _count_words(tsv: Any, wanted: Wanted) -> ColumnElement[int]:
    if not wanted.words:
        return literal(0)
    words = func.unnest(cast(literal(list(wanted.words), ARRAY(Text)), ARRAY(TSQUERY))).column_valued("word")
    return select(func.count()).where(tsv.bool_op("@@")(words)).scalar_subquery()
