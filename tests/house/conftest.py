"""The parts of the house that its rules look at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
METHODS = ("get", "post", "put", "patch", "delete")

Json = dict[str, Any]


def sources(*folders: str) -> Iterator[Path]:
    """Every Python module below these folders of the repository."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.fixture(scope="session")
def document(app: Flask) -> Json:
    """The OpenAPI document that the code makes."""
    with app.app_context():
        return app.extensions["parley"].extra["api"].document()


@pytest.fixture(scope="session")
def operations(document: Json) -> list[tuple[str, str, Json]]:
    """(method, path, operation) of every operation, path parameters merged in."""
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = item[method] | {"parameters": [*shared, *item[method].get("parameters", [])]}
                found.append((method.upper(), path, operation))
    return found
