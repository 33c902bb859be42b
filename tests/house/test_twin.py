"""The 3.0.3 twin is valid and tells the same as the document it is derived from."""

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from api.core.api.twin import twin
from tests.house.conftest import METHODS, Json


@pytest.fixture(scope="module")
def derived(document) -> Json:
    """The twin of the document that the code makes."""
    return twin(document)


def told(document: Json) -> dict[str, Json]:
    """What a client has to know about each operation, by its id."""
    return {
        item[method]["operationId"]: {
            "at": (method, path),
            "summary": item[method]["summary"],
            "tags": item[method]["tags"],
            "parameters": [
                (p["in"], p["name"], p.get("required", False))
                for p in [*item.get("parameters", []), *item[method].get("parameters", [])]
            ],
            "body": list(item[method].get("requestBody", {}).get("content", {})),
            "answers": {
                status: (list(answer.get("content", {})), list(answer.get("headers", {})))
                for status, answer in item[method]["responses"].items()
            },
        }
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def properties(document: Json) -> dict[str, tuple[list[str], list[str]]]:
    """Properties of each named schema, and those that are required."""
    return {
        name: (list(schema.get("properties", {})), schema.get("required", []))
        for name, schema in document["components"]["schemas"].items()
    }


def test_the_twin_is_valid_openapi(derived):
    assert derived["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(derived).validate()


def test_both_list_the_same_operations_and_schemas(document, derived):
    assert told(derived) == told(document)
    assert properties(derived) == properties(document)


def test_scopes_survive(document, derived):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                scopes = [scope for way in item[method]["security"] for scope in way.get("bearer", [])]
                assert derived["paths"][path][method].get("x-scopes", []) == scopes, (method, path)


def test_answers_may_grow_and_requests_may_not(derived):
    for name, schema in derived["components"]["schemas"].items():
        grows = name.endswith("Out") or name.startswith("Problem")
        assert schema.get("additionalProperties") is grows, name


def test_both_are_served_alike(client):
    for name, version in (("openapi.json", "3.1.0"), ("openapi-3.0.json", "3.0.3")):
        answer = client.request("GET", f"/{name}", 200)
        assert answer.get_json()["openapi"] == version
        assert answer.get_json()["servers"] == [{"url": "http://127.0.0.1:8000"}]
        assert answer.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=3600"
        client.request("GET", f"/{name}", 304, headers={"If-None-Match": answer.headers["ETag"]})
