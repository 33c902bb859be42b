from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from tests.client import Client
from tests.conftest import settings_for

FRIEND, STRANGER = "https://app.example.org", "https://example.org"


@pytest.fixture
def shared(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that lets the scripts of one other origin in."""
    found = create_app(settings_for(database_url, tmp_path, PARLEY_CORS_ORIGINS=FRIEND))
    yield found
    found.extensions["parley"].database.engine.dispose()


def test_nobody_elses_scripts_are_let_in_unless_the_operator_says_so(client: Client) -> None:
    answer = client.request("GET", "/meta", 200, headers={"Origin": FRIEND})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
    assert "Origin" not in answer.vary


def test_a_named_origin_reads_the_answer_and_its_headers(shared: Flask) -> None:
    # The document names no such header: it is the same for every installation.
    caller = shared.test_client()
    answer = caller.get("/api/v1/meta", headers={"Origin": FRIEND})
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    # Our cookie is for our own pages.
    assert "Access-Control-Allow-Credentials" not in answer.headers
    refused = caller.get("/api/v1/topics/0", headers={"Origin": FRIEND})
    assert refused.status_code == 404
    assert refused.headers["Access-Control-Allow-Origin"] == FRIEND


@pytest.mark.parametrize("origin", [STRANGER, "null", f"{FRIEND}.evil.example", f"{FRIEND}:8443"])
def test_another_origin_reads_nothing(shared: Flask, origin: str) -> None:
    answer = Client(shared).request("GET", "/meta", 200, headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.vary


def test_a_browser_may_ask_what_it_may_send(shared: Flask) -> None:
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "if-match",
    }
    answer = shared.test_client().options("/api/v1/topics/1", headers=asked)
    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Methods" not in shared.test_client().options("/api/v1/topics/1").headers
