"""What a test measured, as one line at the end of the run.

def test_something(figure):
    figure("3 kills, 0 errors")
"""

from collections.abc import Callable
from typing import Any

import pytest

NAME = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells the test's figure, for the table at the end."""
    return lambda line: record_property(NAME, line)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of figures, failed tests included."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [
        (report.nodeid.rpartition("::")[2].removeprefix("test_"), value)
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == NAME and report.when == "call"
    ]
    if lines:
        terminalreporter.section("figures")
        for test, value in lines:
            terminalreporter.write_line(f"{test.partition('[')[0].replace('_', ' ')}: {value}")
