"""Each rule of docs/api-compatibility.md catches its change, and what the page permits is not caught."""

import copy
import datetime as dt
import re

import pytest

from tests.compatibility.baseline import ROOT, essence, renew, text_of
from tests.compatibility.comparison import breaking_changes
from tests.compatibility.findings import RULES

TODAY = dt.date(2027, 6, 1)
SINCE, SUNSET = "2026-11-01", "2027-05-31"
GOING = {"deprecated": True, "x-deprecation": {"since": SINCE, "sunset": SUNSET, "link": "/docs"}}
NULL = {"type": "null"}


def ref(name: str) -> dict:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def document() -> dict:
    """A small API: things are listed and made."""
    parameters = [
        {
            "in": "query",
            "name": "sort",
            "schema": {"type": "string", "enum": ["new", "old"], "default": "new"},
        },
        {"in": "query", "name": "q", "schema": {"type": "string", "maxLength": 9}},
        {"in": "query", "name": "going", "schema": {"type": "string"}, **GOING},
    ]
    listing = {
        "operationId": "listThings",
        "tags": ["things"],
        "security": [{}, {"bearer": ["read"]}],
        "parameters": parameters,
        "responses": {
            "200": {
                "headers": {"ETag": {"required": True}, "RateLimit": {}},
                "content": {"application/json": {"schema": ref("ThingOut")}},
            },
            "404": {"content": {"application/problem+json": {"schema": ref("Problem")}}},
        },
    }
    making = {
        "operationId": "createThing",
        "tags": ["things"],
        "security": [{"bearer": ["write"]}],
        "requestBody": {"content": {"application/json": {"schema": ref("ThingCreate")}}},
        "responses": {"204": {}},
    }
    going = {"operationId": "goThing", "tags": ["things"], "responses": {"204": {}}, **GOING}
    thing = {
        "id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 99},
        "name": {"type": "string"},
        "note": {"type": ["string", "null"]},
        "part": {"anyOf": [ref("PartOut"), NULL]},
        "whole": ref("PartOut"),
        "parts": {"type": "array", "items": ref("PartOut")},
        "state": {"type": "string", "x-known-values": ["open"]},
        "closed": {"type": "string", "enum": ["a"]},
        "ratio": {"type": "number"},
        "going": {"type": "string", **GOING},
    }
    create = {
        "name": {"type": "string", "minLength": 2, "maxLength": 9, "pattern": "^[a-z]*$"},
        "lang": {"type": ["string", "null"], "default": None},
        "size": {"type": "number"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "free": {"type": "object"},
        "tags": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 5}},
        "going": {"type": "string", **GOING},
    }
    whole = {
        "servers": [{"url": "/"}],
        "paths": {
            "/things": {"get": listing, "post": making},
            "/going": {"post": going},
            "/things/{id}": {
                "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}}],
                "delete": {"operationId": "deleteThing", "tags": ["things"], "responses": {"204": {}}},
            },
        },
        "components": {
            "schemas": {
                "ThingOut": {"type": "object", "properties": thing, "required": ["id", "name"]},
                "ThingCreate": {"type": "object", "properties": create, "required": ["name"]},
                "PartOut": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                "OtherOut": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                "Problem": {"type": "object", "properties": {"code": {"type": "string"}}},
            },
            "securitySchemes": {"bearer": {"type": "http"}},
        },
    }
    return copy.deepcopy(whole)


class Draft:
    """A copy of the small document to change; the parts that the changes below are about have names."""

    def __init__(self) -> None:
        self.whole = document()
        self.paths = self.whole["paths"]
        self.listing, self.making = self.paths["/things"]["get"], self.paths["/things"]["post"]
        self.sort, self.q = self.listing["parameters"][:2]
        self.schemas = self.whole["components"]["schemas"]
        self.out, self.create = (
            self.schemas["ThingOut"]["properties"],
            self.schemas["ThingCreate"]["properties"],
        )
        self.answer = self.listing["responses"]["200"]


