"""A test in two lengths: short in `make test`, long in `make soak`."""

import os
from dataclasses import dataclass

import pytest

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
