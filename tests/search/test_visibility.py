"""What the caller may not see is not found, by any way."""

import pytest

from api.categories.models import MODERATORS
from api.permissions.actor import Actor, Level
from api.search.rules import may_find_post
from tests.client import Client
from tests.search.conftest import Shelf
from tests.world import World

WAYS = [{"type": type_, "sort": sort} for type_ in ("posts", "topics") for sort in ("relevance", "new")]


@pytest.mark.parametrize(
    "q", ["{word}", '"{word} hidden"', "in:title {word}", "{word} hidden", "author:{author}"]
)
def test_private_categories_are_searched_only_for_those_who_see_them(
    client: Client, world: World, word: str, q: str
) -> None:
    shelf = Shelf(client, world)
    topic = shelf.topic(f"{word} hidden", f"about {word} hidden things")
    looked_for = q.format(word=word, author=shelf.author.username)

    def found(caller: Client) -> list[list[int]]:
        pages = [caller.get("/search", query_string={"q": looked_for, **way}) for way in WAYS]
        return [[hit["topic"]["id"] for hit in page["items"]] for page in pages]

    assert found(client) == [[topic.topic_id]] * len(WAYS)
    admin = client.as_(world.member(role="admin"))
    admin.patch(f"/categories/{shelf.category}", {"access": [{"group": "moderators", "level": "moderate"}]})
    assert found(client) == [[]] * len(WAYS)
    assert found(client.as_(shelf.author)) == [[]] * len(WAYS)
    assert found(client.as_(world.member(role="moderator"))) == [[topic.topic_id]] * len(WAYS)


def test_naming_a_private_category_tells_nothing(client, world: World, word: str) -> None:
    shelf = Shelf(client, world, access={MODERATORS: Level.MODERATE})
    hidden = client.get("/search", query_string={"q": word, "category": shelf.category})
    unknown = client.get("/search", query_string={"q": word, "category": "no-such-category"})
    assert hidden == unknown
    assert hidden["items"] == []


def test_a_deleted_reply_is_not_found_until_it_is_restored(shelf: Shelf, world: World) -> None:
    moderator = world.member(role="moderator")
    topic = shelf.topic("Walk", "in the park")
    reply = shelf.reply(topic, "with an umbrella")
    author = shelf.client.as_(shelf.author)
    assert shelf.find("umbrella") == [reply.post_id]
    author.delete(f"/posts/{reply.post_id}")
    for person in (None, shelf.author, moderator):
        assert shelf.find("umbrella", as_=person) == []
        assert shelf.find('"an umbrella"', as_=person) == []
        assert shelf.find("walk umbrella", as_=person) == []
    author.post(f"/posts/{reply.post_id}/restore", status=200)
    assert shelf.find("umbrella") == [reply.post_id]


@pytest.mark.parametrize("who", ["author", "moderator"])
def test_a_deleted_topic_takes_its_replies_out_of_the_search(shelf: Shelf, world: World, who: str) -> None:
    moderator = world.member(role="moderator")
    topic = shelf.topic("Picnic", "basket and blanket")
    shelf.reply(topic, "and a thermos")
    assert len(shelf.find("thermos")) == 1
    shelf.client.as_(shelf.author if who == "author" else moderator).delete(f"/topics/{topic.topic_id}")
    for person in (None, shelf.author, moderator):
        for q in (
            "thermos",
            "picnic",
            "picnic thermos",
            "in:title picnic",
            f"author:{shelf.author.username}",
        ):
            assert shelf.find(q, as_=person) == []
            assert shelf.find_topics(q, as_=person) == []


def test_a_topic_moved_into_a_private_category_is_gone_at_once(client, world: World, word: str) -> None:
    shelf = Shelf(client, world)
    private = world.category(access={MODERATORS: Level.MODERATE})
    moderator = client.as_(world.member(role="moderator"))
    topic = shelf.topic("Moving", f"the {word} moves")
    moderator.patch(f"/topics/{topic.topic_id}", {"category": private})
    assert client.get("/search", query_string={"q": word})["items"] == []
    assert len(moderator.get("/search", query_string={"q": word})["items"]) == 1


def test_rule_and_statement_agree_on_hidden_posts(shelf: Shelf, app) -> None:
    from sqlalchemy import select

    from api.core.db import transaction
    from api.search.rules import finds_post
    from api.topics.models import Post, Topic

    topic = shelf.topic("Agreement", "twins")
    shelf.reply(topic, "one")
    with app.app_context(), transaction() as s:
        category_id = s.get(Topic, topic.topic_id).category_id
        personas = [
            Actor(),
            Actor(levels={category_id: 1}),
            Actor(user_id=1, role="admin", levels={category_id: 4}),
        ]
        for topic_hidden in (0, 1, 2):
            for post_hidden in (0, 1, 2, 4, 8):
                found, post = (
                    s.get(Topic, topic.topic_id),
                    s.scalars(select(Post).where(Post.topic_id == topic.topic_id)).first(),
                )
                found.hidden, post.hidden = topic_hidden, post_hidden
                s.flush()
                for actor in personas:
                    statement = select(Post.id).join(Topic, Topic.id == Post.topic_id)
                    by_sql = s.scalar(statement.where(Post.id == post.id, finds_post(actor))) is not None
                    assert by_sql == bool(may_find_post(actor, found, post))
        s.rollback()
