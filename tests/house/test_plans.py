"""Every hot read walks an index in its list's order: its cost does not grow with the age of the forum.

The planner is told to avoid sorting and reading whole tables, so that on a small database, too, it shows whether
there is another way. A statement that is prepared is planned for any values, as in earnest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import event, text

from api.app import create_app
from api.core.prepared import Prepared
from tests.client import Client
from tests.conftest import TEMPLATE, settings_for
from tests.world import Person, World

# Tables that grow with the forum; all others have a row for each category or tag named.
GROWING = {
    "topics",
    "topic_tags",
    "topic_views",
    "topic_search",
    "posts",
    "post_texts",
    "post_search",
    "post_revisions",
    "users",
    "usernames",
    "votes",
    "events",
    "sessions",
    "tags",
}
FILL = """
    insert into users (username, created_at) select 'filler' || i, now() - i * interval '1 hour'
    from generate_series(1, 200) i;
    insert into usernames (key, shown, kind, user_id)
    select username, username, 0, id from users where username like 'filler%';
    insert into tags (name, topic_count, created_at) select 'filler' || i, i, now() from generate_series(1, 100) i;
    insert into topics (category_id, author_id, title, slug, last_activity_at, created_at, score, hot, last_number)
    select (select max(id) - i % 4 from categories), (select max(id) - i % 100 from users), 'Filler ' || i, 'filler',
           now() - i * interval '1 minute', now() - i * interval '1 hour', i % 7, i, 9
    from generate_series(1, 500) i;
    insert into topic_tags (topic_id, tag_id, last_activity_at, created_at)
    select id, (select min(id) + t.id % 50 from tags), last_activity_at, created_at from topics t
    where title like 'Filler%';
    insert into posts (topic_id, number, author_id, created_at, up)
    select t.id, n, t.author_id, t.created_at, n % 3 from topics t, generate_series(0, 9) n
    where title like 'Filler%';
    insert into post_texts (post_id, topic_id, body, body_html, plain, renderer)
    select id, topic_id, 'x', 'x', 'x', 1 from posts where id not in (select post_id from post_texts);
    insert into post_search (post_id, topic_id, author_id, created_at, tsv)
    select id, topic_id, author_id, created_at, 'filler'::tsvector from posts
    where id not in (select post_id from post_search);
    insert into topic_search (topic_id, tsv)
    select id, 'filler'::tsvector from topics where title like 'Filler%';
    insert into votes (user_id, post_id, topic_id, value, at)
    select u.id, p.id, p.topic_id, 1, now() from users u, posts p where u.id % 4 = 0 and p.id % 10 = 0;
    insert into events (at, type, category_id, audience, data)
    select now(), 'post.created', (select max(id) from categories), 0, '{}' from generate_series(1, 500);
