"""The committed baseline of v1: `make baseline` renews it, and refuses where something would break a client."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from tests.compatibility.comparison import breaking_changes

ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "docs/api-baseline.json"
DOCUMENT = ROOT / "openapi.json"
# Prose and examples: they may change at any time.
PROSE = {"description", "summary", "example", "examples", "info"}
# Maps from names that are free: a property may be called "description".
NAMES = {"properties", "schemas", "headers", "responses", "paths", "content", "securitySchemes"}


def essence(node: Any, *, names: bool = False) -> Any:
    """A document without its prose, which is what clients can rely on."""
    if isinstance(node, dict):
        return {
            key: essence(value, names=key in NAMES and not names)
            for key, value in node.items()
            if names or key not in PROSE
        }
    return [essence(value) for value in node] if isinstance(node, list) else node


def text_of(document: Any) -> str:
    """The baseline's text for a document: short lines, so that changes can be read."""
    return json.dumps(essence(document), indent=1, ensure_ascii=False) + "\n"


def renew(document: Path, baseline: Path, today: dt.date) -> list[str]:
    """Write the baseline anew; where something would break clients it stays, and what would is told."""
    new = json.loads(document.read_text(encoding="utf-8"))
    if baseline.exists():
        found = breaking_changes(json.loads(baseline.read_text(encoding="utf-8")), essence(new), today)
        if found:
            return [str(finding) for finding in found]
    baseline.write_text(text_of(new), encoding="utf-8")
    return []


if __name__ == "__main__":
    refused = renew(DOCUMENT, BASELINE, dt.datetime.now(dt.UTC).date())
    for line in refused:
        sys.stderr.write(f"{line}\n")
    if refused:
        sys.exit("parley: this breaks clients of v1; docs/api-compatibility.md says what to do instead")
