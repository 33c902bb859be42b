"""parley reindex makes the index anew."""

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from api.core.commands import Target
from api.core.db import transaction
from api.search import actions
from api.search.commands import reindex
from tests.search.conftest import Shelf


@pytest.fixture
def run(app):
    """Runs the command on the test's installation."""
    from contextlib import nullcontext

    def run(**options):
        return CliRunner().invoke(reindex, obj=Target(open=lambda: nullcontext(app), **options))

    return run


def test_a_lost_index_is_made_anew(shelf: Shelf, app, run, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    topics = [shelf.topic(f"Lighthouse {n}", "beacon at sea", tags=("coast",)) for n in range(4)]
    reply = shelf.reply(topics[0], "beacons everywhere")
    ids = {"ids": [t.topic_id for t in topics]}
    with app.app_context(), transaction() as s:
        s.execute(text("delete from post_search where topic_id = any(:ids)"), ids)
        s.execute(text("update topic_search set tsv = '' where topic_id = any(:ids)"), ids)
    assert shelf.find("beacon") == []
    assert shelf.find("lighthouse") == []
    done = run()
    assert done.exit_code == 0, done.output
    assert set(shelf.find("beacon")) == {*(t.post_id for t in topics), reply.post_id}
    assert len(shelf.find("lighthouse")) == 4
    assert len(shelf.find("in:title coast")) == 4


def test_a_reindex_changes_nothing_that_was_right(shelf: Shelf, app, run) -> None:
    shelf.topic("Stable", "same as before 量子", tags=("steady",))

    def stored() -> list:
        with app.app_context(), transaction() as s:
            posts = s.execute(text("select * from post_search order by post_id")).all()
            return [*posts, *s.execute(text("select * from topic_search order by topic_id")).all()]

    before = stored()
    assert run().exit_code == 0
    assert stored() == before


def test_it_answers_in_json(shelf: Shelf, run) -> None:
    shelf.topic("Counted", "one")
    done = run(json=True)
    facts = orjson.loads(done.stdout)
    assert facts["topics"] >= 1
    assert facts["posts"] >= 1
