"""What is measured is what it says, and a failure never looks like speed."""

import json
import os

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from api.core.db import driver_url
from bench import naive, results, writing
from bench.beside import NAIVE_PATH
from bench.growth import judged as judge_growth
from bench.load import Request, _lua
from bench.processes import Group, pss_bytes
from bench.rows import BY_NAME, ROWS, choose
from bench.table import judged
from tests.client import Client

FIGURES = {
    "per_second": 100.0, "p50": 1.0, "p95": 2.0, "p99": 3.0, "mean": 1.0,
    "statements": 8,
    "worker_ms": 2.0, "database_ms": 1.0, "requests": 200, "refused": 0, "broken": 0,
}  # fmt: skip
CIRCUMSTANCES = {
    "command": "python -m bench table", "date": "2026-01-01", "commit": "abc", "versions": {"python": "3"},
    "machine": {"cores": 2, "memory_gb": 4, "system": "Linux"},
}  # fmt: skip


@pytest.fixture
def engine(corpus_url: str):
    found: Engine = create_engine(driver_url(corpus_url))
    naive.Session.configure(bind=found)
    yield found
    naive.Session.configure(bind=naive.engine)
    found.dispose()


def test_the_naive_application_lists_what_ours_lists(forum, engine):
    theirs = naive.app.test_client().get(NAIVE_PATH).get_json()
    ours = Client(forum).get("/topics")["items"]
    assert len(theirs) == len(ours) == 30
    # Theirs knows no closed categories; what both show stands in the same order.
    shown = [{topic["id"] for topic in topics} for topics in (theirs, ours)]
    both = shown[0] & shown[1]
    assert len(both) > 20
    assert [t["id"] for t in theirs if t["id"] in both] == [t["id"] for t in ours if t["id"] in both]
    assert {"title", "author", "category", "created_at"} <= theirs[0].keys()


def row(name: str, **figures) -> dict:
    return {**FIGURES, "reference": FIGURES, **figures}


def test_a_row_is_held_to_its_budget():
    assert judged(BY_NAME["list"], row("list", per_second=120.0)) == {
        "ratio": 1.2,
        "budget": "≥ 1 x, ≤ 8 SQL",
        "ok": True,
    }
    assert judged(BY_NAME["list"], row("list", per_second=120.0, statements=9))["ok"] is False
    assert judged(BY_NAME["list"], row("list", per_second=90.0))["ok"] is False
    assert judged(BY_NAME["list-deep"], row("list-deep", per_second=90.0))["ratio"] == 1.11
    assert judged(BY_NAME["reply"], row("reply", reference=None, p95=16.0))["ok"] is False


def test_refused_requests_miss_every_budget():
    assert judged(BY_NAME["list"], row("list", per_second=900.0, refused=1))["ok"] is False
    assert judged(BY_NAME["reply"], row("reply", reference=None, broken=1))["ok"] is False
    assert judged(BY_NAME["tag"], row("tag", refused=1))["ok"] is False


def test_growth_counts_the_worse_of_cost_and_time():
    slower = {**FIGURES, "p50": 1.5}
    assert judge_growth({10_000: FIGURES, 1_000_000: FIGURES})["ok"] is True
    assert judge_growth({10_000: FIGURES, 1_000_000: slower})["ratio"] == 1.5
    assert judge_growth({10_000: FIGURES, 1_000_000: slower})["ok"] is False
    assert judge_growth({1_000: FIGURES})["ok"] is None


def test_the_bill_of_processes_begins_where_it_was_last_read():
    ours = Group(os.getpid())
    begin = ours.cpu_seconds()
    assert ours.cpu_since({}) >= begin[os.getpid()] > 0
    assert ours.cpu_since(ours.cpu_seconds()) < begin[os.getpid()]
    assert pss_bytes(os.getpid()) > 1_000_000


def test_rows_are_chosen_by_the_beginnings_of_their_names():
    assert {row.name for row in choose("list, search-r")} == {"list", "list-deep", "search-rare"}
    assert choose("") == ROWS
    assert choose("nothing") == ()


def test_requests_survive_the_way_into_lua():
    text = _lua([Request("/x?q=%E9", "POST", {"A": "b"}, '{"body": "两行\\n\\"q\\""}')])
    assert '"/x?q=%E9"' in text
    assert r'body="{\"body\": \"两行\\n\\\"q\\\"\"}"' in text


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A page with two places, and a result for each."""
    table = {
        **CIRCUMSTANCES, "references": [{"name": "naive", "wire_bytes": 9, **FIGURES}], "checks": {}, "footprint": [],
        "rows": [{**FIGURES, "name": "list", "title": "topic list", "statements": 5, "wire_bytes": 99,
                  "beside": "naive", "reference": FIGURES, "ratio": 1.0, "budget": "≥ 1 x", "ok": True}],
    }  # fmt: skip
    sizes = {"1000": FIGURES, "10000": FIGURES}
    row = {
        "name": "list",
        "title": "topic list",
        "sizes": sizes,
        "ratio": 1.0,
        "budget": "≤ 1.3 x",
        "ok": True,
    }
    (tmp_path / "table-1.json").write_text(json.dumps(table))
    (tmp_path / "growth.json").write_text(
        json.dumps({**CIRCUMSTANCES, "sizes": [1_000, 10_000], "rows": [row]})
    )
    text = "<!-- bench:{0} -->\nold\n<!-- /bench:{0} -->\n"
    found = tmp_path / "performance.md"
    found.write_text(f"Before.\n{text.format('table-1')}Between.\n{text.format('growth')}After.\n")
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(writing, "PAGE", found)
    monkeypatch.setattr(writing, "PICTURE", tmp_path / "bench.svg")
    return found


def test_the_report_fills_the_marked_places_only(page):
    writing.write_report()
    once = page.read_text()
    assert "| member: topic list | 100 |" in once
    assert "| topic list | 3.00 / 1.00 |" in once
    assert "old" not in once
    assert [word in once for word in ("Before.", "Between.", "After.")] == [True] * 3
    assert "prefers-color-scheme:dark" in page.with_name("bench.svg").read_text()
    writing.write_report()
    assert page.read_text() == once


def test_the_committed_page_and_picture_say_what_the_results_say(tmp_path, monkeypatch):
    committed = {path: path.read_text() for path in (writing.PAGE, writing.PICTURE) if path.exists()}
    monkeypatch.setattr(writing, "PICTURE", tmp_path / writing.PICTURE.name)
    monkeypatch.setattr(writing, "PAGE", tmp_path / writing.PAGE.name)
    writing.PAGE.write_text(next(iter(committed.values())))
    written = {path.name: path.read_text() for path in writing.write_report()}
    assert written == {path.name: text for path, text in committed.items()}, "run `make bench-report`"
