"""A shared answer carries nothing of the one who caused it: no counter, no request id."""

import pytest

from tests.caches.test_nothing_private_is_shared import API
from tests.conftest import TEMPLATE
from tests.faults.forum import new_database, running

pytestmark = pytest.mark.process

COUNTERS = ("RateLimit", "RateLimit-Policy")
PUBLIC = ("/topics", "/categories", "/tags", "/meta", "/users", "/topics/{id}", "/topics/{id}/replies")


@pytest.fixture(scope="module")
def forum(postgres, tmp_path_factory):
    """With limits, as shipped."""
    folder = tmp_path_factory.mktemp("shared")
    with running(new_database(postgres, TEMPLATE), folder, PARLEY_LIMITS_ENABLED="true") as found:
        yield found


def test_shared_answers_have_no_counter_and_the_askers_own_request_id(forum):
    member = forum.world.member()
    topic = forum.world.topic(member)
    for path in PUBLIC:
        address = API + path.format(**topic)
        for number in range(3):
            answer = forum.ask(address, headers={"X-Request-Id": f"visitor-{number}"})
            assert answer.headers["Cache-Control"].startswith("public"), address
            assert answer.headers.get_all("X-Request-Id") == [f"visitor-{number}"]
            assert not [name for name in COUNTERS if name in answer.headers], address
        own = forum.ask(address, headers={"Authorization": f"Bearer {member.token}"})
        assert all(name in own.headers for name in COUNTERS), address


def test_a_refused_visitor_is_told_so_and_the_cache_still_answers_what_it_has(forum):
    """Beyond the application's share for strangers nothing is fetched for an address; what is stored is nobody's."""
    refused = None
    for number in range(400):
        refused = forum.ask(f"{API}/users?q=visitor{number}")
        if refused.status == 429:
            break
    assert refused.status == 429
    assert refused.headers["Cache-Control"] == "no-store"
    assert int(refused.headers["Retry-After"]) >= 1
    again = forum.ask(f"{API}/users?q=visitor0")
    assert again.status in (200, 429)
    assert (again.status == 200) == again.headers["Cache-Control"].startswith("public")
