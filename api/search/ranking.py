"""The order of hits: our own formula, whole numbers, the same on every page of one search."""

from collections.abc import Iterable
from datetime import datetime
from math import log2
from typing import NamedTuple

# Weights in thousandths of a point. A word in the title of an opening post counts as much again as one in its
# text; for a reply the title only says what the talk is about. All else together is worth less than one title.
WORDS_IN_TEXT = 4_000
WORDS_IN_OWN_TITLE = 4_000
WORDS_IN_TOPIC_TITLE = 2_000
ACCEPTED_ANSWER = 1_500
ANSWERED_QUESTION = 500
BRAND_NEW = 2_000
HALF_AGE_DAYS = 365
PER_VOTE_DOUBLING = 400
MOST_FOR_VOTES = 2_400
LEAST_FOR_VOTES = -1_200
DAY_SECONDS = 86_400


class Candidate(NamedTuple):
    """A post that matched, with what its rank depends on. `in_text` and `in_title` count the words asked for."""

    post_id: int
    topic_id: int
    number: int
    created_at: datetime
    topic_created_at: datetime
    votes: int
    answer_number: int | None
    in_text: int
    in_title: int


class Ranked(NamedTuple):
    """A candidate in its place: `relevance` in thousandths of a point."""

    relevance: int
    candidate: Candidate


def relevance(candidate: Candidate, words: int, asked_at: datetime) -> int:
    """Points of a hit in thousandths; `words` is how many were asked for, 0 when only operators were given."""
    points = 0
    if words:
        opening = candidate.number == 0
        of_title = WORDS_IN_OWN_TITLE if opening else WORDS_IN_TOPIC_TITLE
        points += WORDS_IN_TEXT * candidate.in_text // words + of_title * candidate.in_title // words
    if candidate.answer_number is not None:
        if candidate.answer_number == candidate.number:
            points += ACCEPTED_ANSWER
        elif candidate.number == 0:
            points += ANSWERED_QUESTION
    return points + _of_votes(candidate.votes) + _of_age(candidate.created_at, asked_at)


def _of_votes(votes: int) -> int:
    if votes < 0:
        return max(LEAST_FOR_VOTES, votes * PER_VOTE_DOUBLING)
    return min(MOST_FOR_VOTES, int(PER_VOTE_DOUBLING * log2(1 + votes)))


def _of_age(created_at: datetime, asked_at: datetime) -> int:
    days = max(0.0, (asked_at - created_at).total_seconds() / DAY_SECONDS)
    return int(BRAND_NEW * HALF_AGE_DAYS / (HALF_AGE_DAYS + days))


def rank(candidates: Iterable[Candidate], words: int, asked_at: datetime) -> list[Ranked]:
    """The candidates from the best to the least; equals by id, the newest first."""
    ranked = [Ranked(relevance(c, words, asked_at), c) for c in candidates]
    ranked.sort(key=lambda r: (r.relevance, r.candidate.post_id), reverse=True)
    return ranked


def best_of_topics(ranked: Iterable[Ranked]) -> list[Ranked]:
    """The best hit of each topic, in the same order."""
    seen: set[int] = set()
    best = []
    for hit in ranked:
        if hit.candidate.topic_id not in seen:
            seen.add(hit.candidate.topic_id)
            best.append(hit)
    return best
