"""Callers, and the operations by what they take."""

import pytest
from flask import Flask

from tests.client import Client
from tests.contract.operations import Operation, operations
from tests.world import World


@pytest.fixture(scope="module")
def admin(app: Flask) -> Client:
    """Somebody whom no route refuses as a whole: what is wrong with the input is told."""
    world = World(app)
    return world.client(world.member("admin"))


@pytest.fixture(scope="module")
def with_body(app: Flask) -> list[Operation]:
    """Operations that take a body."""
    return [op for op in operations(app) if op.body is not None]


@pytest.fixture(scope="module")
def every(app: Flask) -> list[Operation]:
    """All operations."""
    return list(operations(app))
