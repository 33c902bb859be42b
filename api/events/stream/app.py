"""The WSGI application of the events process: one address, and health. It needs neither schemas nor Chinese words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gevent.event
from flask import Flask, Response, g, request, stream_with_context

from api.auth import access_tokens, identify
from api.categories.queries import with_levels
from api.config import Settings
from api.core import addresses, clock, cors, db, health, logs, outbox, problems, request_ids, responses
from api.core.db import Database, transaction
from api.core.outbox import Place
from api.core.problems import Problem
from api.core.runtime import Runtime, settings
from api.events.queries import describe, reader_of
from api.events.stream.hub import frame, start
from api.events.stream.subscribers import Subscriber, Subscribers
from api.permissions.actor import Actor

PATH = "/api/v1/events/stream"
HEARTBEAT_SECONDS = 15.0
RETRY_MS = 2_000
REPLAY = 500


def create_stream_app(settings_: Settings) -> Flask:
    """The application that holds streams open."""
    app = Flask("api.events.stream", static_folder=None)
    app.extensions["parley"] = Runtime(
        settings_, Database(settings_.database_url, prepared=settings_.prepared_statements), identify.identify
    )
    for part in (request_ids, logs, problems, db, access_tokens, health, responses, cors):
        part.init_app(app)
    subscribers = Subscribers()
    listen = start(app, subscribers)

    @app.get(PATH)
    def stream() -> Response:
        listen()
        return _open(subscribers)

    return app


def _open(subscribers: Subscribers) -> Response:
    actor, caller = _caller()
    subscriber = Subscriber(actor=actor, caller=caller, wake=gevent.event.Event())
    # Subscribed first, replayed second: what happens in between is in both, and told once.
    subscribers.add(subscriber)
    try:
        after = request.headers.get("Last-Event-ID") or request.args.get("after", "latest")
        replayed = _replay(actor, after)
    except BaseException:
        subscribers.remove(subscriber)
        raise
    response = Response(
        stream_with_context(_messages(subscriber, subscribers, replayed)), mimetype="text/event-stream"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: subscribers.remove(subscriber))
    return response


def _caller() -> tuple[Actor, str]:
    with transaction() as s:
        actor = identify.identify(s, request.headers.get("Authorization"), clock.now())
        g.actor = actor
        if not actor.may_use("read"):
            raise Problem(403, "insufficient_scope", params={"scope": "read"})
        actor = with_levels(s, actor)
    address = addresses.client_address(request.environ, settings().trusted_proxies)
    return actor, f"user:{actor.user_id}" if actor.is_member else f"address:{addresses.network_of(address)}"


@dataclass(frozen=True)
class Replayed:
    """A stretch of what was missed: its messages, the cursor after them, and whether that is not all."""

    messages: list[bytes]
    resume: str
    more: bool

    @property
    def end(self) -> Place:
        """The place in the log up to which everything is told."""
        _, xid, id_ = self.resume.split("-")
        return Place(int(xid), int(id_))


def _replay(actor: Actor, after: str) -> Replayed:
    """The next stretch of the log: one at a time, since the whole of it may be larger than the memory."""
    told: list[bytes] = []
    with transaction() as s:
        try:
            feed = outbox.read(s, after, REPLAY, reader=reader_of(actor))
        except Problem as problem:
            if problem.status != 410:
                raise
            after = str(problem.params["resume"])
            told.append(frame("reset", {"code": problem.code, "resume": after}, after))
            feed = outbox.read(s, after, REPLAY, reader=reader_of(actor))
        told += [frame(facts["type"], facts, facts["id"]) for facts in describe(s, feed)]
    # The connection goes back to the pool: a stream holds none while it waits.
    session: Any = g.pop("session", None)
    if session is not None:
        session.close()
    return Replayed(told, feed.resume, feed.next is not None)


def _messages(subscriber: Subscriber, subscribers: Subscribers, replayed: Replayed) -> Iterator[bytes]:
    try:
        yield f"retry: {RETRY_MS}\n".encode() + frame("ready", {"resume": replayed.resume})
        yield from replayed.messages
        while replayed.more:
            if subscriber.ended is not None:
                yield _farewell(subscriber.ended)
                return
            replayed = _replay(subscriber.actor, replayed.resume)
            yield from replayed.messages
        last = replayed.end
        while True:
            while subscriber.waiting:
                place, text = subscriber.waiting.popleft()
                if place > last:
                    last = place
                    yield text
            if subscriber.ended is not None:
                yield _farewell(subscriber.ended)
                return
            subscriber.wake.clear()
            if not subscriber.wake.wait(HEARTBEAT_SECONDS):
                yield b": \n\n"
    finally:
        subscribers.remove(subscriber)


def _farewell(reason: str) -> bytes:
    return frame("reset" if reason == "reset" else "bye", {"code": reason})
