"""The real thing: `make test-data SAMPLES=FOLDER`, or PARLEY_SAMPLES=FOLDER pytest -m data."""

import os
from pathlib import Path

import pytest

from api.archive.stackexchange.reader import Dump
from api.archive.stackexchange.setup import import_dump
from api.archive.stackexchange.site import find_site
from api.core.clock import now
from tests.client import Client

SAMPLES = Path(os.environ["PARLEY_SAMPLES"])
pytestmark = pytest.mark.data

EXPECTED = {
    "stackexchange-quantumcomputing-2018": {
        "site": "quantumcomputing.stackexchange.com",
        "taken": {"topics": 612, "answers": 1060, "comments": 3413},
        "answered": 389,
        "search": "Hadamard gate",
    },
    "stackexchange-bicycles-meta-2023": {
        "site": "bicycles.meta.stackexchange.com",
        "taken": {"topics": 453, "answers": 971, "comments": 2448, "revisions": 1291},
        "answered": 157,
        "search": "community bikes",
    },
}


@pytest.fixture(scope="module", params=EXPECTED)
def imported(request, app):
    folder = SAMPLES / request.param
    with app.app_context():
        report = import_dump(folder, now=now, progress=lambda *_: None)
        again = import_dump(folder, now=now, progress=lambda *_: None)
    return EXPECTED[request.param], report, again


def test_everything_is_taken_and_the_rest_is_named(imported):
    expected, report, again = imported
    taken = dict(report.taken)
    taken.pop("members")
    assert taken == expected["taken"]
    assert report.site == expected["site"]
    assert report.damage == []
    assert set(report.left) <= {"descriptions of tags", "posts that are not in the dump but have votes"}
    assert dict(again.taken) == {}


def test_texts_show_the_same_after_rendering(imported):
    _, report, _ = imported
    assert report.likeness >= 99.0, report.lines()


def test_the_topics_can_be_read_and_found(imported, app):
    expected, report, _ = imported
    client = Client(app)
    category = next(one for one in client.get("/categories")["items"] if one["slug"] == report.category)
    assert category["topic_count"] == expected["taken"]["topics"]
    assert category["reply_count"] == expected["taken"]["answers"] + expected["taken"]["comments"]
    found = client.get("/search", query_string={"q": expected["search"], "category": report.category})
    assert found["items"]


def test_the_site_is_found_in_the_dump():
    for name, expected in EXPECTED.items():
        assert find_site(Dump(SAMPLES / name)) == expected["site"]
