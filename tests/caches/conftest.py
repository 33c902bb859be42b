"""Short and long, as the tests of faults."""

from tests.faults.lengths import length  # noqa: F401 (found by pytest here)
