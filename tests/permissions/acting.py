"""Calls operations with what stands on the stage."""

import itertools
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.client import Client
from tests.permissions.stage import Things

Operations = dict[str, tuple[str, str]]
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
_origins = itertools.count(1)


def operations_of(app: Flask) -> Operations:
    """operationId -> (method, path below /api/v1) of every operation of the document."""
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


def called(client: Client, operation: str, place: tuple[str, str], things: Things) -> TestResponse:
    """The raw answer to the operation, called on these things."""
    method, path = place
    address = filled(path, things)
    if operation in QUERIES:
        address += "?" + filled(QUERIES[operation], things)
    # Accounts are protected by limits for each address; every scene comes from another one.
    origin = {"REMOTE_ADDR": str(ip_address("10.0.0.0") + next(_origins))}
    body = filled(BODIES.get(operation), things)
    return client.request(method, address, json=body, environ_overrides=origin)


def answered(client: Client, operation: str, place: tuple[str, str], things: Things) -> str:
    """What the call was answered, in the words of the matrix."""
    response = called(client, operation, place, things)
    if response.status_code >= 400:
        return f"{response.status_code} {response.get_json()['code']}"
    if operation in SHOWS:
        return "shown" if any(SHOWS[operation](i, things) for i in response.get_json()["items"]) else "absent"
    return str(response.status_code)
