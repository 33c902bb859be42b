"""Operators inside the search and the parameters beside it."""

import datetime as dt

from tests.search.conftest import Shelf
from tests.world import World

UTC = dt.UTC


def test_author_finds_what_a_member_wrote_by_any_spelling(shelf: Shelf, world: World) -> None:
    other = world.member()
    topic = shelf.topic("Tea", "green tea")
    reply = shelf.reply(topic, "black tea", author=other)
    assert shelf.find(f"tea author:{other.username}") == [reply.post_id]
    assert shelf.find(f"tea author:@{other.username.upper()}") == [reply.post_id]
    assert shelf.find("tea", author=other.username) == [reply.post_id]
    assert shelf.find("tea author:nobody-at-all") == []
    assert shelf.find(f"tea author:{other.username}", author=shelf.author.username) == []


def test_author_alone_lists_everything_of_a_member(shelf: Shelf, world: World) -> None:
    other = world.member()
    topic = shelf.topic("Tea", "green tea")
    replies = [shelf.reply(topic, f"number {n}", author=other).post_id for n in range(3)]
    assert set(shelf.find(f"author:{other.username}")) == set(replies)
    assert shelf.find(f"author:{other.username}", sort="new") == replies[::-1]


def test_topics_are_filtered_by_their_own_author(shelf: Shelf, world: World) -> None:
    other = world.member()
    topic = shelf.topic("Tea", "green tea")
    shelf.reply(topic, "black tea", author=other)
    assert shelf.find_topics(f"tea author:{shelf.author.username}") == [topic.topic_id]
    assert shelf.find_topics(f"tea author:{other.username}") == []


def test_category_reaches_its_descendants(shelf: Shelf, client, world: World) -> None:
    with world.app.app_context():
        parent_id = client.get(f"/categories/{shelf.category}")["id"]
    child = Shelf(client, world, parent_id=parent_id)
    above, below = shelf.topic("One", "winter coat"), child.topic("Two", "winter boots")
    assert set(shelf.find("winter")) == {above.post_id, below.post_id}
    assert child.find("winter") == [below.post_id]
    assert shelf.find(f"winter category:{child.category}") == [below.post_id]
    assert shelf.find("winter category:no-such-place") == []


def test_tags_are_all_wanted(shelf: Shelf) -> None:
    both = shelf.topic("One", "soup", tags=("hot", "vegan"))
    hot = shelf.topic("Two", "soup", tags=("hot",))
    assert set(shelf.find("soup tag:hot")) == {both.post_id, hot.post_id}
    assert shelf.find("soup tag:hot tag:vegan") == [both.post_id]
    assert shelf.find("soup tag:#VEGAN") == [both.post_id]
    assert shelf.find("soup tag:hot", tag="vegan") == [both.post_id]
    assert shelf.find("soup tag:never-used") == []


def test_in_title_looks_at_titles_only(shelf: Shelf) -> None:
    titled = shelf.topic("Sourdough bread", "about baking")
    shelf.topic("Baking", "sourdough in the text")
    assert shelf.find("in:title sourdough") == [titled.post_id]
    assert len(shelf.find("sourdough")) == 2


def test_before_and_after_bound_the_time(shelf: Shelf) -> None:
    old = shelf.topic("Old", "harvest", at=dt.datetime(2020, 5, 31, 23, 59, tzinfo=UTC))
    new = shelf.topic("New", "harvest", at=dt.datetime(2020, 6, 1, tzinfo=UTC))
    assert shelf.find("harvest before:2020-06") == [old.post_id]
    assert shelf.find("harvest after:2020-06-01") == [new.post_id]
    assert shelf.find("harvest", created_before="2020-06-01T00:00:00Z") == [old.post_id]
    assert shelf.find("harvest", created_after="2020-05-31T23:59:30Z") == [new.post_id]
    assert shelf.find("harvest after:2020-05 before:2020-06", created_after="2020-06-01T00:00:00Z") == []


def test_answered_tells_topics_with_an_answer_from_others(shelf: Shelf) -> None:
    question = shelf.topic("Question", "leaking tap")
    answer = shelf.reply(question, "tighten the tap")
    open_ = shelf.topic("Open", "another tap")
    asker = shelf.client.as_(shelf.author)
    asker.put(f"/topics/{question.topic_id}/answer", {"number": answer.number})
    assert set(shelf.find("tap is:answered")) == {question.post_id, answer.post_id}
    assert shelf.find("tap -is:answered") == [open_.post_id]
    assert shelf.find("tap", answered="false") == [open_.post_id]
    assert shelf.find("tap is:answered", answered="false") == []


def test_topics_come_once_each_by_their_best_post(shelf: Shelf) -> None:
    topic = shelf.topic("Bicycles", "which bicycle?")
    shelf.reply(topic, "a bicycle with gears")
    shelf.reply(topic, "any bicycle")
    other = shelf.topic("Walking", "no wheels")
    late = shelf.reply(other, "better a bicycle")
    assert shelf.find_topics("bicycle") == [topic.topic_id, late.topic_id]
    hit = shelf.page("bicycle", type="topics")["items"][0]
    assert hit["type"] == "topic"
    assert hit["post"] is None
    assert hit["title_highlight"] == "<mark>Bicycles</mark>"
