"""create_app: settings in, a Flask application out. What the forum consists of is the tuple below."""

import datetime as dt
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from api.auth import identify
from api.auth import routes as auth
from api.auth.queries import signed_in
from api.categories import queries as category_queries
from api.categories import routes as categories
from api.config import Settings
from api.core import cors, db, health, jobs, limits, logs, mail, metrics, problems, request_ids, responses
from api.core.api import Api, reference
from api.core.db import Database
from api.core.runtime import Runtime
from api.events import routes as events
from api.guide import routes as guide
from api.pages import routes as pages
from api.permissions.actor import Actor
from api.search import routes as search
from api.site import routes as site
from api.tags import routes as tags
from api.topics import routes as topics
from api.users import routes as users

BLUEPRINTS = (
    *auth.BLUEPRINTS,
    users.bp,
    categories.bp,
    tags.bp,
    *topics.BLUEPRINTS,
    search.bp,
    events.bp,
    site.bp,
)
EXAMPLES = Path(__file__).with_name("examples.json")
PARTS = (request_ids, logs, metrics, problems, db, limits, jobs, mail, health, responses, cors)


def create_app(settings: Settings) -> Flask:
    """One application for one process; connections are opened after the fork."""
    app = Flask("api", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    runtime = Runtime(
        settings=settings,
        database=Database(settings.database_url, prepared=settings.prepared_statements),
        identify=_identify,
    )
    app.extensions["parley"] = runtime
    for part in PARTS:
        part.init_app(app)
    api = Api(app, EXAMPLES)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    reference.init_app(app, api)
    guide.init_app(app, api)
    pages.init_app(app)
    return app


_MEMBER = signed_in(category_queries.levels_of)


def _identify(session: Session, authorization: str | None, now: dt.datetime) -> Actor:
    """Who asks, and what exists for them: sign-in and categories meet only here."""
    actor = identify.identify(session, authorization, now, asking=_MEMBER)
    return actor if actor.is_member else category_queries.with_levels(session, actor)
