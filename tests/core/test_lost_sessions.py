"""A database session that ends while the application holds it."""

from sqlalchemy import func, select

from api.core.db import apart, current_session


def end(pid):
    with apart() as other:
        assert other.scalar(select(func.pg_terminate_backend(pid, 5_000)))


def test_a_session_that_ends_after_the_answer_was_made_does_not_spoil_it(app):
    """The answer's head is already under way when the context closes its session; an error there would cut it off."""
    with app.app_context():
        end(current_session().scalar(select(func.pg_backend_pid())))
    with app.app_context():
        assert current_session().scalar(select(1)) == 1
