"""Each test runs twice: short in `make test`, long in `make soak`; its figure is one line at the end of the run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.launcher.postgres import Postgres
from tests.conftest import TEMPLATE
from tests.faults.forum import Forum, new_database, running
from tests.faults.journal import Journal
from tests.faults.lengths import length  # noqa: F401 (found by pytest here)
from tests.faults.traffic import Traffic


@pytest.fixture
def forum(postgres: Postgres, tmp_path: Path) -> Iterator[Forum]:
    """Servers of the test's own on a database of its own."""
    with running(new_database(postgres, TEMPLATE), tmp_path) as found:
        yield found


@pytest.fixture
def journal(forum: Forum, tmp_path: Path) -> Journal:
    """The record of every write of the test."""
    return Journal(tmp_path / "journal.jsonl", forum)


@pytest.fixture
def traffic(forum: Forum, journal: Journal) -> Traffic:
    """What readers and writers ask, with something to read."""
    found = Traffic(forum, journal)
    found.begin(forum.stack.url)
    forum.wait_for_workers()
    return found
