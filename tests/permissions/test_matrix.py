"""Every cell of the matrix, asked over HTTP; and every operation of the document has cells."""

import pytest

from api.app import BLUEPRINTS
from tests.client import Client
from tests.permissions.acting import Operations, answered
from tests.permissions.matrix import PERSONAS, ROWS, Row
from tests.permissions.stage import STATES, Stage

# These may end the caller's session or change what the caller is, so each scene has a caller of its own.
OF_ONES_OWN = {"logout", "endOtherSessions", "changePassword", "reauthenticate"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.operation}-{row.state}".replace(" ", "_"))
def test_everybody_is_answered_as_the_matrix_says(stage: Stage, operations: Operations, row: Row) -> None:
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


def test_every_operation_stands_in_the_matrix(operations: Operations) -> None:
    assert {row.operation for row in ROWS} == set(operations)
    assert {row.state for row in ROWS} == set(STATES)
    assert len({(row.operation, row.state) for row in ROWS}) == len(ROWS)


def reading_no_token() -> set[str]:
    """The operations to which a token makes no difference: they ask for a password or a mailed token."""
    return {
        name
        for blueprint in BLUEPRINTS
        for name, (_, _, declaration) in blueprint.operations.items()
        if not declaration.access.reads_token
    }


def test_whoever_is_suspended_is_refused_everything(stage: Stage, operations: Operations) -> None:
    suspended = stage.suspended()
    things = stage.things("open", moderated=True)
    for operation in operations.keys() - reading_no_token():
        place = operations[operation]
        found = answered(Client(stage.app, suspended.token), operation, place, things)
        assert found == "401 invalid_token", operation