"""
NO_WHOLE_TABLE = "set enable_seqscan = off"
NO_SORT = "set enable_sort = off"


@dataclass(frozen=True)
class Ground:
    """A filled database of its own behind an application of its own, and who asks."""

    app: Flask
    member: Person
    moderator: Person
    names: dict[str, Any]


@pytest.fixture(scope="module")
def ground(postgres, worker_id, data_folder) -> Iterator[Ground]:
    name = f"plans_{worker_id}"
    postgres.create_database(name, template=TEMPLATE)
    app = create_app(settings_for(postgres.url(name), data_folder))
    world = World(app)
    member, moderator = world.member(), world.member("moderator")
    category = [world.category() for _ in range(4)][-1]
    topics = [world.topic(member, category, tags=["plan"]) for _ in range(3)]
    for _ in range(3):
        world.reply(moderator, topics[0])
    client = world.client(member)
    for n in range(3):
        client.patch(f"/posts/{topics[0]['post']['id']}", {"body": f"Text {n}"})
    world.client(moderator).delete(f"/topics/{topics[1]['id']}")
    world.client(moderator).put(f"/topics/{topics[2]['id']}/pin")
    engine = app.extensions["parley"].database.engine
    with engine.begin() as c:
        c.execute(text(FILL))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("vacuum analyze"))
    names = {
        "c": category,
        "u": member.username,
        "t": topics[0]["id"],
        "p": topics[0]["post"]["id"],
        "full": topics[0]["id"],
        "slug": topics[0]["slug"],
    }
    yield Ground(app, member, moderator, names)
    engine.dispose()


PLAIN = {
    "active": ("ix_topics_active", "ix_topics_category_active"),
    "new": ("ix_topics_new", "ix_topics_category_new"),
    "hot": ("ix_topics_hot", "ix_topics_category_hot"),
    "top": ("ix_topics_top", "ix_topics_category_top"),
    "unanswered": ("ix_topics_unanswered", "ix_topics_category_unanswered"),
}
READS = {
    **{f"/topics?sort={sort}": (everywhere,) for sort, (everywhere, _) in PLAIN.items()},
    **{f"/topics?sort={sort}&category={{c}}": (there,) for sort, (_, there) in PLAIN.items()},
    "/topics?tag=plan": ("ix_topic_tags_active",),
    "/topics?tag=plan&sort=new": ("ix_topic_tags_new",),
    "/topics?tag=plan&tag=filler1": (),
    **{
        f"/topics?sort=top&period={period}": ("ix_topics_top",) for period in ("day", "week", "month", "year")
    },
    "/topics?sort=new&author={u}": ("ix_topics_author_id_created_at_id",),
    "/topics?state=deleted": ("ix_topics_hidden",),
    "/topics?pinned=only": ("ix_topics_pinned",),
    "/topics?pinned=exclude": ("ix_topics_active",),
    "/topics?answered=true": ("ix_topics_active",),
    "/topics?answered=false&sort=new": ("ix_topics_new",),
    "/topics?sort=new&created_after=2020-01-01T00:00:00Z": ("ix_topics_new",),
    "/topics?id={t}": ("pk_topics",),
    "/topics/{t}": ("pk_topics", "uq_posts_topic_id_number", "pk_post_texts"),
    "/topics/{t}/outline": ("uq_posts_topic_id_number",),
    "/topics/{t}/replies": ("uq_posts_topic_id_number", "pk_post_texts", "pk_votes"),
    "/topics/{t}/replies?from=3": ("uq_posts_topic_id_number",),
    "/topics/{t}/replies?sort=new": ("uq_posts_topic_id_number",),
    "/topics/{t}/replies?sort=top": ("ix_posts_topic_id_score",),
    "/topics/{t}/replies/2": ("uq_posts_topic_id_number",),
    "/posts/{p}": ("pk_posts", "pk_post_texts"),
    "/posts/{p}/revisions": ("pk_post_revisions",),
    "/users": ("ix_users_created_at_id",),
    "/users?sort=name": ("pk_usernames",),
    "/users?q=fill&sort=name": ("pk_usernames",),
    "/users/{u}": ("pk_usernames",),
    "/tags": ("ix_tags_topic_count_id",),
    "/tags?sort=name": ("uq_tags_name",),
    # A word that most have is found by walking back in time, a rare one in its index.
    "/search?q=filler": ("ix_post_search_created_at_post_id", "ix_topic_search_tsv"),
    "/search?q=filler&sort=new": ("ix_post_search_created_at_post_id",),
    "/search?q=rare": ("ix_post_search_tsv", "ix_topic_search_tsv"),
    "/search?q=%E6%A3%AE%E6%9E%97": ("ix_post_search_tsv", "ix_topic_search_tsv"),
    "/search?q=%22rare%20words%22": ("ix_post_search_tsv",),
    "/search?q=rare&type=topics": ("ix_post_search_tsv",),
    "/search?q=fill&type=users": ("ix_users_display_key",),
    "/search?q=fill&type=tags": (),
    "/events?after=earliest": ("pk_events",),
    "/auth/sessions": ("ix_sessions_user_id_created_at_id",),
}
# What is sorted here has a bound of its own.
BOUNDED = {
    "/auth/sessions": "one member's sessions",
    "/search": "the matches of a rare word, or at most 1,000 candidates",
}


def statements_of(ground: Ground, ask: Any) -> list[tuple[str, Any, Prepared | None]]:
    """(text, values, what is prepared of it) of each statement that a call sends."""
    engine = ground.app.extensions["parley"].database.engine
    sent: list[tuple[str, Any, Prepared | None]] = []

    def note(_connection, _cursor, statement, parameters, context, _many) -> None:
        sent.append((statement, parameters, context if isinstance(context, Prepared) else None))

    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


def plans(
    ground: Ground, sent: list[tuple[str, Any, Prepared | None]], *, sorting: bool
) -> list[dict[str, Any]]:
    """The root node of each SELECT's plan, with sorting as a last resort or as it pays."""
    found = []
    connection = ground.app.extensions["parley"].database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(NO_WHOLE_TABLE if sorting else f"{NO_WHOLE_TABLE}; {NO_SORT}")
        for statement, values, prepared in sent:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")) or "set_config" in statement:
                continue
            if prepared is not None:
                cursor.execute(f"explain (generic_plan, format json) {prepared.sql}")
            else:
                cursor.execute(f"explain (format json) {statement}", values)
            found.append(cursor.fetchone()[0][0]["Plan"])
    finally:
        connection.rollback()
        connection.detach()
        connection.close()
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes, the root first."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def whole_reads(plan: dict[str, Any], *, sorting: bool) -> list[str]:
    """What a plan does to the whole of a growing table: reading it from end to end, or sorting without a limit.

    An incremental sort is none: it goes along an index.
    """
    found = [
        f"reads {node['Relation Name']}"
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
    ]
    for node in nodes(plan):
        if node["Node Type"] == "Sort" and not sorting:
            below = list(nodes(node))[1:]
            grows = any(n.get("Relation Name") in GROWING for n in below)
            if grows and not any(n["Node Type"] == "Limit" for n in below):
                found.append(f"sorts by {node['Sort Key']}")
    return found


def indexes(plan: dict[str, Any]) -> set[str]:
    """The names of the indexes that a plan uses."""
    return {node["Index Name"] for node in nodes(plan) if "Index Name" in node}


@pytest.mark.parametrize("address", READS)
def test_a_hot_read_walks_its_index_and_sorts_no_table(ground, address):
    asker = ground.moderator if "deleted" in address else ground.member
    client = Client(ground.app, asker.token)
    path = address.format(**{name: quote(str(value)) for name, value in ground.names.items()})
    sorting = any(address.startswith(beginning) for beginning in BOUNDED)
    answer: dict[str, Any] = {}
    sent = statements_of(ground, lambda: answer.update(client.get(path)))
    pages = [plans(ground, sent, sorting=sorting)]
    # The second page, from where the first one ended, and the way back.
    for _ in range(2):
        cursor = answer.get("next") or answer.get("previous")
        if cursor is None or path.startswith("/events"):
            break
        onward = f"{path}{'&' if '?' in path else '?'}cursor={quote(cursor)}"
        sent = statements_of(ground, lambda to=onward: answer.update(client.get(to)))
        pages.append(plans(ground, sent, sorting=sorting))
        answer["next"] = None
    for found in pages:
        used = set().union(*map(indexes, found))
        assert set(READS[address]) <= used, used
        assert [complaint for plan in found for complaint in whole_reads(plan, sorting=sorting)] == []
