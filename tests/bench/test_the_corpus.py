"""The corpus is a forum that the application itself could have made."""

import pytest
from sqlalchemy import inspect, select, text

from api.admin.recount import recount
from api.core.counters import CounterDelta
from api.core.db import current_session, transaction
from api.search.actions import reindex_posts, reindex_topics
from api.text import render
from api.topics.models import Post, PostText
from bench.corpus.blocks import ZH, make_block
from bench.corpus.plan import Size, make_plan
from bench.corpus.posts import rare_word
from tests.bench.conftest import POSTS
from tests.client import Client

INDEXED = "select 'topic', topic_id, tsv::text from topic_search union all select 'post', post_id, tsv::text from post_search order by 1, 2"


def test_every_counter_is_right(forum):
    with forum.app_context():
        assert current_session().scalar(select(CounterDelta.id).limit(1)) is None
    with forum.app_context(), transaction() as s:
        wrong = recount(s)
    assert wrong
    assert set(wrong.values()) == {0}, wrong


def test_every_foreign_key_holds(forum):
    with forum.app_context():
        s = current_session()
        tables = inspect(s.connection())
        keys = [(name, key) for name in tables.get_table_names() for key in tables.get_foreign_keys(name)]
        for name, key in keys:
            column, parent, target = (
                key["constrained_columns"][0],
                key["referred_table"],
                key["referred_columns"][0],
            )
            lost = f"select count(*) from {name} c left join {parent} p on p.{target} = c.{column} where c.{column} is not null and p.{target} is null"
            assert s.scalar(text(lost)) == 0, key["name"]


def test_texts_are_what_the_renderer_makes_of_them(forum):
    with forum.app_context():
        rows = current_session().scalars(select(PostText)).all()
    assert len(rows) == POSTS
    for row in rows:
        made = render(row.body)
        assert (row.body_html, row.plain) == (made.html, made.plain)


def test_indexing_anew_changes_nothing(forum):
    with forum.app_context(), transaction() as s:
        before = s.execute(text(INDEXED)).all()
        for again in (reindex_topics, reindex_posts):
            n, last = again(s, 0)
            while n:
                n, last = again(s, last)
        assert s.execute(text(INDEXED)).all() == before


def test_the_indexes_are_those_of_the_migrations(forum, app):
    def indexes(of) -> set[str]:
        with of.app_context():
            return set(
                current_session().scalars(text("select indexdef from pg_indexes where schemaname = 'public'"))
            )

    assert indexes(forum) == indexes(app)


def test_a_rare_word_is_found_in_its_post(forum):
    with forum.app_context():
        post = (
            current_session()
            .execute(select(Post.id).where(Post.id % 10 == 3, Post.hidden == 0).order_by(Post.id).limit(1))
            .scalar_one()
        )
    found = Client(forum).get(f"/search?q={rare_word(post)}")["items"]
    assert [hit["post"]["id"] for hit in found] == [post]


@pytest.mark.parametrize("word", ["问题", "server"])
def test_a_frequent_word_is_found_often(forum, word):
    assert len(Client(forum).get(f"/search?q={word}")["items"]) == 30


def test_somebody_can_write_after_it(forum):
    with forum.app_context(), transaction() as s:
        highest = s.scalar(select(Post.id).order_by(Post.id.desc()).limit(1))
        given = s.scalar(text("select nextval(pg_get_serial_sequence('posts', 'id'))"))
    assert given == highest + 1


def test_the_same_seed_gives_the_same_forum():
    one, other = (make_plan(Size(POSTS), [1, 2, 3]) for _ in range(2))
    assert one == other
    assert make_plan(Size(POSTS, seed="another"), [1, 2, 3]) != one
    assert make_block("seed", ZH, 1) == make_block("seed", ZH, 1)
