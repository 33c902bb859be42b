"""Schemathesis makes requests out of the document: none fails, and no answer is one that the document does not know."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.operations import INSIDES
from tests.permissions.stage import Stage
from tests.world import World

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
# A stream is no JSON, and where no process holds streams open it is one problem.
LEFT_OUT = {"streamEvents"}
# Werkzeug's test client does not unpack what it gets.
PLAIN = {"Accept-Encoding": "identity"}
# The same examples on every run; a longer search is a matter of raising this number.
EXAMPLES = 4
quick = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def ask(operation: Any, mode: GenerationMode, headers: dict[str, str], **given_path: Any) -> int:
    """Send a few generated requests to an operation; how many."""
    path = {p.name: given_path[p.name] for p in operation.path_parameters if p.name in given_path}
    asked = 0

    @quick
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=path or None))
    def send(case: Any) -> None:
        nonlocal asked
        response = case.call_and_validate(headers=PLAIN | headers, checks=CHECKS)
        told = response.json() if response.status_code >= 400 and response.content else {}
        assert INSIDES.search(str({k: told[k] for k in told.keys() - {"instance", "type"}})) is None
        asked += 1

    send()
    return asked


def operations_in(schema: Any) -> list[Any]:
    """The operations of the document, as Schemathesis knows them."""
    found = [result.ok() for result in schema.get_all_operations()]
    return [op for op in found if op.definition.raw["operationId"] not in LEFT_OUT]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("persona", ["anonymous", "member"])
def test_generated_requests_keep_the_contract(
    app: Flask, schema: Any, persona: str, mode: GenerationMode
) -> None:
    world = World(app)
    asked = 0
    for operation in operations_in(schema):
        # Somebody new for each operation: some of them end the session.
        headers = {} if persona == "anonymous" else {"Authorization": f"Bearer {world.member().token}"}
        asked += ask(operation, mode, headers)
    assert asked > 100


def test_generated_requests_about_real_things_keep_the_contract(app: Flask, schema: Any) -> None:
    stage = Stage(app)
    for operation in operations_in(schema):
        # Each operation has things of its own, because some of them delete what they are asked about.
        stage.strike("open", moderated=True)
        things = vars(stage.things("open", moderated=True))
        headers = {"Authorization": f"Bearer {stage.newcomer('admin').token}"}
        ask(operation, GenerationMode.POSITIVE, headers, **things)
