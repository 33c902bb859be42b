"""An application of core's parts only, on this worker's database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.config import Settings, load_settings
from api.core.db import transaction
from api.core.models import Setting

from . import application

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def core_settings(database_url: str, data_folder: Path) -> Settings:
    """Settings in which nothing leaves the process."""
    return load_settings(
        {
            "PARLEY_DATABASE_URL": database_url,
            "PARLEY_SECRET_KEY": "core-tests-" + "k" * 40,
            "PARLEY_DATA": str(data_folder),
            "PARLEY_ENVIRONMENT": "test",
            "PARLEY_MAIL_BACKEND": "memory",
        }
    )


@pytest.fixture
def make_core(core_settings: Settings) -> Iterator[MakeApp]:
    """Make an application of core's parts with some settings changed."""
    made: list[Flask] = []

    def make(**changes) -> Flask:
        app = application.make(replace(core_settings, **changes))
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["parley"].database.engine.dispose()


@pytest.fixture
def core(make_core: MakeApp) -> Flask:
    """The application of core's parts, its jobs, mails and events gone."""
    app = make_core()
    with app.app_context(), transaction() as s:
        for table in ("procrastinate_jobs", "mails", "throttles", "idempotency_keys", "events"):
            s.connection().exec_driver_sql(f"delete from {table}")
        s.execute(
            delete(Setting).where(Setting.key.in_(["events.epoch", "events.floor", "effect", "effects"]))
        )
    return app


@pytest.fixture
def s(core: Flask) -> Iterator[Session]:
    """A session inside the application, committed only by the test itself."""
    with core.app_context(), transaction() as session:
        yield session
