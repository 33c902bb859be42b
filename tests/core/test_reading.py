"""A GET reads without a transaction, and whatever writes inside one has a transaction all the same."""

import pytest
from sqlalchemy import text

from api.core.db import current_session, driver_of, transaction

NAME = "tests.reading"
WRITE = text("insert into settings (key, value) values (:key, '1')")
READ = text("select count(*) from settings where key = :key")


@pytest.fixture(autouse=True)
def nothing_is_left(app):
    yield
    with app.app_context(), transaction() as s:
        s.execute(text("delete from settings where key = :key"), {"key": NAME})


def written(app) -> int:
    with app.app_context(), transaction() as s:
        return s.scalar(READ, {"key": NAME})


@pytest.mark.parametrize(
    ("method", "reads"), [("GET", True), ("HEAD", True), ("POST", False), ("DELETE", False)]
)
def test_only_reading_requests_are_without_a_transaction(app, method, reads):
    with app.test_request_context(method=method):
        assert driver_of(current_session()).autocommit is reads


def test_a_transaction_inside_a_reading_request_commits_at_its_end(app):
    with app.test_request_context(method="GET"):
        current_session().execute(READ, {"key": NAME})
        with transaction() as s:
            s.execute(WRITE, {"key": NAME})
            assert written(app) == 0
        assert written(app) == 1


def test_a_transaction_inside_a_reading_request_rolls_back_when_it_fails(app):
    def fail() -> None:
        with transaction() as s:
            s.execute(WRITE, {"key": NAME})
            raise ValueError("on purpose")

    with app.test_request_context(method="GET"):
        with pytest.raises(ValueError, match="on purpose"):
            fail()
        assert current_session().scalar(READ, {"key": NAME}) == 0
    assert written(app) == 0


def test_a_connection_given_back_by_a_reader_is_one_with_transactions_again(app):
    with app.test_request_context(method="GET"):
        reader = driver_of(current_session())
    with app.app_context(), transaction() as s:
        assert driver_of(s) is reader
        s.execute(WRITE, {"key": NAME})
        s.rollback()
    assert written(app) == 0
