"""The shipped nginx and uWSGI on a database of the run's own, one Chromium, members with passwords."""

import gzip
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright

from api.auth.commands import create_user
from api.core.mail import outbox
from api.core.worker import run_pending
from tests.client import Client, contract_of
from tests.conftest import SECRET
from tests.e2e.browsing import FLAGS, PROGRAM, TIMEOUT, Reader, read
from tests.servers.stack import PROJECT, Stack, serve
from tests.world import Person, World

PASSWORD = "forty two printed pages"
LINK = re.compile(r"https?://\S+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def client_folder() -> Path:
    """The built client; without it there is nothing to open."""
    folder = PROJECT / "frontend" / "dist"
    if not (folder / "index.html").exists():
        pytest.fail(
            "The client is not built: run `make run` once, or `npm ci && npm run build` in frontend/."
        )
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def servers_environ(database_url: str, client_folder: Path) -> dict[str, str]:
    """What the servers of the journeys are told; their address is added when they start."""
    return {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_FRONTEND": str(client_folder),
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_LIMITS_ENABLED": "false",
        "PARLEY_LOG_LEVEL": "warning",
        "PATH": f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/bin",
    }


@pytest.fixture(scope="session")
def stack(
    app: Flask, servers_environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The servers at the top of their host."""
    folder = tmp_path_factory.mktemp("stack")
    with serve(servers_environ, folder, contract=contract_of(app)) as running:
        yield running


@pytest.fixture
def reader(browser: Browser, stack: Stack) -> Iterator[Reader]:
    """A visitor with an English browser on a desk."""
    with read(browser, stack.url, contract=stack.contract) as found:
        yield found


@pytest.fixture
def reads(browser: Browser, stack: Stack) -> Callable[..., Any]:
    """More people: `with reads(locale=ZH) as other:`."""
    return lambda **how: read(browser, stack.url, contract=stack.contract, **how)


@dataclass(frozen=True)
class Account:
    """A member who signs in with a password; `person` does the same through the API."""

    username: str
    password: str
    email: str
    person: Person


@pytest.fixture
def account(app: Flask, world: World) -> Callable[..., Account]:
    """Makes members with a password."""
    return lambda **how: make_account(app, world, **how)


def make_account(app: Flask, world: World, role: str = "member") -> Account:
    """A confirmed member with a password and, for preparing things, a session."""
    name = world.name("reader")
    email = f"{name}@example.org"
    with app.app_context():
        create_user(name, email=email, password=PASSWORD, role=role)
    body = Client(app).post("/auth/login", {"login": name, "password": PASSWORD}, 200)
    person = Person(body["user"]["id"], name, body["access_token"], body["refresh_token"])
    return Account(name, PASSWORD, email, person)


@pytest.fixture
def mailed_link(app: Flask) -> Callable[[str], str]:
    """Does what the worker does, then finds the link in the last mail to an address."""

    def find(address: str) -> str:
        run_pending(app)
        with app.app_context():
            texts = [mail.body for mail in outbox() if mail.to == [address]]
        assert texts, f"no mail for {address}"
        return LINK.search(texts[-1])[0]

    return find


@pytest.fixture(scope="session")
def open_category(app: Flask, stack: Stack) -> Callable[[], str]:
    """Makes a category that visitors see: the servers may keep the public list of them for some seconds."""

    def make() -> str:
        slug = World(app).category()
        deadline = time.monotonic() + TIMEOUT / 1000
        while f'"{slug}"' not in _packed(stack, "/api/v1/categories"):
            assert time.monotonic() < deadline, f"{slug} never appeared"
            time.sleep(0.2)
        return slug

    return make


def _packed(stack: Stack, path: str) -> str:
    """As browsers get it: the servers keep packed answers apart from plain ones."""
    answer = stack.ask(path, headers={"Accept-Encoding": "gzip"})
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.body) if packed else answer.body).decode()
