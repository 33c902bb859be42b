"""Imports a dump in small batches and says so after each, until somebody kills it.

python -m tests.archive.import_in_a_process DATABASE_URL DATA_FOLDER DUMP SITE
"""

import sys
from pathlib import Path

from flask import Flask

from api.archive.stackexchange import accounts, importer
from api.archive.stackexchange.setup import import_dump
from api.config import load_settings
from api.core import db
from api.core.clock import now
from api.core.runtime import Runtime


def bare_app(database_url: str, data: str) -> Flask:
    """As little of the application as an import needs, so that the process begins soon."""
    settings = load_settings(
        {
            "PARLEY_DATABASE_URL": database_url,
            "PARLEY_DATA": data,
            "PARLEY_SECRET_KEY": "tests-only-" + "k" * 40,
        }
    )
    app = Flask("import")
    database = db.Database(settings.database_url)
    app.extensions["parley"] = Runtime(settings=settings, database=database, identify=lambda *_: None)
    db.init_app(app)
    return app


def main(database_url: str, data: str, dump: str, site: str) -> None:
    accounts.AT_ONCE = importer.POSTS_AT_ONCE = 3

    def say(stage: str, done: int, _total: int | None) -> None:
        print(stage, done, flush=True)  # noqa: T201
        sys.stdin.readline()  # goes on when it is told to

    with bare_app(database_url, data).app_context():
        import_dump(Path(dump), site=site, now=now, progress=say)


if __name__ == "__main__":
    main(*sys.argv[1:])
