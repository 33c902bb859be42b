"""What a row of the table of statuses acts with: one operation, things to call it on, somebody who may."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import TestResponse

from api.permissions.actor import Actor
from tests.auth.people import PASSWORD, Joined, Post, Visitor
from tests.contract.operations import Operation
from tests.permissions.acting import BODIES, QUERIES, filled
from tests.permissions.stage import Stage, Things
from tests.world import Person, World

JSON = {"Content-Type": "application/json"}
# Whoever acts may do everything, in a category that is open to all.
STATE = "open"


@dataclass(frozen=True)
class Houses:
    """Applications beside the ordinary one."""

    counting: Flask
    """Counts requests, and everybody's quota is used up."""
    adrift: Flask
    """Its database does not answer."""
    lonely: Flask
    """A forum of its own, with one administrator."""
    lonely_admin: Person


@dataclass
class Scene:
    """`scene.ask()` calls the operation as it wants to be called; everything can be said otherwise."""

    app: Flask
    op: Operation
    stage: Stage
    houses: Houses
    struck: bool = field(default=False)

    @property
    def world(self) -> World:
        """Makes whatever else is needed."""
        return self.stage.world

    @cached_property
    def things(self) -> Things:
        """A topic, a reply, a category, a member."""
        return self.stage.things(STATE, moderated=True)

    @cached_property
    def person(self) -> Person:
        """An administrator who signed in just now, of this scene only: some operations end the session."""
        return self.stage.newcomer("admin")

    @cached_property
    def client(self) -> Visitor:
        """The administrator, at an address of their own."""
        return Visitor(self.app, self.person.token)

    @cached_property
    def visitor(self) -> Visitor:
        """Somebody without an account."""
        return Visitor(self.app)

    def prepare(self) -> None:
        """Make now what `ask` would make."""
        _ = self.things, self.person

    def address(self) -> str:
        """The operation's address about the things on the stage, below /api/v1."""
        return self.op.path.format(**vars(self.things))

    def ask(
        self,
        *,
        app: Flask | None = None,
        address: str | None = None,
        query: dict[str, str] | None = None,
        json: Any = ...,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """Call the operation; its own body, query and caller where nothing else is given."""
        wanted = filled(QUERIES.get(self.op.name, ""), self.things)
        asked = "&".join(part for part in (wanted, urlencode(query or {})) if part)
        if json is ...:
            json = None if "data" in more else filled(BODIES.get(self.op.name), self.things)
        path = (address or self.address()) + (f"?{asked}" if asked else "")
        caller = Visitor(app or self.app, self.person.token)
        response = caller.request(self.op.method, path, json=json, headers=headers, **more)
        self.struck |= self.op.method != "GET" and response.status_code < 300
        return response

    def in_another_thread(self, **more: Any) -> TestResponse:
        """The same, on a connection of its own."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self.ask, **more).result()

    @contextmanager
    def identified(self, identify: Callable[..., Actor]) -> Iterator[None]:
        """As long as the block lasts, callers are who this function says."""
        runtime = self.app.extensions["parley"]
        before, runtime.identify = runtime.identify, identify
        try:
            yield
        finally:
            runtime.identify = before

    def registers(self) -> str:
        """Somebody signs up; the address."""
        email = f"{self.world.name('box')}@example.org"
        given = {"username": self.world.name("joined"), "email": email, "password": PASSWORD, "locale": "en"}
        self.visitor.post("/auth/register", given, 202)
        return email

    def mailed(self, email: str) -> str:
        """The token in the newest mail to an address."""
        return Post(self.app).token(email)

    def joined(self) -> Joined:
        """Somebody who signed up, confirmed, and knows the password."""
        email = self.registers()
        body = self.visitor.post("/auth/confirm", {"token": self.mailed(email)}, 200)
        return Joined(body["user"]["username"], email, PASSWORD, body["access_token"], body["refresh_token"])

    def leave(self) -> None:
        """What was acted upon is not there for the next scene."""
        if self.struck:
            self.stage.strike(STATE, moderated=True)
