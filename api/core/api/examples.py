"""Puts the examples that the running application once gave into the document."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def add_examples(document: Json, path: Path) -> None:
    """Add to each request body and answer of the document what the file has for it.

    The file is JSON, by operationId: {"request": body, "answers": {status: {name: body}}}. Read each time, which is
    once in a process: no request but that for the document needs it.
    """
    kept = json.loads(path.read_bytes())
    for operation in _operations(document):
        found = kept.get(operation["operationId"], {})
        if "request" in found:
            _show(operation["requestBody"], {"request": found["request"]})
        for status, examples in found.get("answers", {}).items():
            _show(operation["responses"][status], examples)


def _operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from (operation for operation in item.values() if "operationId" in operation)


def _show(shown: Json, examples: Mapping[str, Any]) -> None:
    for media in shown["content"].values():
        media["examples"] = {name: {"value": value} for name, value in examples.items()}
