"""The application's limits over four real workers: what is counted is counted once, by all of them together."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.core.limits import POLICIES
from tests.conftest import TEMPLATE
from tests.faults.forum import new_database, running

pytestmark = pytest.mark.process

WRITE = POLICIES["write"]
# Twice the quota and more.
TRIED = 2 * WRITE.quota + 20
COUNTERS = ("RateLimit", "RateLimit-Policy")
PUBLIC = ("/topics", "/categories", "/tags", "/meta", "/users", "/topics/{id}", "/topics/{id}/replies")


@pytest.fixture(scope="module")
def forum(postgres, tmp_path_factory):
    """Four workers, limits as shipped."""
    folder = tmp_path_factory.mktemp("counted")
    settings = {"PARLEY_LIMITS_ENABLED": "true", "UWSGI_PROCESSES": "4"}
    with running(new_database(postgres, TEMPLATE), folder, **settings) as found:
        found.wait_for_workers()
        assert len(found.workers()) == 4
        yield found


def vote(forum, member, post):
    """A write that changes nothing the second time."""
    headers = {"Authorization": f"Bearer {member.token}", "Content-Type": "application/json"}
    body = json.dumps({"value": 1})
    asked = time.time()
    answer = forum.ask(f"/api/v1/posts/{post}/vote", "PUT", body=body, headers=headers)
    left, ends = (int(part.partition("=")[2]) for part in answer.headers["RateLimit"].split(";")[1:])
    return answer, left, (asked + ends, time.time() + ends)


def early_member(forum, post):
    """A member who has used one of their quota, and whose window ends long after this test."""
    while True:
        member = forum.world.member()
        _, left, (ends, _) = vote(forum, member, post)
        assert left == WRITE.quota - 1
        if ends - time.time() > WRITE.window - 10:
            return member, ends


def test_four_workers_let_through_exactly_the_quota_and_name_one_end_of_it(forum, figure):
    topic = forum.world.topic(forum.world.member())
    post = forum.scalar("select id from posts where topic_id = %s", topic["id"])
    member, _ = early_member(forum, post)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: vote(forum, member, post), range(TRIED)))
    passed = sum(answer.status == 200 for answer, _, _ in answers)
    refused = [answer for answer, _, _ in answers if answer.status == 429]
    assert passed + len(refused) == TRIED
    # Workers count before they look, so two at once may both see the later sum: never more, at most a few fewer.
    assert WRITE.quota - 1 - 4 <= passed <= WRITE.quota - 1
    earliest, latest = min(ends[0] for _, _, ends in answers), max(ends[1] for _, _, ends in answers)
    assert latest - earliest <= 2 + max(ends[1] - ends[0] for _, _, ends in answers)
    for answer in refused:
        assert answer.headers["RateLimit"].startswith('"write";r=0;t=')
        assert answer.headers["Retry-After"] == answer.headers["RateLimit"].rpartition("t=")[2]
        assert json.loads(answer.body)["params"]["max"] == WRITE.quota
    figure(f"{TRIED + 1} writes of one member over 4 workers, quota {WRITE.quota}: {passed + 1} let through")


def test_another_member_is_not_refused_for_it(forum):
    topic = forum.world.topic(forum.world.member())
    post = forum.scalar("select id from posts where topic_id = %s", topic["id"])
    assert vote(forum, forum.world.member(), post)[0].status == 200


def test_shared_answers_have_no_counter_and_the_askers_own_request_id(forum):
    member = forum.world.member()
    topic = forum.world.topic(member)
    for path in PUBLIC:
        address = "/api/v1" + path.format(**topic)
        for number in range(3):
            answer = forum.ask(address, headers={"X-Request-Id": f"visitor-{number}"})
            assert answer.headers["Cache-Control"].startswith("public"), address
            assert answer.headers.get_all("X-Request-Id") == [f"visitor-{number}"]
            assert not [name for name in COUNTERS if name in answer.headers], address
        own = forum.ask(address, headers={"Authorization": f"Bearer {member.token}"})
        assert all(name in own.headers for name in COUNTERS), address
