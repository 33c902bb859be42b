from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from api.commands import recount
from api.core.commands import Target
from api.core.db import transaction
from tests.client import Client
from tests.world import World


@pytest.fixture
def parley_recount(app: Flask) -> Callable[[], Result]:
    """Runs `parley recount` on the test's installation."""

    @contextmanager
    def opened():
        yield app

    return lambda: CliRunner().invoke(recount, obj=Target(open=opened), catch_exceptions=False)


def test_wrong_counters_are_mended_the_rank_with_the_score(
    app: Flask, client: Client, world: World, parley_recount: Callable[[], Result]
) -> None:
    author = world.member()
    topic = world.topic(author)
    world.reply(author, topic)
    world.client(world.member()).put(f"/posts/{topic['post']['id']}/vote", {"value": 1})

    def stored() -> tuple[int, int, float]:
        with app.app_context(), transaction() as s:
            counters = "select reply_count, score, hot from topics where id = :id"
            return tuple(s.execute(text(counters), {"id": topic["id"]}).one())

    before = stored()
    with app.app_context(), transaction() as s:
        wrong = "update topics set reply_count = 7, score = 50, hot = 0 where id = :id"
        s.execute(text(wrong), {"id": topic["id"]})
    assert parley_recount().exit_code == 0
    after = stored()
    assert after[:2] == before[:2] == (1, 1)
    assert after[2] == pytest.approx(before[2], abs=1e-6)
    assert client.get(f"/users/{author.username}")["reply_count"] == 1


def test_a_recount_that_meets_a_writer_changes_nothing_and_says_so(
    app: Flask,
    client: Client,
    world: World,
    parley_recount: Callable[[], Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    author = world.member()
    topic = world.topic(author)
    with app.app_context(), transaction() as s:
        s.execute(text("update topics set reply_count = 7 where id = :id"), {"id": topic["id"]})

    def meanwhile(s) -> int:
        s.execute(text("select 1")).all()
        # In a thread of its own, or the request would join the command's transaction.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(world.reply, author, topic).result()
        return 0

    monkeypatch.setattr("api.admin.recount.counters.fold", meanwhile)
    result = parley_recount()
    assert (result.exit_code, "try again" in result.output) == (1, True)
    assert client.get(f"/topics/{topic['id']}")["reply_count"] == 8
    monkeypatch.undo()
    assert parley_recount().exit_code == 0
    assert client.get(f"/topics/{topic['id']}")["reply_count"] == 1
