"""Schemathesis makes requests out of the document: none fails, and no answer is one that the document does not know."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import settings

from tests.contract.fuzzing import Cast, Judge, Tally, ask, machine_of, quick, run_chains, schema_of
from tests.permissions.stage import Stage

# A longer search is a matter of raising these, or of `make soak`.
WRITING = ["topics", "replies", "posts", "states"]
CHAINS, STEPS = 10, 10


@pytest.fixture(scope="module")
def operations(app: Flask) -> list[Any]:
    """The operations of the document, as Schemathesis knows them."""
    return [result.ok() for result in schema_of(app).get_all_operations()]


@pytest.mark.parametrize(("role", "mode"), [("anonymous", "positive"), ("member", "negative")])
def test_generated_requests_keep_the_contract(
    app: Flask, operations: list[Any], role: str, mode: str
) -> None:
    judge, cast = Judge(app, Tally()), Cast(app)
    for operation in operations:
        # Somebody new for each operation: some of them end the session.
        cast.leave()
        ask(operation, mode, judge, cast.headers(role), quick)
    assert judge.tally.failures == {}
    assert judge.tally.cases.total() > 100


def test_generated_requests_about_real_things_keep_the_contract(app: Flask, operations: list[Any]) -> None:
    stage, judge, cast = Stage(app), Judge(app, Tally()), Cast(app)
    for operation in operations:
        # Each operation has things of its own, because some of them delete what they are asked about.
        stage.strike("open", moderated=True)
        things = vars(stage.things("open", moderated=True))
        cast.leave()
        ask(operation, "positive", judge, cast.headers("admin"), quick, dressed=things["slug"], **things)
    assert judge.tally.failures == {}


def test_chains_of_requests_keep_the_contract(app: Flask) -> None:
    """Create, read, change, delete, restore: each step asks about what an earlier one was answered."""
    judge = Judge(app, Tally())
    machine, tally = machine_of(schema_of(app, tags=WRITING), judge, Cast(app)), judge.tally
    how = settings(quick, derandomize=False, max_examples=CHAINS, stateful_step_count=STEPS)
    # How far a chain gets depends on the answers, ids among them; a run that stayed shallow goes on for a while.
    for start in (0, 1_000, 2_000):
        run_chains(machine, tally, how, chains=CHAINS, start=start)
        succeeded = {name for name, status in tally.statuses if status < 300}
        if len(succeeded) >= 8 and len(tally.links) > 20 and "createTopic" in succeeded:
            break
    assert tally.failures == {}
    assert "createTopic" in succeeded
    assert len(succeeded) >= 8
    assert len(tally.links) > 20
