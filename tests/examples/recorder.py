"""Asks the application for what the document shows, and makes what chance decided stable."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from flask import Flask

from tests.client import Client
from tests.contract.operations import Operation, operations

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "api/examples.json"
# A Monday long past: tokens from the future would be refused.
START = dt.datetime(2025, 3, 3, 9, 0, tzinfo=dt.UTC)
STEP = dt.timedelta(seconds=4)
SENT = {
    "X-Request-Id": "f3a1c2d4e5b60718293a4b5c6d7e8f90",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0",
}

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EVENT = re.compile(r"[0-9a-f]{8}-([0-9]+)-([0-9]+)")
# Properties whose values are secrets or sealed: they are shown as what they look like.
SECRETS = {
    "access_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIyIn0.c2lnbmF0dXJl",
    "refresh_token": "c2Vzc2lvbi1hbmQtMjU2LXJhbmRvbS1iaXRzLXVuZGVyLWEtc2VhbA",
    "token": "MjU2LXJhbmRvbS1iaXRzLW91dC1vZi10aGUtbWFpbA",
    "next": "eyJhZnRlciI6WyIyMDI1LTAzLTAzIiwyXX0.c2VhbA",
    "previous": "eyJiZWZvcmUiOlsiMjAyNS0wMy0wMyIsMl19.c2VhbA",
}


class Ticking:
    """A clock that stands still during a request and goes on between requests."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> dt.datetime:
        return self.time


class Recorder:
    """`ask("createTopic", ada, body=..)` plays a request, holds it to the document and keeps it as an example."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ticking = Ticking()
        self.found: dict[str, Any] = {}
        self.by_id: dict[str, Operation] = {op.name: op for op in operations(app)}

    def ask(
        self,
        operation_id: str,
        token: str | None = None,
        *,
        body: Any = None,
        query: str = "",
        status: int | None = None,
        if_match: str | None = None,
        **path: Any,
    ) -> Any:
        """The answer's JSON. `status` is the success that the operation declares unless told otherwise.

        The first answer of each status and problem code is the example; later ones only play along.
        """
        self.ticking.time += STEP
        operation = self.by_id[operation_id]
        expected = status or next(int(s) for s in operation.doc["responses"] if s.startswith("2"))
        headers = SENT | ({"If-Match": if_match} if if_match else {})
        response = Client(self.app, token).request(
            operation.method, operation.path.format(**path) + query, expected, json=body, headers=headers
        )
        answer = response.get_json() if response.get_data() else None
        self._keep(operation_id, expected, body, answer)
        return answer

    def _keep(self, operation_id: str, status: int, body: Any, answer: Any) -> None:
        kept = self.found.setdefault(operation_id, {})
        if status < 400 and body is not None:
            kept.setdefault("request", body)
        if answer is not None:
            name = answer["code"] if status >= 400 else "answer"
            kept.setdefault("answers", {}).setdefault(str(status), {}).setdefault(name, answer)

    def examples(self) -> dict[str, Any]:
        """What was kept, in the order of names, without what chance decided."""
        stable = _Stable(self.found)
        return {
            name: stable.of(dict(sorted(kept.items(), reverse=True)))
            for name, kept in sorted(self.found.items())
            if kept
        }


class _Stable:
    """Replaces secrets, random ids and the server's own numbers of transactions by fixed ones, the same everywhere."""

    def __init__(self, whole: Any) -> None:
        text = json.dumps(whole)
        self.sessions = list(dict.fromkeys(UUID.findall(text)))
        self.transactions = sorted({int(match[0]) for match in EVENT.findall(UUID.sub("", text))})

    def of(self, node: Any, name: str = "") -> Any:
        if isinstance(node, dict):
            return {key: self.of(value, key) for key, value in node.items()}
        if isinstance(node, list):
            return [self.of(value) for value in node]
        if not isinstance(node, str):
            return node
        node = UUID.sub(
            lambda found: f"5e550000-0000-4000-8000-{self.sessions.index(found[0]) + 1:012}", node
        )
        if match := EVENT.fullmatch(node):
            return f"0f3a9c1e-{701 + self.transactions.index(int(match[1]))}-{match[2]}"
        return SECRETS.get(name, node)


def text_of(examples: dict[str, Any]) -> str:
    """The committed form."""
    return json.dumps(examples, indent=1, ensure_ascii=False) + "\n"
