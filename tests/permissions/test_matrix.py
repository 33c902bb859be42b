"""Every cell of the matrix, asked over HTTP; and every operation of the document has cells."""

import itertools
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest
from flask import Flask

from tests.client import Client
from tests.permissions.matrix import PERSONAS, ROWS, Row
from tests.permissions.stage import STATES, Stage, Things

METHODS = ("get", "post", "put", "patch", "delete")
# What is sent along; names in braces are those of the stage's things.
BODIES: dict[str, dict[str, Any]] = {
    "createTopic": {"title": "A new topic", "body": "Text.", "category": "{slug}"},
    "changeTopic": {"title": "Another title"},
    "acceptAnswer": {"number": 1},
    "createReply": {"body": "Another reply."},
    "changePost": {"body": "Another text."},
    "voteOnPost": {"value": 1},
    "previewPost": {"body": "Text."},
    "createCategory": {"slug": "of-{word}", "name": "A category"},
    "changeCategory": {"description": "Other words."},
    "setUserRole": {"role": "moderator"},
    "changeOwnUser": {"about": "Words."},
    "registerUser": {"username": "u{word}", "email": "{word}@example.org", "password": "three quiet rivers"},
    "resendConfirmation": {"email": "{word}@example.org"},
    "confirmRegistration": {"token": "a-token-of-nobody"},
    "login": {"login": "{username}", "password": "three quiet rivers"},
    "refreshSession": {"refresh_token": "a-token-of-nobody"},
    "forgotPassword": {"email": "{word}@example.org"},
    "resetPassword": {"token": "a-token-of-nobody", "password": "three quiet rivers"},
    "changePassword": {"current_password": "three quiet rivers", "password": "four quiet rivers"},
    "reauthenticate": {"password": "three quiet rivers"},
}
QUERIES = {
    "listTopics": "category={slug}",
    "searchForum": "q={word}",
    "listUsers": "q={username}",
}
SHOWS: dict[str, Callable[[Any, Things], bool]] = {
    "listTopics": lambda item, things: item["id"] == things.topic_id,
    "searchForum": lambda item, things: item["topic"]["id"] == things.topic_id,
    "listUsers": lambda item, things: item["id"] == things.user_id,
    "listCategories": lambda item, things: item["slug"] == things.slug,
}
# These may end the caller's session or change what the caller is, so each scene has a caller of its own.
OF_ONES_OWN = {"logout", "endOtherSessions", "changePassword", "reauthenticate"}


_origins = itertools.count(1)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def operations(app: Flask) -> dict[str, tuple[str, str]]:
    """operationId -> (method, path below /api/v1)."""
    with app.app_context():
        document = app.extensions["parley"].extra["api"].document()
    return {
        item[method]["operationId"]: (method.upper(), path.removeprefix("/api/v1"))
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def filled(template: Any, things: Things) -> Any:
    """The template with the things' names for the braces."""
    if isinstance(template, dict):
        return {key: filled(value, things) for key, value in template.items()}
    return template.format(**vars(things)) if isinstance(template, str) else template


def answered(client: Client, operation: str, place: tuple[str, str], things: Things) -> str:
    """What the call was answered, in the words of the matrix."""
    method, path = place
    address = filled(path, things)
    if operation in QUERIES:
        address += "?" + filled(QUERIES[operation], things)
    # Accounts are protected by limits for each address; every scene comes from another one.
    origin = {"REMOTE_ADDR": str(ip_address("10.0.0.0") + next(_origins))}
    body = filled(BODIES.get(operation), things)
    response = client.request(method, address, json=body, environ_overrides=origin)
    if response.status_code >= 400:
        return f"{response.status_code} {response.get_json()['code']}"
    if operation in SHOWS:
        return "shown" if any(SHOWS[operation](i, things) for i in response.get_json()["items"]) else "absent"
    return str(response.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.operation}-{row.state}".replace(" ", "_"))
def test_everybody_is_answered_as_the_matrix_says(
    stage: Stage, operations: dict[str, tuple[str, str]], row: Row
) -> None:
    place = operations[row.operation]
    found = {}
    for persona in PERSONAS:
        moderated = persona != "elsewhere"
        things = stage.things(row.state, moderated=moderated)
        person = stage.newcomer if row.operation in OF_ONES_OWN else stage.person
        client = Client(stage.app, None if persona == "anonymous" else person(persona).token)
        found[persona] = answered(client, row.operation, place, things)
        if place[0] != "GET" and found[persona].startswith("2"):
            stage.strike(row.state, moderated=moderated)
    assert found == row.answers


def test_every_operation_stands_in_the_matrix(operations: dict[str, tuple[str, str]]) -> None:
    assert {row.operation for row in ROWS} == set(operations)
    assert {row.state for row in ROWS} == set(STATES)
    assert len({(row.operation, row.state) for row in ROWS}) == len(ROWS)


def test_whoever_is_suspended_is_refused_everything(
    stage: Stage, operations: dict[str, tuple[str, str]]
) -> None:
    suspended = stage.suspended()
    things = stage.things("open", moderated=True)
    for operation, place in operations.items():
        found = answered(Client(stage.app, suspended.token), operation, place, things)
        assert found == "401 invalid_token", operation
