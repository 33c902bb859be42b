"""The API as the code makes it keeps what its committed baseline promises."""

import datetime as dt
import json

from tests.compatibility.baseline import BASELINE, essence, text_of
from tests.compatibility.comparison import breaking_changes


def test_nothing_breaks_the_clients_of_v1(app):
    with app.app_context():
        document = app.extensions["parley"].extra["api"].document()
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    found = breaking_changes(baseline, essence(document), dt.datetime.now(dt.UTC).date())
    assert [str(finding) for finding in found] == []
    assert set(baseline["paths"]) <= set(document["paths"])


def test_the_baseline_is_written_as_the_command_writes_it():
    text = BASELINE.read_text(encoding="utf-8")
    assert text == text_of(json.loads(text))
