"""What is measured is what it says, and a failure never looks like speed."""

import json

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from api.core.db import driver_url
from bench import naive, results, writing
from bench.growth import judged as judge_growth
from bench.load import Request, _lua
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
    theirs = naive.app.test_client().get(naive_path()).get_json()
    ours = Client(forum).get("/topics")["items"]
    assert len(theirs) == 30
    # Theirs knows no closed categories; of the open ones both say the same in the same order.
    public = [topic["id"] for topic in ours]
    assert [topic["id"] for topic in theirs if topic["id"] in public] == public[: len(theirs)][
        : sum(topic["id"] in public for topic in theirs)
    ]
    assert {"title", "author", "category", "created_at"} <= theirs[0].keys()


def naive_path() -> str:
    from bench.beside import NAIVE_PATH

    return NAIVE_PATH


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


def test_rows_are_chosen_by_the_beginnings_of_their_names():
    assert {row.name for row in choose("list, search-r")} == {"list", "list-deep", "search-rare"}
    assert choose("") == ROWS
    assert choose("nothing") == ()


def test_requests_survive_the_way_into_lua():
    text = _lua([Request("/x?q=%E9", "POST", {"A": "b"}, '{"body": "两行\\n\\"q\\""}')])
    assert '"/x?q=%E9"' in text
    assert r'body="{\"body\": \"两行\\n\\\"q\\\"\"}"' in text


def test_the_report_fills_the_marked_places_only(tmp_path, monkeypatch):
    found = {
        **CIRCUMSTANCES,
        "references": [{"name": "naive", "wire_bytes": 9, **FIGURES}],
        "checks": {},
        "footprint": [],
    }
    result = {**FIGURES, "name": "list", "title": "topic list", "statements": 5, "wire_bytes": 99, "connections": 16,
              "group": "read", "beside": "naive", "reference": FIGURES, "ratio": 1.0, "budget": "≥ 1 x", "ok": True}  # fmt: skip
    growth = {
        "sizes": [1_000, 10_000],
        "rows": [
            {
                "name": "list",
                "title": "topic list",
                "sizes": {"1000": FIGURES, "10000": FIGURES},
                "ratio": 1.0,
                "budget": "≤ 1.3 x",
                "ok": True,
            }
        ],
    }
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    (tmp_path / "table-1.json").write_text(json.dumps({**found, "rows": [result]}))
    (tmp_path / "growth.json").write_text(json.dumps({**CIRCUMSTANCES, **growth}))
    page = tmp_path / "performance.md"
    page.write_text(
        "Before.\n\n<!-- bench:table-1 -->\nold\n<!-- /bench:table-1 -->\n\n<!-- bench:growth -->\n<!-- /bench:growth -->\nAfter.\n"
    )
    monkeypatch.setattr(writing, "PAGE", page)
    monkeypatch.setattr(writing, "PICTURE", tmp_path / "bench.svg")
    writing.write_report()
    once = page.read_text()
    assert "| member: topic list | 100 |" in once
    assert "| topic list | 3.00 / 1.00 |" in once
    assert "old" not in once
    assert once.startswith("Before.")
    assert once.endswith("After.\n")
    assert "prefers-color-scheme:dark" in (tmp_path / "bench.svg").read_text()
    writing.write_report()
    assert page.read_text() == once
