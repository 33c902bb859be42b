"""The application with a client built: a small index.html with the same placeholders as the real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from tests.client import Client
from tests.conftest import settings_for

INDEX = """<!doctype html>
<html lang="%PARLEY_LANG%">
<head>
<meta charset="utf-8">
<meta name="application-name" content="%PARLEY_NAME%">
<meta name="parley-root" content="%PARLEY_ROOT%">
<title>%PARLEY_TITLE%</title>
<script src="%PARLEY_ROOT%/assets/boot.js"></script>
</head>
<body><div id="app"></div></body>
</html>
"""
URL = "http://127.0.0.1:8000/forum"


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built client."""
    folder = tmp_path_factory.mktemp("dist")
    (folder / "index.html").write_text(INDEX, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def site(database_url: str, data_folder: Path, dist: Path) -> Iterator[Flask]:
    """The application below /forum, as it is behind the middleware that strips the prefix."""
    found = create_app(settings_for(database_url, data_folder, PARLEY_FRONTEND=str(dist), PARLEY_URL=URL))
    yield found
    found.extensions["parley"].database.engine.dispose()


@pytest.fixture
def reader(site: Flask) -> Client:
    """A browser without an account; addresses below the root, as the application gets them."""
    return Client(site, base="")
