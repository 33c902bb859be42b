import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.archive.stackexchange.setup import import_dump
from api.core.clock import now
from api.text import render as render_post
from tests.archive.dump_of_ours import write_dump
from tests.client import Client

# Real data is no part of the project; the tests that need it exist only where it is.
collect_ignore = [] if os.environ.get("PARLEY_SAMPLES") else ["test_real_dumps.py"]


@pytest.fixture(scope="session")
def render():
    return lambda markdown: render_post(markdown).html


@dataclass
class Place:
    """A dump of a test's own: its folder, its site and the category that it goes to."""

    app: Any
    folder: Path
    site: str

    def write(self, posts, **files):
        return write_dump(self.folder, posts, **files)

    def take(self, **more):
        with self.app.app_context():
            return import_dump(self.folder, site=self.site, now=now, progress=lambda *_: None, **more)

    @property
    def category(self):
        return self.site.split(".")[0]

    def topics(self):
        return Client(self.app).get("/topics", query_string={"category": self.category, "sort": "new"})[
            "items"
        ][::-1]

    def thread(self, topic):
        """The topic with its opening post, and its replies, as anybody reads them."""
        client = Client(self.app)
        replies = client.get(f"/topics/{topic['id']}/replies", query_string={"include": "body", "limit": 100})
        return client.get(f"/topics/{topic['id']}"), replies["items"]


@pytest.fixture
def place(app, world, tmp_path):
    site = f"{world.name('site')}.example.com"
    return Place(app, tmp_path / site, site)
