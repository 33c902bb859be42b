"""Visitors with an address of their own, and the mail boxes they read."""

import itertools
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.core import clock
from api.core.db import transaction
from api.core.models import Mail
from api.core.throttles import throttle
from tests.client import Client

PASSWORD = "three quiet rivers"
_addresses = itertools.count(1)


def new_address() -> str:
    """An address that nobody used in this run, so that nobody's tries count for anybody else."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Visitor(Client):
    """A caller behind an address of their own."""

    def __init__(self, app: Flask, token: str | None = None, address: str | None = None) -> None:
        super().__init__(app, token)
        self.address = address or new_address()

    def as_(self, member: Any) -> "Visitor":
        return Visitor(self.app, member.token, self.address)

    def with_token(self, token: str) -> "Visitor":
        """The same visitor with an access token."""
        return Visitor(self.app, token, self.address)

    def request(self, method: str, path: str, status: int | None = None, **more: Any) -> TestResponse:
        more.setdefault("environ_overrides", {"REMOTE_ADDR": self.address})
        return super().request(method, path, status, **more)


@dataclass(frozen=True)
class Joined:
    """Somebody who signed up and confirmed."""

    username: str
    email: str
    password: str
    token: str
    refresh_token: str


class Post:
    """The mails that were written, by recipient."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def to(self, email: str) -> list[Mail]:
        """All mails to an address, oldest first."""
        with self.app.app_context(), transaction() as s:
            return list(s.scalars(select(Mail).where(Mail.recipient == email).order_by(Mail.id)))

    def token(self, email: str) -> str:
        """The token in the newest mail to an address."""
        found = re.search(r"#token=(\S+)", self.to(email)[-1].text)
        assert found, self.to(email)[-1].text
        return found.group(1)


def exhaust(app: Flask, key: str, limit: int = 10, window: int = 15 * 60) -> None:
    """Use a counter up without paying for the hashes."""
    with app.app_context():
        for _ in range(limit):
            throttle(key, limit=limit, window_seconds=window, now=clock.now())


def without_id(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem apart from what tells one request from another."""
    return {name: value for name, value in problem.items() if name != "request_id"}


def headers_of(response: TestResponse) -> dict[str, str]:
    """The headers that say something about the answer."""
    return {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "Date")}
