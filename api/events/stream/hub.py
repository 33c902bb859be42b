"""Listens to the log once for all readers of this process."""

from collections.abc import Callable
from typing import Any

import gevent
import orjson
import psycopg2
from flask import Flask
from gevent import socket

from api.core import clock, outbox
from api.core.db import transaction
from api.core.logs import get_logger
from api.core.outbox import CHANNEL, Place, Reader
from api.core.problems import Problem
from api.core.worker import libpq_parameters
from api.events.queries import describe
from api.events.stream.subscribers import Subscribers, may_hear

# A wake-up may come before an older transaction settles, and may get lost with a connection: both are caught by these.
POLL_SECONDS = 5.0
UNSETTLED_SECONDS = 0.05
RECONNECT_SECONDS = 1.0
# Rights are asked for each event, and this often when nothing happens.
REFRESH_SECONDS = 15.0
BATCH = 200

log = get_logger("parley.events")


class Hub:
    """Reads each event once, asks everybody's rights, and hands it to those who may hear it."""

    def __init__(self, app: Flask, subscribers: Subscribers) -> None:
        self.app = app
        self.subscribers = subscribers
        self.cursor: str | None = None
        self._refreshed = clock.now()

    def run(self) -> None:
        """Listen for ever; a lost database is asked again each second, and nothing is missed meanwhile."""
        while True:
            try:
                self._listen()
            except (psycopg2.Error, Exception) as error:  # noqa: BLE001 (whatever it is, readers wait for the next)
                log.warning("listening again", error=f"{type(error).__name__}: {error}"[:200])
                gevent.sleep(RECONNECT_SECONDS)

    def _listen(self) -> None:
        # Parameters, not an address: SQLAlchemy writes a blank in a socket's path as `+`, which libpq takes literally.
        url = self.app.extensions["parley"].settings.database_direct_url
        connection = psycopg2.connect(**libpq_parameters(url))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"listen {CHANNEL}")
            self.catch_up()
            while True:
                self._wait(connection)
                self.catch_up()
        finally:
            connection.close()

    def _wait(self, connection: Any) -> None:
        try:
            socket.wait_read(connection.fileno(), timeout=POLL_SECONDS)
        except TimeoutError:
            return
        connection.poll()
        connection.notifies.clear()

    def catch_up(self) -> None:
        """Deliver all that has settled since the last time."""
        while self._deliver():
            gevent.sleep(UNSETTLED_SECONDS)

    def _deliver(self) -> bool:
        """Deliver one batch; whether there is, or will soon be, more."""
        with self.app.app_context(), transaction() as s:
            now = clock.now()
            if self.cursor is None:
                self.cursor = outbox.read(s, "latest", 1, reader=Reader(everything=True)).resume
            try:
                feed = outbox.read(s, self.cursor, BATCH, reader=Reader(everything=True))
            except Problem as problem:
                self._reset(str(problem.params.get("resume", "latest")))
                return True
            stale = (now - self._refreshed).total_seconds() > REFRESH_SECONDS
            if len(self.subscribers) and (feed.events or stale):
                self.subscribers.refresh(s, now)
                self._refreshed = now
                told = describe(s, feed)
                for event, facts in zip(feed.events, told, strict=True):
                    self._tell(event, facts)
            # Only now: what fails above is read once more.
            self.cursor = feed.resume
            return feed.next is not None or outbox.unsettled(s)

    def _tell(self, event: Any, facts: dict[str, Any]) -> None:
        text = frame(facts["type"], facts, facts["id"])
        place = Place(event.xid, event.id)
        for subscriber in self.subscribers:
            if subscriber.ended is None and may_hear(subscriber.actor, event):
                subscriber.put(place, text)

    def _reset(self, resume: str) -> None:
        """The log began anew: everybody must come again with the new cursor."""
        self.cursor = None if resume == "latest" else resume
        for subscriber in self.subscribers:
            subscriber.end("reset")


def frame(event: str, data: Any, cursor: str | None = None) -> bytes:
    """One message of the stream."""
    head = b"" if cursor is None else b"id: " + cursor.encode() + b"\n"
    return head + b"event: " + event.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def start(app: Flask, subscribers: Subscribers) -> Callable[[], None]:
    """A function that starts the hub at its first call, in whichever process calls it."""
    started: list[Any] = []

    def ensure() -> None:
        if not started:
            started.append(gevent.spawn(Hub(app, subscribers).run))

    return ensure
