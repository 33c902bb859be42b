"""Many members vote on one post at once, change their minds, take it back."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.faults.journal import API, recount
from tests.faults.load import Request, send

AT_ONCE = 16
TWINS = 50
TALLY = """
    select p.up, p.down, p.score, count(v.*) filter (where v.value = 1), count(v.*) filter (where v.value = -1)
    from posts p left join votes v on v.post_id = p.id where p.id = %s group by p.id"""


def cast(forum, post, voter, value):
    path = f"{API}/posts/{post}/vote"
    return send(forum.stack.url, Request("PUT", path, token=voter.token, body={"value": value}))


def assert_tallied(forum, post):
    """The stored counts are the rows, and what everybody is shown."""
    up, down, score, ups, downs = forum.rows(TALLY, post)[0]
    assert (up, down, score) == (ups, downs, ups - downs)
    return up, down


def test_racing_votes_are_counted_as_they_are(forum, length, figure):
    author = forum.world.member()
    topic = forum.world.topic(author)
    reply = forum.world.reply(author, topic)
    opening = forum.scalar("select id from posts where topic_id = %s and number = 0", topic["id"])
    voters = forum.authors(length.times(20, 200))
    forum.wait_for_workers()
    dice = random.Random(3)
    rounds = [
        (post, voter, value) for post in (reply["id"], opening) for voter in voters for value in (1, 0, -1, 1)
    ]
    dice.shuffle(rounds)
    last_word = [
        (post, voter, dice.choice([1, -1, 0])) for post in (reply["id"], opening) for voter in voters
    ]
    deadlocks = forum.scalar("select deadlocks from pg_stat_database where datname = current_database()")
    statuses = Counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for votes in (rounds, last_word):
            statuses.update(answer.status for answer in pool.map(lambda vote: cast(forum, *vote), votes))
        tallies = [assert_tallied(forum, post) for post in (reply["id"], opening)]
        twins = list(pool.map(lambda _: cast(forum, reply["id"], voters[0], 1), range(TWINS)))
    statuses.update(answer.status for answer in twins)
    for (up, down), post in zip(tallies, (reply["id"], opening), strict=True):
        said = Counter(value for where, _, value in last_word if where == post)
        assert (up, down) == (said[1], said[-1])
    assert_tallied(forum, reply["id"])
    mine = "select count(*) from votes where post_id = %s and user_id = %s"
    assert forum.scalar(mine, reply["id"], voters[0].id) == 1
    shown = json.loads(forum.ask(f"{API}/posts/{reply['id']}", headers=bearer(voters[0])).body)
    assert (shown["score"], shown["viewer"]["vote"]) == (forum.rows(TALLY, reply["id"])[0][2], 1)
    deadlocks = (
        forum.scalar("select deadlocks from pg_stat_database where datname = current_database()") - deadlocks
    )
    wrong = sum(recount(forum).values())
    figure(
        f"{len(voters)} members, {sum(statuses.values())} votes, {AT_ONCE} at once, and one {TWINS} times at once "
        f"({dict(statuses)}): counts are the rows, deadlocks {deadlocks}, wrong counters {wrong}"
    )
    assert set(statuses) == {200}, statuses
    assert deadlocks == wrong == 0


def bearer(member):
    return {"Authorization": f"Bearer {member.token}"}
