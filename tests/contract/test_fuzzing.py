"""Schemathesis makes requests out of the document: none fails, and no answer is one that the document does not know.

The library is imported where it is used: it is slow to load, and most runs of a part of the tests do without.
"""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from tests.contract.operations import INSIDES
from tests.permissions.stage import Stage
from tests.world import World

# A stream is no JSON, and where no process holds streams open it is one problem.
LEFT_OUT = {"streamEvents"}
# Werkzeug's test client does not unpack what it gets.
PLAIN = {"Accept-Encoding": "identity"}
# The same examples on every run; a longer search is a matter of raising this number.
EXAMPLES = 3
quick = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(app: Flask) -> list[Any]:
    """The operations of the document, as Schemathesis knows them."""
    import schemathesis

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations()]
    return [op for op in found if op.definition.raw["operationId"] not in LEFT_OUT]


def ask(operation: Any, mode: str, headers: dict[str, str], **given_path: Any) -> int:
    """Send a few generated requests to an operation; how many."""
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    promised = (
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    )
    path = {p.name: given_path[p.name] for p in operation.path_parameters if p.name in given_path}
    asked = 0

    @quick
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode), path_parameters=path or None))
    def send(case: Any) -> None:
        nonlocal asked
        response = case.call_and_validate(headers=PLAIN | headers, checks=promised)
        told = response.json() if response.status_code >= 400 and response.content else {}
        assert INSIDES.search(str({k: told[k] for k in told.keys() - {"instance", "type"}})) is None
        asked += 1

    send()
    return asked


@pytest.mark.parametrize(("persona", "mode"), [("anonymous", "positive"), ("member", "negative")])
def test_generated_requests_keep_the_contract(
    app: Flask, operations: list[Any], persona: str, mode: str
) -> None:
    world, asked = World(app), 0
    for operation in operations:
        # Somebody new for each operation: some of them end the session.
        headers = {} if persona == "anonymous" else {"Authorization": f"Bearer {world.member().token}"}
        asked += ask(operation, mode, headers)
    assert asked > 100


def test_generated_requests_about_real_things_keep_the_contract(app: Flask, operations: list[Any]) -> None:
    stage = Stage(app)
    for operation in operations:
        # Each operation has things of its own, because some of them delete what they are asked about.
        stage.strike("open", moderated=True)
        things = vars(stage.things("open", moderated=True))
        headers = {"Authorization": f"Bearer {stage.newcomer('admin').token}"}
        ask(operation, "positive", headers, **things)
