"""The document's examples are answers that were given, there is one wherever one can be, and they fit their schemas."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator

from api.core.api.twin import twin
from tests.contract.document import close
from tests.examples.recorder import EXAMPLES, text_of

METHODS = ("get", "post", "put", "patch", "delete")
JSON = ("application/json", "application/problem+json")
Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(app) -> Json:
    """The document that the code makes."""
    with app.app_context():
        found: Json = app.extensions["parley"].extra["api"].document()
    return found


def bodies(document: Json) -> Iterator[tuple[str, Json]]:
    """Each JSON body that a request or an answer can have: where, and its media type object."""
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                name, parts = item[method]["operationId"], dict(item[method]["responses"])
                if "requestBody" in item[method]:
                    parts["request"] = item[method]["requestBody"]
                for part, shown in parts.items():
                    yield from (
                        (f"{name} {part}", media)
                        for kind, media in shown.get("content", {}).items()
                        if kind in JSON
                    )


def shown(media: Json) -> list[Any]:
    """The examples of a body."""
    single = [media["example"]] if "example" in media else []
    return single + [example["value"] for example in media.get("examples", {}).values()]


def strictly(node: Any) -> Any:
    """Nullable references as a validator takes them to the letter: generators read `nullable` beside `allOf`."""
    if isinstance(node, dict):
        if node.get("nullable") and "allOf" in node:
            return {"anyOf": [*node["allOf"], {"nullable": True, "enum": [None]}]}
        return {key: strictly(value) for key, value in node.items()}
    return [strictly(value) for value in node] if isinstance(node, list) else node


def test_the_examples_are_what_the_application_answers(recorded):
    committed = EXAMPLES.read_text(encoding="utf-8")
    assert committed == text_of(recorded), "api/examples.json is stale: run `make examples`"


def test_everything_sent_and_every_success_has_an_example(document):
    for where, media in bodies(document):
        part = where.split()[1]
        if part == "request" or part < "300":
            assert shown(media), where


def test_refusals_are_shown_with_their_codes(document):
    codes = {
        code
        for where, media in bodies(document)
        if where.split()[1] >= "400"
        for code in media.get("examples", {})
    }
    assert codes >= {
        "unauthorized", "not_found", "invalid_input", "invalid_cursor", "version_mismatch", "topic_locked",
        "name_taken", "invalid_credentials", "opening_post", "moderators_only",
    }  # fmt: skip


def test_examples_fit_their_schemas_and_nothing_in_them_is_undocumented(document):
    closed = copy.deepcopy(document)
    close(closed["components"]["schemas"])
    for where, media in bodies(closed):
        whole = media["schema"] | {"components": closed["components"]}
        for value in shown(media):
            errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
            assert errors == [], where


def test_examples_fit_the_schemas_of_the_twin(document):
    derived = strictly(twin(document))
    for where, media in bodies(derived):
        whole = media["schema"] | {"components": derived["components"]}
        for value in shown(media):
            errors = [error.message for error in OAS30Validator(whole).iter_errors(value)]
            assert errors == [], where


def test_both_documents_show_the_same(document):
    derived = dict(bodies(twin(document)))
    assert {where: shown(media) for where, media in bodies(document)} == {
        where: shown(media) for where, media in derived.items()
    }


def test_no_example_holds_a_secret_that_was_one():
    text = EXAMPLES.read_text(encoding="utf-8")
    assert text.count("eyJhbGci") == text.count(
        "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"
    )
    assert "127.0.0.1:8000/api" not in text
