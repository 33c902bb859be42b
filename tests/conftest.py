"""One throw-away Postgres per run, one database per worker cloned from a migrated template, members on demand."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.config import Settings, load_settings
from api.core import migrate
from api.launcher.postgres import THROW_AWAY, Postgres
from tests.client import Client
from tests.figures import figure, pytest_terminal_summary  # noqa: F401 (found by pytest here)
from tests.world import World

SECRET = "tests-only-" + "k" * 40
TEMPLATE = "template_parley"
_SERVER: dict[str, tuple[Postgres, Path]] = {}


def settings_for(database_url: str, data: Path, **more: str) -> Settings:
    """Settings of a test installation; mail stays in memory, limits are off unless asked for."""
    return load_settings(
        {
            "PARLEY_DATABASE_URL": database_url,
            "PARLEY_SECRET_KEY": SECRET,
            "PARLEY_DATA": str(data),
            "PARLEY_ENVIRONMENT": "test",
            "PARLEY_MAIL_BACKEND": "memory",
            "PARLEY_LIMITS_ENABLED": "false",
            "PARLEY_LOG_LEVEL": "error",
            **more,
        }
    )


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the server and migrates the template; workers are told its address."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = Path(tempfile.mkdtemp(prefix="parley-tests-"))
    folder.chmod(0o711)  # Root's server runs as another account, which must find its folder in here.
    server = Postgres(folder, options=THROW_AWAY)
    server.prepare()
    server.start()
    _SERVER["own"] = (server, folder)
    server.create_database(TEMPLATE)
    migrate.upgrade(settings_for(server.url(TEMPLATE), folder))


def pytest_configure_node(node) -> None:
    """Tell an xdist worker where the server is."""
    node.workerinput["postgres"] = str(_SERVER["own"][1])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and delete its folder."""
    if _SERVER:
        server, folder = _SERVER.pop("own")
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The run's server; a worker only knows its address and can create databases."""
    told = getattr(request.config, "workerinput", {}).get("postgres")
    return Postgres(Path(told), options=THROW_AWAY) if told else _SERVER["own"][0]


@pytest.fixture(scope="session")
def database_url(postgres: Postgres, worker_id: str) -> str:
    """A migrated database of this worker's own."""
    name = f"parley_{worker_id}"
    postgres.create_database(name, template=TEMPLATE)
    return postgres.url(name)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this worker's own."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def app(database_url: str, data_folder: Path) -> Iterator[Flask]:
    """The application as production makes it, on this worker's database."""
    found = create_app(settings_for(database_url, data_folder))
    yield found
    found.extensions["parley"].database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    """A caller without credentials."""
    return Client(app)


@pytest.fixture
def world(app: Flask) -> World:
    """Makes members, categories and topics of the test's own."""
    return World(app)