BREAKING = [
    ("operation_removed", lambda d: d.paths["/things"].pop("get")),
    ("operation_removed", lambda d: d.paths.pop("/things/{id}")),
    ("operation_removed", lambda d: d.paths.update({"/things/{thing}": d.paths.pop("/things/{id}")})),
    ("operation_id_changed", lambda d: d.listing.update(operationId="getThings")),
    ("tag_changed", lambda d: d.listing.update(tags=["stuff"])),
    ("address_changed", lambda d: d.whole.update(servers=[{"url": "/new"}])),
    ("sign_in_changed", lambda d: d.whole["components"]["securitySchemes"].clear()),
    ("sign_in_required", lambda d: d.listing["security"].pop(0)),
    ("scope_required", lambda d: d.making.update(security=[{"bearer": ["write", "admin"]}])),
    ("scope_required", lambda d: d.listing.update(security=[{}, {"bearer": ["messages"]}])),
    (
        "sunset_moved",
        lambda d: d.out["going"]["x-deprecation"].update(since="2026-10-01", sunset="2027-05-30"),
    ),
    ("parameter_removed", lambda d: d.listing["parameters"].pop(0)),
    ("parameter_required", lambda d: d.q.update(required=True)),
    (
        "parameter_required",
        lambda d: d.listing["parameters"].append(
            {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
        ),
    ),
    ("parameter_form_changed", lambda d: d.sort.update(explode=False)),
    ("body_added", lambda d: d.listing.update(requestBody={"required": True, "content": {}})),
    ("body_removed", lambda d: d.making.pop("requestBody")),
    ("body_required", lambda d: d.making["requestBody"].update(required=True)),
    ("input_required", lambda d: d.schemas["ThingCreate"]["required"].append("lang")),
    ("property_removed", lambda d: d.create.pop("lang")),
    ("property_removed", lambda d: d.out.pop("note")),
    ("property_removed", lambda d: d.schemas["PartOut"]["properties"].pop("a")),
    ("properties_closed", lambda d: d.schemas["ThingCreate"].update(additionalProperties=False)),
    ("type_changed", lambda d: d.create["size"].update(type="integer")),
    ("type_changed", lambda d: d.out["id"].update(type="number")),
    ("type_changed", lambda d: d.out["name"].pop("type")),
    ("null_refused", lambda d: d.create["lang"].update(type="string")),
    ("null_possible", lambda d: d.out["name"].update(type=["string", "null"])),
    ("null_possible", lambda d: d.out.update(whole={"anyOf": [ref("PartOut"), NULL]})),
    ("format_changed", lambda d: d.out["id"].update(format="int32")),
    ("format_changed", lambda d: d.create["name"].update(format="email")),
    ("default_changed", lambda d: d.sort["schema"].update(default="old")),
    ("default_changed", lambda d: d.create["lang"].pop("default")),
    ("value_removed", lambda d: d.create["kind"].update(enum=["a"])),
    ("values_closed", lambda d: d.create["name"].update(enum=["a"])),
    ("value_added", lambda d: d.out["closed"].update(enum=["a", "b"])),
    ("value_added", lambda d: d.out["closed"].pop("enum")),
    ("maximum_lowered", lambda d: d.q["schema"].update(maxLength=8)),
    ("maximum_lowered", lambda d: d.create["size"].update(maximum=5)),
    ("maximum_lowered", lambda d: d.create["tags"]["items"].update(maxLength=4)),
    ("minimum_raised", lambda d: d.create["name"].update(minLength=3)),
    ("pattern_changed", lambda d: d.create["name"].update(pattern="^[a-c]*$")),
    ("pattern_changed", lambda d: d.create["tags"].update(uniqueItems=True)),
    ("status_removed", lambda d: d.listing["responses"].pop("404")),
    ("success_added", lambda d: d.listing["responses"].update({"206": {}})),
    ("media_type_changed", lambda d: d.answer.update(content={"text/csv": {}})),
    ("media_type_changed", lambda d: d.answer["content"].update({"text/csv": {}})),
    ("media_type_changed", lambda d: d.making["requestBody"].update(content={"text/csv": {}})),
    ("header_removed", lambda d: d.answer["headers"].pop("RateLimit")),
    ("header_optional", lambda d: d.answer["headers"]["ETag"].clear()),
    ("property_optional", lambda d: d.schemas["ThingOut"]["required"].remove("id")),
    ("range_widened", lambda d: d.out["id"].update(maximum=100)),
    ("range_widened", lambda d: d.out["id"].pop("minimum")),
    ("schema_renamed", lambda d: d.out.update(whole=ref("OtherOut"))),
    ("schema_renamed", lambda d: d.out["parts"].update(items=ref("OtherOut"))),
    ("alternatives_changed", lambda d: d.out["name"].update(anyOf=[{"maxLength": 1}, {"minLength": 9}])),
]
PERMITTED = {
    "a new operation": lambda d: d.paths.update(
        {"/new": {"get": {"operationId": "getNew", "responses": {}}}}
    ),
    "a new optional parameter": lambda d: d.listing["parameters"].append(
        {"in": "query", "name": "n", "schema": {}}
    ),
    "a new optional property of a request": lambda d: d.create.update(
        extra={"type": "string", "maxLength": 3}
    ),
    "a new property of an answer": lambda d: (
        d.out.update(extra={"type": "string"}),
        d.schemas["ThingOut"]["required"].append("extra"),
    ),
    "a new header": lambda d: d.answer["headers"].update({"X-New": {"required": True}}),
    "a new known value": lambda d: d.out["state"]["x-known-values"].append("shut"),
    "a new problem": lambda d: d.listing["responses"].update({"409": {}}),
    "a new value of a request": lambda d: d.create["kind"]["enum"].append("c"),
    "a larger maximum": lambda d: d.create["name"].update(maxLength=10),
    "no maximum": lambda d: d.create["tags"].pop("maxItems"),
    "a smaller minimum": lambda d: d.create["name"].update(minLength=1),
    "no pattern": lambda d: d.create["name"].pop("pattern"),
    "a longer list in an answer": lambda d: d.out["parts"].update(maxItems=100),
    "a narrower number in an answer": lambda d: d.out["id"].update(maximum=98),
    "a whole number in an answer": lambda d: d.out["ratio"].update(type="integer"),
    "a request may be null": lambda d: d.create["name"].update(type=["string", "null"]),
    "an answer is never null": lambda d: d.out["note"].update(type="string"),
    "an object is never null": lambda d: d.out.update(part=ref("PartOut")),
    "a property may be left out": lambda d: d.schemas["ThingCreate"]["required"].remove("name"),
    "a property is always there": lambda d: d.schemas["ThingOut"]["required"].append("note"),
    "a header is always there": lambda d: d.answer["headers"]["RateLimit"].update(required=True),
    "open to everybody": lambda d: d.making["security"].append({}),
    "a scope less": lambda d: d.making.update(security=[{"bearer": []}]),
    "an optional body": lambda d: d.listing.update(requestBody={"content": {}}),
    "prose": lambda d: (d.listing.update(summary="All things"), d.out["name"].update(description="Its name")),
    "another order": lambda d: d.listing["parameters"].reverse(),
    "an announcement": lambda d: d.listing.update(GOING),
    "a later sunset": lambda d: d.out["going"]["x-deprecation"].update(sunset="2028-01-01"),
    "an operation after its sunset": lambda d: d.paths.pop("/going"),
    "a parameter after its sunset": lambda d: d.listing["parameters"].pop(),
    "properties after their sunset": lambda d: (d.out.pop("going"), d.create.pop("going")),
}


@pytest.mark.parametrize(("rule", "change"), BREAKING)
def test_a_breaking_change_is_caught_by_its_rule(rule, change):
    draft = Draft()
    change(draft)
    found = breaking_changes(document(), draft.whole, TODAY)
    assert rule in {finding.rule for finding in found}
    if rule not in ("operation_removed", "schema_renamed"):
        assert {finding.rule for finding in found} == {rule}


@pytest.mark.parametrize("name", PERMITTED)
def test_a_permitted_change_is_not_caught(name):
    draft = Draft()
    PERMITTED[name](draft)
    assert draft.whole != document()
    assert breaking_changes(document(), draft.whole, TODAY) == []


def test_every_rule_has_a_planted_change():
    assert {rule for rule, _ in BREAKING} == set(RULES)


def test_the_page_names_every_rule_and_no_other():
    page = (ROOT / "docs/api-compatibility.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(RULES)


@pytest.mark.parametrize("today", [dt.date(2026, 11, 2), dt.date(2027, 5, 30)])
def test_what_is_announced_stays_until_its_sunset(today):
    draft = Draft()
    PERMITTED["an operation after its sunset"](draft)
    PERMITTED["a parameter after its sunset"](draft)
    PERMITTED["properties after their sunset"](draft)
    found = breaking_changes(document(), draft.whole, today)
    rules = [finding.rule for finding in found]
    assert rules == ["operation_removed", "parameter_removed", "property_removed", "property_removed"]


def test_only_the_baseline_announces():
    """Marking something as deprecated and removing it in one step is removing it."""
    draft = Draft()
    draft.paths.pop("/things/{id}")
    old = document()
    old["paths"]["/things/{id}"]["delete"] |= {"deprecated": True}
    assert [f.rule for f in breaking_changes(old, draft.whole, TODAY)] == ["operation_removed"]


def test_a_schema_that_contains_itself_is_compared_once():
    old = document()
    old["components"]["schemas"]["PartOut"]["properties"]["parts"] = {
        "type": "array",
        "items": ref("PartOut"),
    }
    assert breaking_changes(old, copy.deepcopy(old), TODAY) == []


def test_the_baseline_is_renewed_by_additions_and_never_by_what_breaks(tmp_path):
    published, baseline = tmp_path / "openapi.json", tmp_path / "baseline.json"
    published.write_text(text_of(document()))
    assert renew(published, baseline, TODAY) == []
    draft = Draft()
    PERMITTED["a new operation"](draft)
    published.write_text(text_of(draft.whole))
    assert renew(published, baseline, TODAY) == []
    kept = baseline.read_text()
    assert "getNew" in kept
    published.write_text(text_of(document()))
    assert renew(published, baseline, TODAY) == ["operation_removed: GET /new: is gone"]
    assert baseline.read_text() == kept


def test_prose_is_not_kept_but_properties_named_like_it_are():
    said = {"summary": "s", "properties": {"summary": {"type": "string", "description": "d"}, "info": {}}}
    assert essence(said) == {"properties": {"summary": {"type": "string"}, "info": {}}}
