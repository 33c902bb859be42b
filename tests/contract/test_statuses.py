"""Every status that the document declares, provoked for every operation; none is declared that cannot be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.core.limits import Limiter
from api.launcher.postgres import Postgres
from api.permissions.actor import Actor
from tests.conftest import TEMPLATE, settings_for
from tests.contract.operations import Operation
from tests.contract.scene import Houses, Scene
from tests.contract.statuses import BY_THE_SERVER, CODES, ELSEWHERE, OWN, WAYS, way_to
from tests.permissions.stage import Stage
from tests.world import World

STATUSES = sorted({*WAYS, *CODES, 301})


class UsedUp:
    """A store in which everybody has asked a million times."""

    def incr(self, key: str, expiry: int) -> int:
        return 1_000_000


@pytest.fixture(scope="module")
def houses(postgres: Postgres, database_url: str, data_folder: Path, worker_id: str) -> Iterator[Houses]:
    name = f"parley_lonely_{worker_id}"
    postgres.create_database(name, template=TEMPLATE)
    counting = create_app(settings_for(database_url, data_folder, PARLEY_LIMITS_ENABLED="true"))
    counting.extensions["parley"].extra["limiter"] = Limiter(UsedUp())
    adrift = create_app(settings_for("postgresql:///none?host=/nonexistent", data_folder))
    lonely = create_app(settings_for(postgres.url(name), data_folder))
    yield Houses(counting, adrift, lonely, World(lonely).member("admin"))
    for app in (counting, adrift, lonely):
        app.extensions["parley"].database.engine.dispose()


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def declared(every: list[Operation], status: int) -> list[Operation]:
    """The operations whose document names a status."""
    return [op for op in every if str(status) in op.doc["responses"]]


@pytest.mark.parametrize("status", STATUSES)
def test_a_declared_status_is_answered(
    app: Flask, every: list[Operation], stage: Stage, houses: Houses, status: int
) -> None:
    wrong, asked = [], 0
    for op in declared(every, status):
        scene = Scene(app, op, stage, houses)
        way = way_to(scene, status)
        if way is None or (op.name, status) in ELSEWHERE:
            continue
        response = way(scene)
        scene.leave()
        asked += 1
        code = response.get_json()["code"] if status >= 400 and response.status_code >= 400 else None
        if response.status_code != status or (code is not None and code not in CODES[status]):
            wrong.append((op.name, way.__name__, response.status_code, response.get_data(as_text=True)[:300]))
    assert wrong == []
    assert asked


def test_nothing_is_declared_that_the_table_does_not_provoke(
    app: Flask, every: list[Operation], stage: Stage, houses: Houses
) -> None:
    unproven = {
        (op.name, int(status))
        for op in every
        for status in op.doc["responses"]
        if way_to(Scene(app, op, stage, houses), int(status)) is None
    }
    assert {status for _, status in unproven} <= BY_THE_SERVER.keys()
    assert {name for name, _ in OWN} <= {op.name for op in every}
    assert all(str(status) in op.doc["responses"] for op in every for name, status in OWN if name == op.name)


@pytest.mark.parametrize("name", ["getOwnUser", "changeOwnUser"])
def test_an_account_that_went_a_moment_ago_is_not_signed_in(
    app: Flask, every: list[Operation], stage: Stage, houses: Houses, name: str
) -> None:
    scene = Scene(app, next(op for op in every if op.name == name), stage, houses)
    gone = Actor(user_id=999_999_999, username="gone", role="member", scopes=None)
    with scene.identified(lambda *_: gone):
        response = scene.ask()
    assert (response.status_code, response.get_json()["code"]) == (401, "invalid_token")
