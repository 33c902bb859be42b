"""No route of the API exists without a declaration of who may call it."""

import re

from flask import Flask
from flask_smorest import Blueprint as Theirs

from api.app import BLUEPRINTS
from api.core.api import Access, Blueprint

# The document itself: public by design, and no operation of its own document.
UNDECLARED = {("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/openapi-3.0.json")}
RULE_PARAMETER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def declared() -> dict[tuple[str, str], Access]:
    """(method, path as the document writes it) -> the access that the route declares."""
    return {
        (method, "/api/v1" + RULE_PARAMETER.sub(r"{\1}", rule)): declaration.access
        for blueprint in BLUEPRINTS
        for method, rule, declaration in blueprint.operations.values()
    }


def routed(app: Flask) -> set[tuple[str, str]]:
    """(method, path) of everything that the application answers below /api/v1."""
    return {
        (method, RULE_PARAMETER.sub(r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }


def test_every_route_declares_its_access(app):
    assert routed(app) - UNDECLARED == set(declared())


def test_every_blueprint_is_ours(app):
    assert all(isinstance(blueprint, Blueprint) for blueprint in BLUEPRINTS)
    registered = {b.name for b in app.blueprints.values() if isinstance(b, Theirs)}
    assert registered == {b.name for b in BLUEPRINTS}


def test_every_declared_access_is_a_known_one():
    for place, access in declared().items():
        assert isinstance(access, Access), place
        assert access.who in ("anyone", "member", "moderator", "admin"), place
        assert access.scope, place


def test_what_anyone_may_call_only_reads_unless_it_must(app):
    """Signing up and in, previews and view beacons are all that a visitor may send; each new one is a decision."""
    writes = {
        f"{method} {path.removeprefix('/api/v1')}"
        for (method, path), access in declared().items()
        if access.who == "anyone" and method != "GET" and not path.startswith("/api/v1/auth/")
    }
    assert writes <= {"POST /topics/{topic_id}/view", "POST /preview"}
