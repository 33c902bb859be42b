"""What stands before what."""

import datetime as dt

from api.search.ranking import Candidate, rank, relevance
from tests.search.conftest import Shelf

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _candidate(post_id: int = 1, **more) -> Candidate:
    facts = {
        "post_id": post_id,
        "topic_id": 1,
        "number": 1,
        "created_at": NOW,
        "topic_created_at": NOW,
        "votes": 0,
        "answer_number": None,
        "in_text": 1,
        "in_title": 0,
    }
    return Candidate(**{**facts, **more})


def test_a_title_weighs_more_than_votes_age_and_answers_together() -> None:
    titled = _candidate(number=0, in_text=0, in_title=1, created_at=NOW - dt.timedelta(days=10_000))
    both = _candidate(number=0, in_title=1, created_at=NOW - dt.timedelta(days=10_000))
    text_only = _candidate()
    assert relevance(both, 1, NOW) > relevance(text_only, 1, NOW)
    assert relevance(both, 1, NOW) > relevance(titled, 1, NOW)


def test_more_words_more_votes_younger_and_accepted_each_count() -> None:
    plain = relevance(_candidate(in_text=2), 3, NOW)
    assert relevance(_candidate(in_text=3), 3, NOW) > plain
    assert relevance(_candidate(in_text=2, votes=5), 3, NOW) > plain
    assert relevance(_candidate(in_text=2, votes=-2), 3, NOW) < plain
    assert relevance(_candidate(in_text=2, created_at=NOW - dt.timedelta(days=400)), 3, NOW) < plain
    assert relevance(_candidate(in_text=2, answer_number=1), 3, NOW) > plain


def test_votes_are_bounded_in_both_directions() -> None:
    many, more = (relevance(_candidate(votes=v), 1, NOW) for v in (10**6, 10**9))
    few, fewer = (relevance(_candidate(votes=-v), 1, NOW) for v in (10**6, 10**9))
    assert many == more
    assert few == fewer


def test_equals_stand_newest_first() -> None:
    ranked = rank([_candidate(1), _candidate(3), _candidate(2)], 1, NOW)
    assert [r.candidate.post_id for r in ranked] == [3, 2, 1]


def test_the_opening_post_of_a_matching_title_comes_first(shelf: Shelf) -> None:
    mention = shelf.topic("Odds and ends", "I once had a telescope.")
    titled = shelf.topic("Which telescope?", "For a telescope under the stars.")
    reply = shelf.reply(titled, "Any telescope will do.")
    shelf.reply(mention, "Nothing.")
    assert shelf.find("telescope") == [titled.post_id, reply.post_id, mention.post_id]


def test_the_accepted_answer_comes_before_other_replies(shelf: Shelf) -> None:
    question = shelf.topic("Help", "It is broken.")
    good = shelf.reply(question, "Replace the gasket.")
    shelf.reply(question, "What is a gasket?")
    shelf.client.as_(shelf.author).put(f"/topics/{question.topic_id}/answer", {"number": good.number})
    assert shelf.find("gasket")[0] == good.post_id
