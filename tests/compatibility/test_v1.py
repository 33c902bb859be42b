"""The API as the code makes it keeps what its committed baseline promises."""

import copy
import datetime as dt
import json

import pytest

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


def _schema(document, name):
    return document["components"]["schemas"][name]


PLANTED = {
    "operation_removed": lambda d: d["paths"].pop("/api/v1/preview"),
    "parameter_removed": lambda d: d["paths"]["/api/v1/topics"]["get"]["parameters"].pop(0),
    "property_removed": lambda d: _schema(d, "UserBriefOut")["properties"].pop("avatar_url"),
    "null_possible": lambda d: _schema(d, "TopicOut")["properties"]["title"].update(type=["string", "null"]),
    "maximum_lowered": lambda d: _schema(d, "TopicCreate")["properties"]["title"].update(maxLength=150),
    "value_removed": lambda d: _schema(d, "UserPatch")["properties"]["locale"]["anyOf"][0]["enum"].pop(),
    "header_optional": lambda d: d["components"]["headers"]["Location"].pop("required"),
    "status_removed": lambda d: d["paths"]["/api/v1/topics/{topic_id}"]["patch"]["responses"].pop("412"),
    "scope_required": lambda d: d["paths"]["/api/v1/topics"]["post"].update(security=[{"bearer": ["admin"]}]),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_change_planted_in_v1_itself_is_caught(rule):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    changed = copy.deepcopy(baseline)
    PLANTED[rule](changed)
    found = breaking_changes(baseline, changed, dt.date(2026, 11, 20))
    assert {finding.rule for finding in found} == {rule}
