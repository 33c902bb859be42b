"""Procrastinate's schema goes in and out through our migrations."""

import pytest
from sqlalchemy import text

from api.core import jobs_schema
from api.core.db import Database

LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


@pytest.fixture
def empty(postgres, database_url):
    name = database_url.rpartition("/")[2].partition("?")[0] + "_empty"
    postgres.create_database(name)
    database = Database(postgres.url(name))
    yield database.engine
    database.engine.dispose()
    postgres.drop_database(name)


def objects(connection):
    return connection.execute(
        text("""select (select count(*) from pg_class where relname like 'procrastinate%'),
                       (select count(*) from pg_proc where proname like 'procrastinate%'),
                       (select count(*) from pg_type where typname like 'procrastinate%')""")
    ).one()


def test_it_is_removed_without_a_trace(empty):
    with empty.begin() as connection:
        jobs_schema.install(connection, through=LAST)
        assert all(objects(connection))
        jobs_schema.remove(connection)
        assert objects(connection) == (0, 0, 0)


def test_it_goes_in_by_stretches(empty):
    steps = jobs_schema.steps(None, LAST)
    with empty.begin() as connection:
        jobs_schema.install(connection, through=steps[9])
        jobs_schema.install(connection, after=steps[9], through=LAST)
        assert connection.execute(text("select count(*) from procrastinate_jobs")).scalar() == 0


def test_the_pinned_step_is_the_newest_of_the_installed_package():
    everything = jobs_schema.steps(None, LAST)
    with pytest.raises(LookupError):
        jobs_schema.steps(None, "99.sql")
    assert everything[-1] == LAST
    from importlib.resources import files

    shipped = [
        e.name for e in (files("procrastinate.sql") / "migrations").iterdir() if e.name.endswith(".sql")
    ]
    assert max(shipped) == LAST, "a new procrastinate needs a migration that installs its new steps"
