"""What nginx lets one address have, whatever the application or the cache would still give."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from api.core.problems import TITLES
from api.core.responses import SECURITY_HEADERS
from api.launcher.nginx import AddressLimits
from tests.servers.stack import PROJECT, serve
from tests.servers.test_nginx import make_client

pytestmark = pytest.mark.process

# One at a time and five more at once; slow enough that a test does not earn many more.
FEW = AddressLimits(rate=1, burst=5, connections=4)
AT_ONCE = 1 + FEW.burst


def served(folder, **settings):
    environ = {
        "PARLEY_DATABASE_URL": "postgresql:///none",
        "PARLEY_SECRET_KEY": "k" * 40,
        "PARLEY_FRONTEND": str(make_client(folder)),
        **settings,
    }
    module = "tests.servers.probe:application"
    return serve(environ, folder, module=module, ready="/healthz", address_limits=FEW)


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory):
    """nginx that believes whoever connects from loopback about the visitor's address."""
    with served(tmp_path_factory.mktemp("behind"), PARLEY_TRUSTED_PROXIES="127.0.0.0/8") as stack:
        yield stack


@pytest.fixture(scope="module")
def in_front(tmp_path_factory):
    """nginx that everybody reaches by themselves."""
    with served(tmp_path_factory.mktemp("front")) as stack:
        yield stack


def asked(stack, path, count, visitors=("203.0.113.1",)):
    """The answers to so many requests of visitors in turn, and how many one of them may have earned meanwhile."""
    started = time.monotonic()
    answers = [
        stack.ask(path, headers={"X-Forwarded-For": visitors[number % len(visitors)]})
        for number in range(count)
    ]
    return answers, FEW.rate * (time.monotonic() - started) + 1


def assert_limited(answers, earned, quota=AT_ONCE):
    passed = sum(answer.status == 200 for answer in answers)
    assert {answer.status for answer in answers} == {200, 429}
    assert quota <= passed <= quota + earned


def test_beyond_its_share_an_address_is_told_429_with_a_time(behind_a_proxy):
    answers, earned = asked(behind_a_proxy, "/api/v1/topics", 20, ["198.51.100.1"])
    assert_limited(answers, earned)
    refused = next(answer for answer in answers if answer.status == 429)
    problem = json.loads(refused.body)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (problem["code"], problem["title"]) == ("rate_limited", TITLES["rate_limited"])
    assert problem["request_id"] == refused.headers["X-Request-Id"]
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Cache-Control"] == "no-store"
    for name, value in SECURITY_HEADERS.items():
        assert refused.headers.get_all(name) == [value]


def test_shared_answers_of_the_cache_are_counted_and_so_are_pages(behind_a_proxy):
    asked(behind_a_proxy, "/api/v1/topics?warm", 1, ["198.51.100.20"])
    assert_limited(*asked(behind_a_proxy, "/api/v1/topics?warm", 20, ["198.51.100.21"]))
    assert_limited(*asked(behind_a_proxy, "/t/1/page", 20, ["198.51.100.22"]))


@pytest.mark.parametrize("path", ["/assets/app-1.js", "/healthz", "/readyz"])
def test_files_and_health_are_not_counted(behind_a_proxy, path):
    answers, _ = asked(behind_a_proxy, path, 20, ["198.51.100.3"])
    assert {answer.status for answer in answers} == {200}


def test_one_address_does_not_use_up_the_share_of_another(behind_a_proxy):
    assert_limited(*asked(behind_a_proxy, "/api/v1/topics", 20, ["198.51.100.4"]))
    assert asked(behind_a_proxy, "/api/v1/topics", 1, ["198.51.100.5"])[0][0].status == 200


@pytest.mark.parametrize(
    "visitors",
    [
        ["2001:db8:1:2::1", "2001:db8:1:2:ffff:0:0:9", "2001:db8:1:2:3:4:5:6"],
        ["2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:0:1::"],
        ["2001:db8:9:0:a:b:c:d", "2001:db8:9::7"],
    ],
)
def test_in_ipv6_a_customer_is_the_first_half_of_the_address(behind_a_proxy, visitors):
    assert_limited(*asked(behind_a_proxy, "/api/v1/topics", 21, visitors))


def test_neighbours_in_ipv6_are_two_customers(behind_a_proxy):
    answers, _ = asked(behind_a_proxy, "/api/v1/topics", AT_ONCE * 2, ["2001:db8:2:1::1", "2001:db8:2:2::1"])
    assert {answer.status for answer in answers} == {200}


def test_ipv4_written_as_ipv6_is_that_address_and_not_all_of_them(behind_a_proxy):
    mapped = ["::ffff:198.51.100.30", "::ffff:198.51.100.31"]
    answers, _ = asked(behind_a_proxy, "/api/v1/topics", AT_ONCE * 2, mapped)
    assert {answer.status for answer in answers} == {200}
    both = ["198.51.100.32", "::ffff:198.51.100.32"]
    assert_limited(*asked(behind_a_proxy, "/api/v1/topics", 20, both))


def test_a_claimed_address_is_believed_only_of_trusted_proxies(in_front):
    claimed = [f"203.0.113.{number}" for number in range(20)]
    answers, earned = asked(in_front, "/api/v1/topics", 20, claimed)
    assert_limited(answers, earned)


def test_an_address_has_so_many_requests_under_way_and_no_more(behind_a_proxy):
    """Bodies that never come whole, too: they hold connections, so an address has only so many of them."""
    parts = urlsplit(behind_a_proxy.url)
    head = b"POST /api/v1/topics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.40\r\nContent-Length: 9\r\n\r\nab"
    with ExitStack() as held:
        for _ in range(FEW.connections):
            slow = held.enter_context(socket.create_connection((parts.hostname, parts.port)))
            slow.sendall(head)
        answers = [asked(behind_a_proxy, "/api/v1/topics", 1, ["198.51.100.40"])[0][0]]
        with ThreadPoolExecutor(2) as pool:
            others = list(
                pool.map(
                    lambda n: asked(behind_a_proxy, "/api/v1/topics", 1, [n])[0][0],
                    ["198.51.100.41", "198.51.100.42"],
                )
            )
    assert [answer.status for answer in answers] == [429]
    assert [answer.status for answer in others] == [200, 200]


def test_the_shipped_numbers_are_those_on_the_page_for_operators():
    page = (PROJECT / "docs" / "OPERATING.md").read_text()
    shipped = AddressLimits()
    for number in (shipped.rate, shipped.burst, shipped.connections):
        assert f"{number:,}" in page
