"""The inside of the events process, without its greenlets."""

from itertools import islice
from threading import Event

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from api.categories.queries import with_levels
from api.core.db import transaction
from api.events.stream import app as stream_app
from api.events.stream import hub as hub_module
from api.events.stream.hub import Hub
from api.events.stream.subscribers import Subscriber, Subscribers
from api.permissions.actor import ANONYMOUS
from tests.client import Client
from tests.events.test_feed import settled
from tests.world import World


@pytest.fixture
def reader(app: Flask) -> Subscriber:
    """Somebody without an account who listens."""
    with app.app_context(), transaction() as s:
        return Subscriber(actor=with_levels(s, ANONYMOUS), caller="address:192.0.2.1", wake=Event())


def test_what_could_not_be_told_while_the_database_was_away_is_told_after(
    app: Flask, world: World, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribers = Subscribers()
    subscribers.add(reader)
    hub = Hub(app, subscribers)
    hub.catch_up()
    topic = world.topic(world.member())
    settled(app)

    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(hub_module, "describe", away)
        with pytest.raises(OperationalError):
            hub.catch_up()
    hub.catch_up()
    told = b"".join(text for _, text in reader.waiting)
    assert told.count(b'"topic_id":%d,' % topic["id"]) == 1


def test_a_long_absence_is_told_in_stretches(
    app: Flask, client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(app)
    start = client.get("/events?after=latest")["resume"]
    topic = world.topic(world.member())
    for n in range(4):
        world.reply(world.member(), topic, f"reply {n}")
    settled(app)
    monkeypatch.setattr(stream_app, "REPLAY", 2)
    made = stream_app.create_stream_app(app.extensions["parley"].settings)
    response = made.test_client().get(f"{stream_app.PATH}?after={start}")
    messages = list(islice(response.response, 7))
    response.close()
    made.extensions["parley"].database.engine.dispose()
    assert b"event: ready" in messages[0]
    assert [message.count(b"event: post.created") for message in messages[1:]] == [0, 0, 1, 1, 1, 1]
