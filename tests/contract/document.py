"""Holds every answer of every test to the OpenAPI document, on a copy that allows nothing undocumented."""

import copy
from typing import Any

import orjson
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from api.core.responses import SECURITY_HEADERS

CLOSED = "urn:parley:document"
# Headers of HTTP and of browsers' defences, which every answer may have.
EVERYWHERE = {
    "Content-Type", "Content-Length", "Content-Encoding", "Vary", "Content-Security-Policy", *SECURITY_HEADERS,
}  # fmt: skip


def _close(schema: Any) -> None:
    """Refuse properties that the document does not name, wherever it names some."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            _close(value)
    elif isinstance(schema, list):
        for value in schema:
            _close(value)


class Contract:
    """Finds the operation that answered and checks status and body."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.document = app.extensions["parley"].extra["api"].document()
        closed = copy.deepcopy(self.document)
        _close(closed["components"]["schemas"])
        resource = Resource.from_contents(closed, default_specification=DRAFT202012)
        self.registry = Registry().with_resource(CLOSED, resource)
        self.operations = self._operations()
        self.map = app.url_map
        self._validators: dict[str, Draft202012Validator] = {}

    def _operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        found = {}
        for path, item in self.document["paths"].items():
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item:
                    found[method.upper(), path] = item[method]
        return found

    def check(self, method: str, response: TestResponse) -> None:
        """Assert that the document declares this status and that the body has its shape."""
        path = response.request.path
        if not path.startswith("/api/v1/"):
            return
        try:
            rule, _ = self.map.bind("localhost").match(path, method=method, return_rule=True)
        except Exception:  # noqa: BLE001  (an address without an operation is not in the document)
            return
        template = rule.rule
        for argument in rule.arguments:
            for converter in ("", "int:", "path:", "string:"):
                template = template.replace(f"<{converter}{argument}>", f"{{{argument}}}")
        operation = self.operations.get((method, template))
        if operation is None:
            return
        answers = operation["responses"]
        name = operation["operationId"]
        declared = answers.get(str(response.status_code))
        assert declared is not None, (
            f"{name} answered {response.status_code}, which the document does not name"
        )
        self._check_headers(f"{name} {response.status_code}", declared.get("headers", {}), response)
        content = declared.get("content", {})
        body = response.get_data()
        if not content or response.status_code == 304:
            assert not body, f"{name} {response.status_code} has a body that the document does not name"
            return
        assert response.mimetype in content, f"{name} answered {response.mimetype}"
        if response.headers.get("Content-Encoding") == "gzip":
            return
        pointer = (
            f"{CLOSED}#/components/schemas/{content[response.mimetype]['schema']['$ref'].rsplit('/', 1)[1]}"
        )
        errors = list(self._validator(pointer).iter_errors(orjson.loads(body)))
        assert not errors, f"{name} {response.status_code}: {errors[0].json_path}: {errors[0].message}"

    def _check_headers(self, name: str, declared: dict[str, Any], response: TestResponse) -> None:
        """Every header that means something to this API is named, and what is named as always there is there."""
        sent = {header for header, _ in response.headers} - EVERYWHERE
        assert sent <= set(declared), (
            f"{name} has headers that the document does not name: {sent - set(declared)}"
        )
        absent = {header for header, says in declared.items() if says.get("required")} - sent
        assert not absent, f"{name} lacks headers: {absent}"

    def _validator(self, pointer: str) -> Draft202012Validator:
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator(
                {"$ref": pointer}, registry=self.registry, format_checker=FormatChecker()
            )
        return self._validators[pointer]
