"""Core without the forum: an application of core's parts only. Also what a real server loads (`from_environment`)."""

from flask import Flask

from api.config import Settings, load_settings
from api.core import db, jobs, limits, logs, mail, metrics, problems, request_ids
from api.core.db import Database
from api.core.runtime import Runtime
from api.permissions.actor import ANONYMOUS

PARTS = (request_ids, logs, metrics, problems, db, limits, jobs, mail)


def make(settings: Settings) -> Flask:
    """The application, with two counted routes."""
    app = Flask("core", static_folder=None)
    app.extensions["parley"] = Runtime(
        settings=settings,
        database=Database(settings.database_url),
        identify=lambda *_: ANONYMOUS,
    )
    for part in PARTS:
        part.init_app(app)
    app.get("/counted")(counted)
    app.get("/shared")(shared)
    return app


def counted() -> str:
    """One of a quota of 30 a minute."""
    hit = limits.hit_request("write", None)
    if hit is not None and hit.exceeded:
        raise limits.exceeded(hit)
    return "ok"


def shared() -> tuple[str, int, dict[str, str]]:
    """Counted, but stored by caches."""
    limits.hit_request("read", None)
    return "ok", 200, {"Cache-Control": "public, max-age=1"}


def from_environment() -> Flask:
    """What a server's process calls."""
    return make(load_settings())
