"""The operations of the document, as what generated tests walk over."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from tests.client import Client

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
# What would tell of the inside: traces, statements, files, hashes, drivers, addresses of members.
INSIDES = re.compile(
    r"Traceback|psycopg|sqlalchemy|\bselect .+ from\b|insert into|\.py\b|site-packages|/home/|/root/|/tmp/"
    r"|\$argon2|\bDETAIL:|\brelation \"|[\w.]+@[\w.]+\.(?:org|com|net)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Operation:
    """One operation: `path` is below /api/v1, with its parameters in braces."""

    name: str
    method: str
    path: str
    doc: Json
    schemas: Json

    @property
    def body(self) -> Json | None:
        """The schema of the request's body."""
        content = self.doc.get("requestBody", {}).get("content", {})
        return self.resolved(content["application/json"]["schema"]) if content else None

    def resolved(self, schema: Json) -> Json:
        """The schema that a reference names."""
        return self.schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema

    def parameters(self, place: str) -> dict[str, Json]:
        """Schemas of the parameters in `path`, `query` or `header`, by name."""
        return {p["name"]: p["schema"] for p in self.doc.get("parameters", []) if p["in"] == place}

    def address(self, **given: str) -> str:
        """The path with every parameter filled: 1 and "nobody" where nothing is given."""
        filled = {n: "1" if s["type"] == "integer" else "nobody" for n, s in self.parameters("path").items()}
        required = [n for n, p in self.parameters("query").items() if n == "q"]
        query = "?q=words" if required and self.name == "searchForum" else ""
        return self.path.format(**(filled | given)) + query

    def accepts(self, schema: Json, value: Any) -> bool:
        """Whether the document says that this value is right."""
        whole = {**schema, "components": {"schemas": self.schemas}}
        return Draft202012Validator(whole).is_valid(value)


@cache
def operations(app: Flask) -> tuple[Operation, ...]:
    """Every operation of the application's document."""
    with app.app_context():
        document = app.extensions["parley"].extra["api"].document()
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                own = item[method]
                doc = own | {"parameters": [*item.get("parameters", []), *own.get("parameters", [])]}
                place = path.removeprefix("/api/v1")
                schemas = document["components"]["schemas"]
                found.append(Operation(own["operationId"], method.upper(), place, doc, schemas))
    return tuple(found)


def assert_clean(response: TestResponse) -> None:
    """No internals in an answer, and no failure of ours."""
    text = response.get_data(as_text=True)
    assert response.status_code < 500, text
    if response.status_code >= 400:
        # The address that the caller wrote is the caller's own text.
        told = {k: v for k, v in json.loads(text).items() if k not in ("instance", "type")}
        assert INSIDES.search(json.dumps(told)) is None, text


def refused(client: Client, method: str, path: str, status: int, code: str, **more: Any) -> Json:
    """The problem of a refused call: clean, of one shape, with this status and code."""
    response = client.request(method, path, **more)
    assert_clean(response)
    problem: Json = response.get_json()
    found = (response.status_code, problem.get("code"))
    assert found == (status, code), f"{method} {path} {more}: {problem}"
    assert response.mimetype == "application/problem+json"
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Cache-Control"] == "no-store"
    return problem


def pointers(problem: Json) -> set[str]:
    """The places in the body that a problem names."""
    return {error["pointer"] for error in problem["errors"] if error["in"] == "body"}


def names(problem: Json) -> set[str]:
    """The query parameters that a problem names."""
    return {error["name"] for error in problem["errors"] if error["in"] == "query"}
