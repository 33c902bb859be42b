"""What a process never needs is not in its memory: heavy libraries are imported where they are used."""

import json
import os
import subprocess
import sys

import pytest

from api.core import counters, migrate, schema_version
from api.core.jobs import tasks
from tests.house.conftest import ROOT

# Rendering, Chinese words, console output, migrations: megabytes each, for a process that may never need them.
HEAVY = (
    "markdown_it",
    "pygments",
    "nh3",
    "rjieba",
    "snowballstemmer",
    "rich",
    "alembic",
    "mako",
    "lxml",
    "bs4",
)
ROUTES = ("flask_smorest", "apispec", "webargs", "api.app", "api.core.api", "limits", "prometheus_client")
NEVER = {
    "api.wsgi": (*HEAVY, "procrastinate", "psycopg", "gevent"),
    "api.events_wsgi": (*HEAVY, *ROUTES, "procrastinate", "psycopg", "flask_mailman"),
    "api.worker": (*HEAVY, *ROUTES, "gevent", "api.cli", "api.commands"),
    "api.launcher.__main__": (*HEAVY, *ROUTES, "flask", "sqlalchemy", "procrastinate", "structlog", "gevent"),
}
FACTS = """
import sys, json, importlib
importlib.import_module(sys.argv[1])
if sys.argv[1] == "api.worker":
    from api.config import load_settings
    from api.core.worker import build
    from api.worker import create_worker_app
    settings = load_settings()
    build(create_worker_app(settings), settings.database_url)
tasks, counters = sys.modules.get("api.core.jobs"), sys.modules.get("api.core.counters")
print(json.dumps({
    "modules": sorted(sys.modules),
    "tasks": sorted(tasks.tasks()) if tasks else [],
    "counters": sorted(counters.registered()) if counters else [],
}))
"""


def facts(module: str, data_folder) -> dict[str, list[str]]:
    """What a process of its own knows after starting as this module."""
    environ = os.environ | {
        "PARLEY_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "PARLEY_SECRET_KEY": "imports-" + "k" * 40,
        "PARLEY_DATA": str(data_folder),
        "PARLEY_LIMITS_ENABLED": "false",
    }
    command = [sys.executable, "-c", FACTS, module]
    told = subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, list[str]] = json.loads(told.splitlines()[-1])
    return found


@pytest.mark.parametrize("module", NEVER)
def test_a_process_does_not_load_what_it_does_not_use(module, data_folder):
    loaded = set(facts(module, data_folder)["modules"])
    assert loaded & set(NEVER[module]) == set()


def test_a_worker_knows_every_task_and_every_counter(app, data_folder):
    known = facts("api.worker", data_folder)
    assert set(known["tasks"]) == {
        name for name, task in tasks().items() if task.function.__module__[:4] == "api."
    }
    # Other tests of this process may have registered counters of their own.
    own = {name for name in counters.registered() if not name.startswith("test.")}
    assert set(known["counters"]) == own


def test_the_wanted_schema_is_the_head_of_the_migrations():
    assert schema_version.head() == migrate.scripts().get_current_head()
