"""Holds every answer of every test to the OpenAPI document, on a copy that allows nothing undocumented."""

import copy
import gzip
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from api.core.responses import SECURITY_HEADERS

CLOSED = "urn:parley:document"
PROBLEM = f"{CLOSED}#/components/schemas/Problem"
# Headers of HTTP itself and of the server's policy: the same for every answer of the site, so no operation names them.
EVERYWHERE = {
    name.lower()
    for name in (
        "Date", "Server", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Type", "Content-Length",
        "Content-Encoding", "Vary", "Content-Security-Policy", "Strict-Transport-Security", *SECURITY_HEADERS,
    )
}  # fmt: skip


def close(schema: Any) -> None:
    """Refuse properties and values that the document does not name, wherever it names some."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        if "x-known-values" in schema:
            schema["enum"] = [*schema["x-known-values"], None]
        for value in schema.values():
            close(value)
    elif isinstance(schema, list):
        for value in schema:
            close(value)


class Contract:
    """Finds the operation that answered and checks status, headers and body."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.document = app.extensions["parley"].extra["api"].document()
        closed = copy.deepcopy(self.document)
        close(closed["components"]["schemas"])
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

    def operation_of(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation that a request with this method and decoded path reaches; HEAD is GET's."""
        asked = "GET" if method == "HEAD" else method
        try:
            rule, _ = self.map.bind("localhost").match(path, method=asked, return_rule=True)
        except HTTPException:  # an address without an operation is not in the document
            return None
        template = rule.rule
        for argument in rule.arguments:
            for converter in ("", "int:", "path:", "string:"):
                template = template.replace(f"<{converter}{argument}>", f"{{{argument}}}")
        return self.operations.get((asked, template))

    def check(self, method: str, response: TestResponse) -> None:
        """Assert that the document declares this answer of Flask's test client."""
        self._judge(
            method,
            response.request.path,
            response.status_code,
            response.headers.to_wsgi_list(),
            response.get_data(),
        )

    def check_answer(
        self,
        method: str,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes | None,
        *,
        root_path: str = "",
    ) -> None:
        """The same for an answer from a server; `url` may be a path. A body of None was not looked at."""
        path = unquote(urlsplit(url).path).removeprefix(unquote(root_path))
        self._judge(method, path, status, list(headers), body)

    def _judge(
        self, method: str, path: str, status: int, headers: list[tuple[str, str]], body: bytes | None
    ) -> None:
        if not path.startswith("/api/v1/"):
            return
        sent = {name.lower(): value for name, value in headers}
        media = sent.get("content-type", "").partition(";")[0].strip()
        if body is not None and sent.get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        operation = self.operation_of(method, path)
        if operation is None:
            if media == "application/problem+json" and method != "HEAD":
                self._judge_body(f"{method} {path}", status, PROBLEM, body)
            return
        name = f"{operation['operationId']} {status}"
        declared = operation["responses"].get(str(status))
        assert declared is not None, f"{name} is not in the document"
        self._judge_headers(name, declared.get("headers", {}), sent)
        content = declared.get("content", {})
        if not content or status == 304 or method == "HEAD":
            assert not body, f"{name} has a body that the document does not name"
            return
        assert media in content, f"{name} is {media}"
        if "$ref" in content[media]["schema"]:
            reference = content[media]["schema"]["$ref"].rsplit("/", 1)[1]
            self._judge_body(name, status, f"{CLOSED}#/components/schemas/{reference}", body)

    def _judge_headers(self, name: str, declared: dict[str, Any], sent: dict[str, str]) -> None:
        known = {header.lower() for header in declared}
        unknown = sent.keys() - known - EVERYWHERE
        assert not unknown, f"{name} has headers that the document does not name: {sorted(unknown)}"
        shared = self.document["components"]["headers"]
        docs = {h: shared.get(doc.get("$ref", "").rsplit("/", 1)[-1], doc) for h, doc in declared.items()}
        promised = {header.lower() for header, doc in docs.items() if doc.get("required")}
        assert promised <= sent.keys(), f"{name} lacks {sorted(promised - sent.keys())}"

    def _judge_body(self, name: str, status: int, pointer: str, body: bytes | None) -> None:
        if body is None:
            return
        data = orjson.loads(body)
        errors = list(self._validator(pointer).iter_errors(data))
        assert not errors, f"{name}: {errors[0].json_path}: {errors[0].message}"
        if pointer == PROBLEM:
            assert data["status"] == status, f"{name} calls itself {data['status']}"

    def _validator(self, pointer: str) -> Draft202012Validator:
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator(
                {"$ref": pointer}, registry=self.registry, format_checker=FormatChecker()
            )
        return self._validators[pointer]
