"""A client whose answer is lost sends its write again, ten times at once: it has one effect and one answer."""

import itertools
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import orjson

from tests.faults.forum import PATIENCE_SECONDS
from tests.faults.journal import API, recount
from tests.faults.load import Request, send

TWINS = 10
_numbers = itertools.count(1)


def drop_the_answer(url, request):
    """Send a request whole and be gone before the answer."""
    parts = urlsplit(url)
    body = orjson.dumps(request.body)
    lines = [f"{request.method} {request.path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in request.all_headers().items()]
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def until_answered(url, request):
    """The answer that is none of "the same is still under way", which says when to ask again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        outcome = send(url, request)
        if outcome.status != 409:
            return outcome
        assert outcome.json()["code"] == "idempotency_in_progress", outcome
        assert int(outcome.headers["Retry-After"]) >= 1
        assert time.monotonic() < deadline
        time.sleep(0.02)


def writes_of(forum, authors, admin, topic):
    """Each kind of write that has a key: (what makes its request, how many objects carry a mark)."""
    category = topic["category"]["slug"]
    count = "select count(*) from {} where {} = %s"

    def request(path, token, body):
        return Request("POST", API + path, token=token, key=f"retry-{next(_numbers)}", body=body)

    return [
        (
            lambda n, m: request(f"/topics/{topic['id']}/replies", authors[n].token, {"body": m}),
            count.format("post_texts", "body"),
        ),
        (
            lambda n, m: request("/topics", authors[n].token, {"title": m, "body": m, "category": category}),
            count.format("topics", "title"),
        ),
        (
            lambda n, m: request("/categories", admin.token, {"slug": m, "name": m}),
            count.format("categories", "slug"),
        ),
        (
            lambda n, m: request(
                "/auth/register",
                None,
                {"username": m, "email": f"{m}@example.org", "password": "correct horse 7 b"},
            ),
            count.format("registrations", "username"),
        ),
    ]


def retry(forum, pool, request):
    """The answers of a write whose first answer nobody heard, and that is then sent ten times at once."""
    drop_the_answer(forum.stack.url, request)
    return list(pool.map(lambda _: until_answered(forum.stack.url, request), range(TWINS)))


def test_a_write_that_is_sent_again_has_one_effect_and_one_answer(forum, length, figure):
    authors, admin = forum.authors(4), forum.world.member("admin")
    topic = forum.world.topic(forum.world.member())
    forum.wait_for_workers()
    kinds = writes_of(forum, authors, admin, topic)
    wanted = length.times(40, 1000)
    statuses, replayed = Counter(), 0
    with ThreadPoolExecutor(TWINS) as pool:
        for number in range(wanted):
            make, count = kinds[number % len(kinds)] if number % 5 else kinds[0]
            mark = f"mark-{number}"
            request = make(number % len(authors), mark)
            answers = retry(forum, pool, request)
            statuses.update(answer.status for answer in answers)
            replayed += sum("Idempotent-Replayed" in answer.headers for answer in answers)
            assert (
                len({(a.status, a.body, a.headers.get("Location"), a.headers.get("ETag")) for a in answers})
                == 1
            )
            assert answers[0].acknowledged, answers[0]
            assert forum.scalar(count, mark) == 1
            changed = Request("POST", request.path, request.token, request.key, another(request.body))
            refused = send(forum.stack.url, changed)
            assert (refused.status, refused.json()["code"]) == (422, "idempotency_key_reused"), refused
    wrong = sum(recount(forum).values())
    figure(
        f"{wanted} dropped answers, each sent again {TWINS} times at once (answers {dict(statuses)}, {replayed} "
        f"replayed): one object each, the same body each, another payload 422; wrong counters {wrong}"
    )
    assert wrong == 0


def another(body):
    """The same request with another text."""
    name = "body" if "body" in body else "name" if "name" in body else "username"
    return {**body, name: body[name] + "-other"}
