"""A corpus of five hundred posts in a database of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from api.app import create_app
from api.launcher.postgres import Postgres
from bench.corpus.making import make_corpus
from bench.corpus.plan import Size
from tests.conftest import TEMPLATE, settings_for

POSTS = 500


@pytest.fixture(scope="session")
def corpus_url(postgres: Postgres, worker_id: str) -> str:
    """The address of the database that the corpus is in."""
    name = f"corpus_{worker_id}"
    postgres.create_database(name, template=TEMPLATE)
    make_corpus(postgres.url(name), Size(POSTS), lambda *_: None)
    return postgres.url(name)


@pytest.fixture(scope="session")
def forum(corpus_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on the corpus."""
    found = create_app(settings_for(corpus_url, tmp_path_factory.mktemp("corpus")))
    yield found
    found.extensions["parley"].database.engine.dispose()
