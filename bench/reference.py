"""The application that ours is measured beside: the naive list, and answers that cost nothing to make."""

import os
from functools import cache
from pathlib import Path

from flask import Response

from bench.naive import app

CONSTANTS = Path(os.environ["PARLEY_DATA"]) / "constant"
application = app


@cache
def _constant(name: str) -> bytes:
    return (CONSTANTS / name).read_bytes()


@app.get("/constant/<name>")
def constant(name: str) -> Response:
    """The same bytes each time."""
    return Response(_constant(name), mimetype="application/json")


@app.get("/readyz")
def ready() -> str:
    """For whoever waits until we are there."""
    return "ready"
