"""The stream in a process of its own: real gevent, a real server, real listening."""

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest

from tests.world import Person, World

pytestmark = pytest.mark.process

Listen = Callable[..., "Stream"]

SERVER = """
import gevent.monkey; gevent.monkey.patch_all()
from api.events_wsgi import application
from gevent.pywsgi import WSGIServer
server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def port(database_url: str, data_folder: Path) -> Iterator[int]:
    """A port of loopback where the events process answers."""
    environ = {
        **os.environ,
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": "tests-only-" + "k" * 40,
        "PARLEY_DATA": str(data_folder),
        "PARLEY_ENVIRONMENT": "test",
    }
    process = subprocess.Popen([sys.executable, "-c", SERVER], env=environ, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def listen(port: int) -> Iterator[Callable[..., "Stream"]]:
    """Opens streams, and closes them when the test is over."""
    with ExitStack() as stack:

        def open_stream(person: Person | None = None, **headers: str) -> Stream:
            stream = Stream(port, person, **headers)
            stack.callback(stream.close)
            return stream

        yield open_stream


class Stream:
    """One reader."""

    def __init__(self, port: int, person: Person | None = None, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        if person is not None:
            headers["Authorization"] = f"Bearer {person.token}"
        self.connection.request(
            "GET", "/api/v1/events/stream", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        self.response = self.connection.getresponse()

    def close(self) -> None:
        """Leave."""
        self.response.close()
        self.connection.close()

    def next(self) -> tuple[str, dict]:
        """The next message that is no comment: its event and data."""
        event, data = "", b""
        while line := self.response.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                data = line[6:]
            elif line == b"\n" and event:
                return event, orjson.loads(data)
        return "closed", {}

    def until(self, topic_id: int) -> tuple[str, dict]:
        """The next message about a topic, or the end."""
        while True:
            event, data = self.next()
            if event in ("closed", "bye") or data.get("topic_id") == topic_id:
                return event, data


def test_readers_hear_what_they_may_see_as_it_happens(listen: Listen, world: World) -> None:
    author, moderator = world.member(), world.member("moderator")
    anonymous, signed_in, staff = listen(), listen(author), listen(moderator)
    for stream in (anonymous, signed_in, staff):
        assert stream.next()[0] == "ready"
    secret = world.topic(moderator, world.category(access={3: 4}))
    topic = world.topic(author)
    assert staff.until(secret["id"])[0] == "topic.opened"
    for stream in (anonymous, signed_in):
        # Events come in order, so whoever hears the second and not the first was not told of it.
        event, data = stream.next()
        while data["topic_id"] not in (secret["id"], topic["id"]):
            event, data = stream.next()
        assert (event, data["topic_id"]) == ("topic.opened", topic["id"])


def test_a_reader_resumes_where_the_line_broke(listen: Listen, world: World) -> None:
    author = world.member()
    first = listen(author)
    resume = first.next()[1]["resume"]
    first.close()
    topic = world.topic(author)
    again = listen(author, Last_Event_ID=resume)
    assert again.next()[0] == "ready"
    assert again.until(topic["id"])[0] == "topic.opened"


def test_a_stream_ends_with_its_session(listen: Listen, world: World) -> None:
    author, other = world.member(), world.member()
    stream = listen(author)
    assert stream.next()[0] == "ready"
    world.client(author).post("/auth/logout", status=204)
    topic = world.topic(other)
    assert stream.until(topic["id"])[0] == "bye"
    assert stream.next()[0] == "closed"


def test_a_bad_token_and_a_bad_cursor_open_no_stream(listen: Listen) -> None:
    assert listen(Authorization="Bearer nonsense").response.status == 401
    assert listen(Last_Event_ID="nonsense").response.status == 400
