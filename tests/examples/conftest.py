"""A forum of its own for the scenario, so that its ids begin at 1."""

from typing import Any

import pytest

from tests.conftest import TEMPLATE
from tests.examples.scenario import record


@pytest.fixture(scope="session")
def recorded(postgres, data_folder, worker_id) -> dict[str, Any]:
    """The examples that the application gives today."""
    name = f"parley_examples_{worker_id}"
    postgres.create_database(name, template=TEMPLATE)
    return record(postgres.url(name), data_folder)
