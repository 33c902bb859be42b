"""The Blueprint: one declaration a route, from which both its checks and its document follow."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NoReturn

import flask_smorest
from flask import Response, g, request
from marshmallow import Schema

from api.core import clock, idempotency, limits
from api.core.api import answers
from api.core.api.declaration import Access, Caching, Declaration
from api.core.api.deprecation import Deprecation
from api.core.api.input import fingerprint, read_body, read_query, refuse_body
from api.core.api.operation_doc import operation_doc
from api.core.cursors import Window, window
from api.core.db import current_session, transaction
from api.core.etags import NO_PRECONDITION, Precondition, parse_if_match
from api.core.problems import Problem
from api.core.runtime import runtime
from api.permissions.actor import ANONYMOUS, Actor


@dataclass(frozen=True)
class Call:
    """What a view is given: the caller, the time, and the request's checked parts."""

    actor: Actor
    now: dt.datetime
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    if_match: Precondition = NO_PRECONDITION
    operation: str = ""

    def window(self) -> Window:
        """The page asked for, when the query has `limit` and `cursor`."""
        return window(self.operation + request.path, self.query)


class Blueprint(flask_smorest.Blueprint):
    """Flask-smorest's Blueprint whose `operation` enforces what it documents."""

    def __init__(self, name: str, description: str, path: Mapping[str, str] | None = None) -> None:
        """`path`: what the parameters in the addresses mean, by name."""
        super().__init__(name, f"api.{name}", url_prefix="/api/v1", description=description)
        self.path_words = dict(path or {})
        self.operations: dict[str, tuple[str, str, Declaration]] = {}

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("routes are declared by operation(), which enforces what it documents")

    # Flask-smorest's own decorators document what nobody checks, and write a document that is not valid for files
    # beside texts.
    route = arguments = response = alt_response = paginate = etag = _refuse

    def operation(
        self,
        method: str,
        rule: str,
        *,
        access: Access,
        answer: tuple[int, type[Schema] | None],
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        optional_body: bool = False,
        limit: str | None = None,
        caching: Caching = "private",
        idempotent: bool = False,
        if_match: bool = False,
        ready: bool = False,
        media_type: str = "application/json",
        secret: bool = False,
        located: bool = False,
        paged: bool = False,
        problems: tuple[int, ...] = (),
        headers: tuple[Mapping[str, Any], ...] = (),
        answer_headers: Mapping[str, str] | None = None,
        deprecated: Deprecation | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a route. The operationId is the view's name in camelCase, the summary its docstring's first line.

        The view gets a Call and the path's parameters. It runs after 429, 401, scope and the request's shape
        have been checked, in this order; what it raises follows: 404, 403, 412, 409.
        """
        status, out = answer

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            declaration = Declaration(
                access=access,
                status=status,
                out=out,
                body=body,
                query=query,
                optional_body=optional_body,
                limit=limit or ("read" if method == "GET" else "write"),
                caching=caching,
                idempotent=idempotent,
                if_match=if_match,
                ready=ready,
                media_type=media_type,
                secret=secret,
                located=located,
                paged=paged,
                problems=problems,
                headers=headers,
                answer_headers=answer_headers or {},
                deprecated=deprecated,
                view=view,
            )
            words = view.__name__.split("_")
            operation_id = words[0] + "".join(w.capitalize() for w in words[1:])

            @wraps(view)
            def endpoint(**path: Any) -> Response:
                return handle(declaration, operation_id, path)

            # This attribute is where flask-smorest's own decorators leave what they document.
            endpoint._apidoc = {"manual_doc": operation_doc(declaration, operation_id, method)}  # type: ignore[attr-defined]  # noqa: SLF001
            endpoint.__doc__ = view.__doc__
            self.operations[operation_id] = (method, rule, declaration)
            self.add_url_rule(rule, view.__name__, endpoint, methods=[method])
            return view

        return decorate


def _identify(access: Access, now: dt.datetime) -> tuple[Actor, Problem | None]:
    if not access.reads_token:
        return ANONYMOUS, None
    try:
        return runtime().identify(current_session(), request.headers.get("Authorization"), now), None
    except Problem as problem:
        return ANONYMOUS, problem


def handle(declaration: Declaration, operation_id: str, path: dict[str, Any]) -> Response:
    """Run one request through the checks in the contract's order, then through its view."""
    now = clock.now()
    g.deprecation = declaration.deprecated
    actor, refused = _identify(declaration.access, now)
    g.actor = actor
    hit = limits.hit_request(declaration.limit, actor.user_id)
    g.limit_hit = hit
    if hit is not None and hit.exceeded:
        raise limits.exceeded(hit)
    if refused is not None:
        raise refused
    declaration.access.check(actor)
    call = Call(
        actor=actor,
        now=now,
        query=read_query(declaration.query),
        body=_read_body(declaration),
        if_match=parse_if_match(request.headers.get("If-Match")) if declaration.if_match else NO_PRECONDITION,
        operation=operation_id,
    )
    declaration.access.check_role(actor)
    key = request.headers.get("Idempotency-Key") if declaration.idempotent else None
    if key is None:
        return answers.build(declaration, actor, declaration.view(call, **path))  # type: ignore[misc]
    return _run_once(declaration, call, key, path)


def _read_body(declaration: Declaration) -> dict[str, Any]:
    if declaration.body is None:
        refuse_body()
        return {}
    return read_body(declaration.body, optional=declaration.optional_body)


def _run_once(declaration: Declaration, call: Call, key: str, path: dict[str, Any]) -> Response:
    """Run a view at most once for its Idempotency-Key; the key's row commits with the effect or not at all."""
    body = fingerprint(declaration.body)
    user_id = call.actor.user_id or 0
    where = (user_id, request.method, request.path, idempotency.checked_key(key))
    with transaction() as s:
        replay = idempotency.begin(s, *where, body, now=call.now, secret=declaration.secret)
        if replay is not None:
            return idempotency.replayed(replay)
        response = answers.build(declaration, call.actor, declaration.view(call, **path))  # type: ignore[misc]
        idempotency.keep(s, *where, body, response, now=call.now, secret=declaration.secret)
    return response
