"""The Api: registers blueprints and makes the OpenAPI document out of them."""

import copy
from pathlib import Path
from typing import Any

import flask_smorest
from flask import Flask
from marshmallow import fields

from api import __version__
from api.core.api import deprecation
from api.core.api.examples import add_examples
from api.core.api.forms import Request
from api.core.api.operation_doc import HEADERS
from api.core.api.path_parameters import Segment, WholeNumber, describe_number, describe_segment
from api.core.api.schema import Out, describe_choice
from api.core.runtime import settings

OPENAPI_VERSION = "3.1.0"


class ProblemItem(Out):
    """One thing wrong with the input."""

    says = {
        "in": "Where it stands in the request.",
        "code": "What is wrong, for programs: `too_long`, for example.",
        "params": 'What a sentence about it needs: `{"max": 200, "actual": 214}`, for example.',
        "detail": "What is wrong, in English.",
    }

    in_ = fields.String(data_key="in", metadata={"x-known-values": ["body", "query", "path", "header"]})
    pointer = fields.String(metadata={"x-included": True, "description": "JSON pointer, for the body"})
    name = fields.String(metadata={"x-included": True, "description": "Name, for all but the body"})
    code = fields.String()
    params = fields.Dict()
    detail = fields.String()


class Problem(Out):
    """RFC 9457 problem details; only `code` is for branching."""

    says = {
        "type": "The address of a page about the code.",
        "title": "The kind of problem, in English.",
        "status": "The HTTP status once more.",
        "detail": "This problem, in English.",
        "instance": "The path that was asked for.",
        "code": "The kind of problem, for programs. New codes may come: go by the status then.",
        "params": "What a sentence about it needs, by name.",
        "request_id": "Names the request in the server's log.",
        "errors": "Everything wrong with the input; empty for other problems.",
    }

    type = fields.String()
    title = fields.String()
    status = fields.Integer(metadata={"minimum": 400, "maximum": 599})
    detail = fields.String()
    instance = fields.String()
    code = fields.String()
    params = fields.Dict()
    request_id = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(ProblemItem))


class Api(flask_smorest.Api):
    """Flask-smorest's Api without its error handlers, with security, servers, our Problem and real examples."""

    def __init__(self, app: Flask, examples: Path) -> None:
        self.examples = examples
        self.path_words: dict[str, str] = {}
        app.config.update(API_TITLE="Parley", API_VERSION=__version__, OPENAPI_VERSION=OPENAPI_VERSION)
        app.request_class = Request
        app.url_map.converters |= {"int": WholeNumber, "default": Segment, "string": Segment}
        super().__init__(app)
        deprecation.init_app(app)
        self.register_converter(WholeNumber, describe_number)
        self.register_converter(Segment, describe_segment)
        self.ma_plugin.converter.add_attribute_function(describe_choice)
        self.spec.components.schema("Problem", schema=Problem)
        for name, header in HEADERS.items():
            self.spec.components.header(name, header)
        self.spec.components.security_scheme(
            "bearer",
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A ten-minute access token from /auth/login, or a personal access token. "
                "The scopes named at each operation are what a personal access token needs.",
            },
        )

    # Each status is documented by itself; an answer for "all others" would hide the ones that were forgotten.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_responses(self) -> None:
        """Keep smorest's own error schema out of the document: nothing answers in its shape."""

    def _register_pagination_header(self) -> None:
        """Keep smorest's own pages out as well: ours are keyset pages."""

    def _register_error_handlers(self) -> None:
        """Keep to core.problems: there is one error shape."""

    def register_blueprint(self, blp: Any, **options: Any) -> None:
        """Remember what a blueprint's path parameters mean, too."""
        self.path_words |= getattr(blp, "path_words", {})
        super().register_blueprint(blp, **options)

    def document(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document as plain data, the same for every installation."""
        doc: dict[str, Any] = copy.deepcopy(self.spec.to_dict())
        doc["servers"] = [{"url": "/"}]
        doc["info"]["description"] = (
            "One API for the web client, for scripts and for generated clients. "
            "Clients ignore properties, values and codes that they do not know."
        )
        doc["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
        doc["paths"] = dict(sorted(doc["paths"].items()))
        for item in doc["paths"].values():
            for parameter in item.get("parameters", []):
                parameter["description"] = self.path_words[parameter["name"]]
            for operation in item.values():
                _without_null(operation.get("parameters", []) if isinstance(operation, dict) else [])
        for (schema, *_), name in self.ma_plugin.converter.refs.items():
            if schema.__doc__:
                doc["components"]["schemas"][name]["description"] = " ".join(schema.__doc__.split())
        add_examples(doc, self.examples)
        doc["components"]["schemas"] = dict(sorted(doc["components"]["schemas"].items()))
        return doc

    def served_document(self) -> dict[str, Any]:
        """The document with this installation's address as its server."""
        return self.document() | {"servers": [{"url": settings().url}]}


def _without_null(parameters: list[dict[str, Any]]) -> None:
    """A parameter is sent or it is not: null cannot be written into an address."""
    for parameter in parameters:
        schema = parameter["schema"]
        if isinstance(schema.get("type"), list):
            schema["type"] = next(name for name in schema["type"] if name != "null")
        if schema.get("default", ...) is None:
            del schema["default"]
