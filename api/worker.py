"""`python -m api.worker`: runs jobs. Its application has what tasks need, and neither routes nor commands."""

from flask import Flask

# What features declare for jobs: their tasks, and the counters that are folded.
import api.auth.tasks
import api.categories.actions
import api.tags.actions  # noqa: F401
from api.config import Settings, load_settings
from api.core import db, jobs, logs, mail
from api.core.db import Database
from api.core.runtime import Runtime
from api.core.worker import run_worker
from api.permissions.actor import ANONYMOUS

PARTS = (logs, db, jobs, mail)


def create_worker_app(settings: Settings) -> Flask:
    """The application that jobs run in; nobody calls it."""
    app = Flask("api.worker", static_folder=None)
    app.extensions["parley"] = Runtime(
        settings=settings, database=Database(settings.database_url), identify=lambda *_: ANONYMOUS
    )
    for part in PARTS:
        part.init_app(app)
    return app


if __name__ == "__main__":
    run_worker(create_worker_app(load_settings()))
