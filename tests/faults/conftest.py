"""Each test runs twice: short in `make test`, long in `make soak`; its figure is one line at the end of the run."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.launcher.postgres import Postgres
from tests.conftest import TEMPLATE
from tests.faults.forum import Forum, new_database, running
from tests.faults.journal import Journal
from tests.faults.traffic import Traffic

FIGURE = "figure"
# The long forms last this many minutes each, five where nothing is said.
MINUTES = float(os.environ.get("MINUTES", "5"))


@dataclass(frozen=True)
class Length:
    """How long a test is. `times` scales what the promise counts; `rate` is requests a second."""

    is_long: bool
    rate: float

    def times(self, short: int, long: int) -> int:
        """A count: as promised when five minutes are given, fewer in less time."""
        return max(short, round(long * MINUTES / 5)) if self.is_long else short


@pytest.fixture(
    params=[
        pytest.param(Length(is_long=False, rate=40.0), marks=pytest.mark.process, id="short"),
        pytest.param(Length(is_long=True, rate=100.0), marks=pytest.mark.soak, id="long"),
    ]
)
def length(request: pytest.FixtureRequest) -> Length:
    """Short or long."""
    return request.param


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells the test's figure, for the table at the end."""
    return lambda line: record_property(FIGURE, line)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of all tests keep compiled modules."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def forum(postgres: Postgres, tmp_path: Path, compiled: Path) -> Iterator[Forum]:
    """Servers of the test's own on a database of its own."""
    with running(new_database(postgres, TEMPLATE), tmp_path, compiled) as found:
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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of figures."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [
        (report.nodeid.rpartition("::")[2].removeprefix("test_"), value)
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == FIGURE and report.when == "call"
    ]
    if lines:
        terminalreporter.section("figures")
        for test, value in lines:
            terminalreporter.write_line(f"{test.partition('[')[0].replace('_', ' ')}: {value}")
