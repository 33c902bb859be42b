"""Quotas of requests, counted in windows."""

import pytest
from limits.storage import MemoryStorage

from api.config import ConfigurationError
from api.core import limits
from api.core.limits import POLICIES, Limiter, UwsgiCounter

NOW = 1_800_000_000.0


class CountingStore:
    """A store that remembers, without time."""

    def __init__(self):
        self.counts = {}

    def incr(self, key, expiry):
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]


class FakeUwsgi:
    """cache2 as uWSGI offers it: `cache_inc` tells success, not the value; a full cache refuses new keys."""

    def __init__(self, items=10):
        self.items, self.cache = items, {}

    def cache_inc(self, key, value, expiry, cache):
        assert cache == "rl"
        assert len(key) <= 64
        if key not in self.cache and len(self.cache) >= self.items:
            return None
        self.cache[key] = self.cache.get(key, 0) + value
        return True

    def cache_num(self, key, cache):
        return self.cache[key]


def test_exactly_the_quota_is_let_through():
    limiter = Limiter(CountingStore())
    hits = [limiter.hit("write", "user:1", NOW) for _ in range(POLICIES["write"].quota + 5)]
    assert [hit.exceeded for hit in hits] == [False] * 30 + [True] * 5
    assert [hit.remaining for hit in hits[:3]] == [29, 28, 27]
    assert hits[-1].remaining == 0


def test_identities_and_policies_are_counted_apart():
    limiter = Limiter(CountingStore())
    for identity, policy in (("user:1", "write"), ("user:2", "write"), ("user:1", "search")):
        assert limiter.hit(policy, identity, NOW).remaining == POLICIES[policy].quota - 1


def test_the_named_reset_is_when_the_window_really_ends():
    limiter = Limiter(CountingStore())
    first = limiter.hit("write", "user:1", NOW)
    assert 1 <= first.reset_seconds <= 60
    assert limiter.hit("write", "user:1", NOW + first.reset_seconds - 1).remaining == 28
    assert limiter.hit("write", "user:1", NOW + first.reset_seconds + 0.001).remaining == 29


def test_windows_of_many_clients_do_not_end_in_the_same_second():
    limiter = Limiter(CountingStore())
    resets = {limiter.hit("write", f"user:{n}", NOW).reset_seconds for n in range(200)}
    assert len(resets) > 30


def test_the_shared_memory_of_uwsgi_counts():
    limiter = Limiter(UwsgiCounter(FakeUwsgi()))
    assert [limiter.hit("write", "user:1", NOW).remaining for _ in range(3)] == [29, 28, 27]


def test_a_full_store_lets_requests_through_and_is_counted(core):
    core.extensions["parley"].extra["limiter"] = Limiter(UwsgiCounter(FakeUwsgi(items=0)))
    with core.test_request_context("/", environ_base={"REMOTE_ADDR": "203.0.113.1"}):
        assert limits.hit_request("write", 1) is None
    figures = core.test_client().get("/metrics").get_data(as_text=True)
    assert 'parley_limiter_open_total{reason="StoreFull"} 1.0' in figures


def test_members_are_counted_by_id_and_others_by_network():
    assert limits.identity(7, "203.0.113.9") == "user:7"
    assert (
        limits.identity(None, "2001:db8::1")
        == limits.identity(None, "2001:db8::2")
        == "address:2001:db8::/64"
    )


def test_a_counted_answer_says_what_is_left(core):
    client = core.test_client()
    response = client.get("/counted")
    assert response.headers["RateLimit-Policy"] == '"write";q=30;w=60'
    assert response.headers["RateLimit"].startswith('"write";r=29;t=')


def test_beyond_the_quota_the_answer_is_429_with_retry_after(core):
    client = core.test_client()
    responses = [client.get("/counted") for _ in range(31)]
    assert [r.status_code for r in responses] == [200] * 30 + [429]
    refused = responses[-1]
    assert refused.json["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"] == f'"write";r=0;t={refused.headers["Retry-After"]}'


def test_forwarding_headers_of_strangers_do_not_open_a_new_quota(core):
    client = core.test_client()
    for n in range(30):
        client.get("/counted", headers={"X-Forwarded-For": f"203.0.113.{n}"})
    assert client.get("/counted", headers={"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_answers_that_a_cache_may_share_carry_no_counter(core):
    response = core.test_client().get("/shared")
    assert "RateLimit" not in response.headers
    assert "RateLimit-Policy" not in response.headers


def test_limits_can_be_switched_off(make_core):
    app = make_core(limits_enabled=False)
    with app.test_request_context("/"):
        assert limits.hit_request("write", 1) is None


def test_outside_uwsgi_a_process_counts_in_its_own_memory():
    assert isinstance(limits.counter_for(""), MemoryStorage)


@pytest.mark.parametrize("url", ["uwsgi://", "carrier-pigeon://localhost"])
def test_a_store_that_cannot_work_here_refuses_to_start(url):
    with pytest.raises(ConfigurationError, match="PARLEY_LIMITS_URL"):
        limits.counter_for(url)
