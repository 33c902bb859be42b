"""The real application behind real servers, asked in bytes and held to the document."""

import json
from typing import Any

from flask import Flask

from tests.client import contract_of
from tests.conftest import SECRET
from tests.servers.stack import Stack
from tests.servers.wire import Reply, Wire
from tests.world import Person, World

JSON = "Content-Type: application/json"
PREVIEW = "POST /api/v1/preview HTTP/1.1"
TEXT = '{"body": "论坛 **真，**她"}'.encode()


class Site:
    """The servers, and a member who is known to them: tokens are issued for one address."""

    def __init__(self, stack: Stack, app: Flask) -> None:
        self.stack, self.app = stack, app
        self.world = World(app)
        self.member = self.world.member()
        self.topic = self.world.topic(self.member)
        self.path = f"/api/v1/topics/{self.topic['id']}"

    def token(self, person: Person | None = None) -> str:
        """The line that signs somebody in."""
        return f"Authorization: Bearer {(person or self.member).token}"

    def judge(self, line: str | bytes, reply: Reply) -> None:
        """Hold an answer to the document."""
        method, target = (line.decode("latin-1") if isinstance(line, bytes) else line).split(" ")[:2]
        contract_of(self.app).check_answer(method, target, reply.status, reply.headers, reply.body)

    def ask(self, *lines: str | bytes, body: bytes = b"", judged: bool = True) -> Reply:
        """One request on a connection of its own."""
        with Wire(self.stack.url) as wire:
            wire.send(*lines, body=body)
            method = lines[0].split()[0]
            reply = wire.receive(head=method in ("HEAD", b"HEAD"))
        assert reply is not None, lines[0]
        if judged:
            self.judge(lines[0], reply)
        return reply

    def sent(self, *lines: str, body: bytes = TEXT) -> Reply:
        """A preview by a member."""
        return self.ask(PREVIEW, JSON, self.token(), *lines, body=body)


def environ_of(database_url: str) -> dict[str, str]:
    return {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_LIMITS_ENABLED": "false",
        "PARLEY_LOG_LEVEL": "error",
    }


def problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """The problem of a refusal."""
    assert (reply.status, reply.header("content-type")) == (status, "application/problem+json"), reply
    told: dict[str, Any] = json.loads(reply.body)
    assert (told["status"], told["code"]) == (status, code)
    assert reply.header("cache-control") == "no-store"
    return told


def chunks(body: bytes, size: int) -> bytes:
    """The body in the chunked coding."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
