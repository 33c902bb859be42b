"""What 3.1 says is said in the words of 3.0.3, and what 3.0.3 has no words for is refused."""

import copy

import pytest

from api.core.api.schema_twin import NoCounterpartError, schema_twin
from api.core.api.twin import twin

REF = {"$ref": "#/components/schemas/Brief"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("said", "twin_of_it"),
    [
        ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 3}),
        ({"type": ["string", "null"], "format": "email"}, {"type": "string", "format": "email", "nullable": True}),
        (
            {"type": ["string", "integer"], "title": "t"},
            {"title": "t", "anyOf": [{"type": "string"}, {"type": "integer"}]},
        ),
        (
            {"type": ["string", "integer", "null"]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
        ),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"type": "string", "nullable": True, "enum": ["a", None]}),
        ({"anyOf": [REF, NULL]}, {"nullable": True, "allOf": [REF]}),
        (
            {"anyOf": [REF, NULL], "description": "Who."},
            {"description": "Who.", "nullable": True, "allOf": [REF]},
        ),
        ({"oneOf": [NULL, REF]}, {"nullable": True, "allOf": [REF]}),
        ({"anyOf": [{"type": "string"}, NULL]}, {"type": "string", "nullable": True}),
        (
            {"anyOf": [{"type": "string"}, REF, NULL]},
            {"nullable": True, "anyOf": [{"type": "string"}, REF]},
        ),
        (
            {"anyOf": [{"type": "string", "description": "inner"}, NULL], "description": "outer"},
            {
                "description": "outer",
                "nullable": True,
                "allOf": [{"type": "string", "description": "inner", "nullable": True}],
            },
        ),
        ({"anyOf": [{"type": "string"}, REF]}, {"anyOf": [{"type": "string"}, REF]}),
        (
            {"anyOf": [{"type": "string", "enum": ["a"]}, NULL], "default": None},
            {"type": "string", "enum": ["a", None], "default": None, "nullable": True},
        ),
        (REF, REF),
        (REF | {"description": "Who.", "x-included": True}, {"description": "Who.", "x-included": True, "allOf": [REF]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"type": "string", "example": "c", "examples": ["a"]}, {"type": "string", "example": "c"}),
        ({"type": "string", "examples": []}, {"type": "string"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"minimum": 5, "exclusiveMinimum": 0}, {"minimum": 5}),
        ({"minimum": 0, "exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"maximum": 9, "exclusiveMaximum": 7}, {"maximum": 7, "exclusiveMaximum": True}),
        ({"maximum": 7, "exclusiveMaximum": 9}, {"maximum": 7}),
        ({"contentMediaType": "image/png"}, {"type": "string", "format": "binary"}),
        (
            {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
            {"type": "string", "format": "byte"},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": "array", "items": {"type": ["integer", "null"]}}, {"type": "array", "items": {"type": "integer", "nullable": True}}),
        ({"not": {"const": 1}}, {"not": {"enum": [1]}}),
        ({"additionalProperties": {}}, {"additionalProperties": True}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"additionalProperties": {"const": 1}}, {"additionalProperties": {"enum": [1]}}),
        ({"$comment": "for us", "$id": "urn:a", "type": "string"}, {"type": "string"}),
        ({"properties": {"const": {"type": "string"}}}, {"properties": {"const": {"type": "string"}}}),
        ({"default": {"const": 1}}, {"default": {"const": 1}}),
        ({"type": "string", "x-known-values": ["a"]}, {"type": "string", "x-known-values": ["a"]}),
        (True, {}),
        (False, {"not": {}}),
    ],
)  # fmt: skip
def test_a_schema_is_said_in_the_words_of_3_0(said, twin_of_it):
    before = copy.deepcopy(said)
    assert schema_twin(said) == twin_of_it
    assert said == before


@pytest.mark.parametrize(
    "said",
    [
        {"prefixItems": [{}]},
        {"patternProperties": {"^a": {}}},
        {"if": {}, "then": {}},
        {"items": {"$defs": {}}},
        {"type": "null"},
        {"type": ["null"]},
        {"anyOf": [NULL]},
        {"type": ["string", "integer"], "anyOf": [{}]},
        {"contentEncoding": "quoted-printable"},
    ],
)
def test_what_3_0_cannot_say_is_refused(said):
    with pytest.raises(NoCounterpartError):
        schema_twin(said)


def test_objects_of_answers_say_that_they_may_grow():
    schema = {"type": "object", "properties": {"inner": {"type": "object", "properties": {}}}}
    answer = schema_twin(schema, answer=True)
    assert answer["additionalProperties"] is True
    assert answer["properties"]["inner"]["additionalProperties"] is True
    assert "additionalProperties" not in schema_twin(schema)
    assert (
        schema_twin({"properties": {}, "additionalProperties": False}, answer=True)["additionalProperties"]
        is False
    )


def document() -> dict:
    """A document with one of everything that the twin looks at."""
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
    answer = {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Out"},
            "examples": {"one": {"value": {"inner": None}}},
        }
    }
    operation = {
        "operationId": "act",
        "security": [{}, {"bearer": ["read"]}],
        "parameters": [{"in": "query", "name": "a", "schema": {"type": "string", "examples": ["b"]}}],
        "requestBody": {"content": body},
        "responses": {
            "200": {
                "description": "ok",
                "headers": {"H": {"schema": {"const": "h"}}},
                "content": answer,
            }
        },
    }
    schemas = {
        "In": {"type": "object", "properties": {"a": {"type": "string"}}},
        "Out": {
            "type": "object",
            "properties": {"inner": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, NULL]}},
        },
        "Inner": {"type": "object", "properties": {"a": {"type": "string"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "t",
            "summary": "s",
            "version": "1",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "x-ours": 1,
        "paths": {"/a": {"summary": "p", "parameters": [{"in": "path", "name": "p"}], "post": operation}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def test_a_whole_document_is_said_and_nothing_of_it_is_lost():
    before = document()
    result = twin(before)
    assert before == document()
    assert result["openapi"] == "3.0.3"
    assert result["info"] == {
        "title": "t",
        "version": "1",
        "license": {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
    }
    assert (result["servers"], result["x-ours"]) == ([{"url": "/"}], 1)
    operation = result["paths"]["/a"]["post"]
    assert operation["parameters"][0]["schema"] == {"type": "string", "example": "b"}
    assert operation["responses"]["200"]["headers"]["H"]["schema"] == {"enum": ["h"]}
    media = operation["responses"]["200"]["content"]["application/json"]
    assert media["example"] == {"inner": None}
    assert "examples" not in media


def test_scopes_that_3_0_allows_for_oauth_alone_stand_beside_the_security():
    operation = twin(document())["paths"]["/a"]["post"]
    assert operation["security"] == [{}, {"bearer": []}]
    assert operation["x-scopes"] == ["read"]
    oauth = document()
    oauth["components"]["securitySchemes"]["bearer"] = {"type": "oauth2"}
    kept = twin(oauth)["paths"]["/a"]["post"]
    assert kept["security"] == [{}, {"bearer": ["read"]}]
    assert "x-scopes" not in kept


def test_only_what_an_answer_leads_to_may_grow():
    schemas = twin(document())["components"]["schemas"]
    assert schemas["Out"]["additionalProperties"] is True
    assert schemas["Inner"]["additionalProperties"] is True
    assert "additionalProperties" not in schemas["In"]


def test_several_examples_stay_as_they_are():
    said = document()
    media = said["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]
    media["examples"]["two"] = {"value": {"inner": {"a": "b"}}}
    kept = twin(said)["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]
    assert set(kept["examples"]) == {"one", "two"}


def test_parts_of_a_document_that_3_0_does_not_have_are_refused():
    for part in ({"webhooks": {"a": {}}}, {"components": {"pathItems": {"a": {}}}}):
        with pytest.raises(NoCounterpartError):
            twin(document() | part)
    said = document()
    said["paths"]["/a"]["post"]["callbacks"] = {"a": {}}
    with pytest.raises(NoCounterpartError):
        twin(said)
