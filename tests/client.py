"""A caller of the API: asserts the status, hands back the answer, and holds it to the document."""

from functools import cache
from json import dumps
from typing import Any

import orjson
from flask import Flask
from werkzeug.test import TestResponse

from tests.contract import Contract


@cache
def contract_of(app: Flask) -> Contract:
    """The document of an application, ready to judge answers."""
    return Contract(app)


class Client:
    """`client.get("/topics", 200)`; paths without /api/v1. `as_` returns the same caller signed in as somebody."""

    def __init__(self, app: Flask, token: str | None = None, base: str = "/api/v1") -> None:
        self.app = app
        self.token = token
        self.base = base

    def as_(self, member: Any) -> "Client":
        """The same caller with a member's token; anything with `.token`."""
        return Client(self.app, member.token, self.base)

    def request(
        self,
        method: str,
        path: str,
        status: int | None = None,
        *,
        json: Any = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """The raw response, its status asserted and its content checked against the document."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if json is not None:
            more["data"] = dumps(json)
            sent.setdefault("Content-Type", "application/json")
        response = self.app.test_client(use_cookies=False).open(
            self.base + path if not path.startswith("//") else path[1:], method=method, headers=sent, **more
        )
        if status is not None:
            assert response.status_code == status, (
                f"{method} {path} answered {response.status_code}: {response.get_data(as_text=True)[:2000]}"
            )
        contract_of(self.app).check(method, response)
        return response

    def json(self, method: str, path: str, status: int, **more: Any) -> Any:
        """The parsed answer."""
        response = self.request(method, path, status, **more)
        return orjson.loads(response.get_data()) if response.get_data() else None

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        """GET and parse."""
        return self.json("GET", path, status, **more)

    def post(self, path: str, json: Any = None, status: int = 201, **more: Any) -> Any:
        """POST and parse."""
        return self.json("POST", path, status, json=json, **more)

    def put(self, path: str, json: Any = None, status: int = 200, **more: Any) -> Any:
        """PUT and parse."""
        return self.json("PUT", path, status, json=json, **more)

    def patch(self, path: str, json: Any = None, status: int = 200, **more: Any) -> Any:
        """PATCH and parse."""
        return self.json("PATCH", path, status, json=json, **more)

    def delete(self, path: str, status: int = 204, **more: Any) -> Any:
        """DELETE and parse."""
        return self.json("DELETE", path, status, **more)

    def refused(self, method: str, path: str, status: int, code: str, **more: Any) -> Any:
        """The problem, its status and code asserted."""
        problem = self.json(method, path, status, **more)
        assert problem["code"] == code, problem
        return problem
