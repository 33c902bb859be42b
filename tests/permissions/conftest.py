"""The stage, and the operations that are acted on it."""

import pytest
from flask import Flask

from tests.permissions.acting import Operations, operations_of
from tests.permissions.stage import Stage


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="session")
def operations(app: Flask) -> Operations:
    """operationId -> (method, path below /api/v1) of every operation of the document."""
    return operations_of(app)
