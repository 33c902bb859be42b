"""/healthz says the process lives; /readyz that the database is there and at this code's schema."""

import orjson
from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from api.core import schema_version
from api.core.runtime import runtime


def _answer(status: int, /, **body: object) -> Response:
    response = Response(orjson.dumps(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Answer outside the versioned API, unlimited and without sign-in."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _answer(200, status="ok")

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            with runtime().database.engine.connect() as connection:
                if schema_version.is_current(connection):
                    return _answer(200, status="ready")
                return _answer(503, status="migrations_pending")
        except SQLAlchemyError:
            return _answer(503, status="database_unavailable")
