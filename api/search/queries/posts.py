"""Pages of posts and of topics that a search finds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, encode, page
from api.permissions.actor import Actor
from api.search.queries.candidates import MOST, Scope, Wanted, list_candidates
from api.search.queries.filters import Asked, resolve
from api.search.queries.phrases import keep_phrases
from api.search.ranking import Ranked, best_of_topics, rank

Key = Callable[[Ranked], tuple[Any, ...]]


@dataclass(frozen=True)
class Matches:
    """One page. `truncated`: there are more than 1,000 matches, of which only the newest were ranked."""

    page: Page[Ranked]
    truncated: bool


def find_posts(
    s: Session, actor: Actor, asked: Asked, window: Window, *, sort: str, now: datetime
) -> Matches:
    """A page of posts by `sort`: "relevance" ranks the newest 1,000 matches, "new" goes back through all of them."""
    scope = Scope(actor=actor, wanted=Wanted.of(asked.text), filters=resolve(s, actor, asked))
    if sort == "new":
        return _newest_posts(s, scope, asked, window)
    ranked, as_of, cut = _rank(s, scope, window, now)

    def key(hit: Ranked) -> tuple[Any, ...]:
        return hit.relevance, hit.candidate.post_id, as_of

    ahead = _ahead(ranked, window, key)
    rows = list(islice(keep_phrases(s, actor, asked.text, ahead), window.limit + 1))
    return Matches(page(rows, window, key), cut)


def find_topics(
    s: Session, actor: Actor, asked: Asked, window: Window, *, sort: str, now: datetime
) -> Matches:
    """A page of topics, each by its best post, out of the newest 1,000 posts that match."""
    filters = resolve(s, actor, asked)
    scope = Scope(actor=actor, wanted=Wanted.of(asked.text), filters=filters, of_topics=True)
    ranked, as_of, cut = _rank(s, scope, window, now)
    best = best_of_topics(keep_phrases(s, actor, asked.text, ranked))

    def by_time(hit: Ranked) -> tuple[Any, ...]:
        return hit.candidate.topic_created_at, hit.candidate.topic_id, as_of

    def by_relevance(hit: Ranked) -> tuple[Any, ...]:
        return hit.relevance, hit.candidate.post_id, as_of

    key = by_time if sort == "new" else by_relevance
    best.sort(key=lambda hit: key(hit)[:2], reverse=True)
    return Matches(page(_ahead(best, window, key)[: window.limit + 1], window, key), cut)


def _rank(s: Session, scope: Scope, window: Window, now: datetime) -> tuple[list[Ranked], datetime, bool]:
    """(all candidates in order, when the first page was asked for, whether there are more): a cursor carries the time."""
    as_of: datetime = window.position[2] if window.position else now
    whole = Window(limit=MOST, binding=window.binding)
    found = list_candidates(s, replace(scope, as_of=as_of), whole)
    return rank(found.candidates, len(scope.wanted.words), as_of), as_of, found.cut


def _ahead(ranked: Sequence[Ranked], window: Window, key: Key) -> list[Ranked]:
    """What lies beyond the window's position, nearest first."""
    walk: Iterable[Ranked] = reversed(ranked) if window.backwards else ranked
    if window.position is None:
        return list(walk)
    here = window.position[:2]
    return [hit for hit in walk if (key(hit)[:2] > here if window.backwards else key(hit)[:2] < here)]


def _newest_posts(s: Session, scope: Scope, asked: Asked, window: Window) -> Matches:
    """Keyset over the matches themselves, however many; phrases are decided among the next 1,000 of them."""
    decides_later = bool(asked.text.phrases or asked.text.excluded_phrases)
    wide = replace(window, limit=MOST) if decides_later else window
    walk = [Ranked(0, candidate) for candidate in list_candidates(s, scope, wide).candidates]
    walk.sort(key=_time_key, reverse=not window.backwards)
    del walk[wide.limit + 1 :]
    rows = list(islice(keep_phrases(s, scope.actor, asked.text, walk), window.limit + 1))
    made = page(rows, window, _time_key)
    if decides_later and len(rows) <= window.limit and len(walk) > wide.limit:
        # The page is short, but the list goes on behind the last match that was looked at.
        beyond = encode(window.binding, _time_key(walk[-1]), backwards=window.backwards)
        made = replace(made, previous=beyond) if window.backwards else replace(made, next=beyond)
    return Matches(made, truncated=False)


def _time_key(hit: Ranked) -> tuple[Any, ...]:
    return hit.candidate.created_at, hit.candidate.post_id
