"""Prepared statements answer as plain ones do, whatever happened to the connection or the tables meanwhile."""

from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, SmallInteger, Text, bindparam, column, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from api.core import prepared
from api.core.db import Database
from api.core.prepared import Prepared, among_parameter

ROOMS = table("rooms", column("id", BigInteger), column("name", Text), column("facts", JSONB))
ROWS = [(1, "100% 'quoted' $1", {"a": [1]}), (2, "房间", None), (3, "three", {"b": 2})]


def by_ids() -> Prepared:
    return Prepared(
        lambda: (
            select(ROOMS.c.id, ROOMS.c.name, ROOMS.c.facts)
            .where(among_parameter(ROOMS.c.id, "ids"), ROOMS.c.name != "it's 5% of $2")
            .order_by(ROOMS.c.id)
        )
    )


@pytest.fixture(params=["prepared", "behind a pooler"])
def database(request, database_url) -> Iterator[Database]:
    found = Database(database_url, prepared=request.param == "prepared")
    with Session(found.engine) as s, s.begin():
        s.execute(text("create table rooms (id bigint primary key, name text, facts jsonb)"))
        for id_, name, facts in ROWS:
            values = {"id": id_, "name": name, "facts": facts}
            s.execute(
                text("insert into rooms values (:id, :name, :facts)").bindparams(
                    bindparam("facts", type_=JSONB)
                ),
                values,
            )
    yield found
    with Session(found.engine) as s, s.begin():
        s.execute(text("drop table rooms"))
    found.engine.dispose()


def names_on(s: Session) -> set[str]:
    """What the server knows on this connection."""
    return set(s.scalars(text("select name from pg_prepared_statements where name like 'parley%'")))


def test_the_rows_are_those_of_the_plain_statement(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        for _ in range(3):
            rows = rooms.all(s, {"ids": [3, 1, 2]})
            assert [(r.id, r.name, r.facts) for r in rows] == ROWS
            s.rollback()
        assert rooms.all(s, {"ids": []}) == []
        assert rooms.first(s, {"ids": [9]}) is None
        assert rooms.first(s, {"ids": [2]}).name == "房间"


def test_it_is_prepared_once_and_only_where_it_may_be(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        for _ in range(3):
            rooms.all(s, {"ids": [1]})
            s.rollback()
        assert names_on(s) == ({rooms.name} if _may_prepare(database) else set())


def _may_prepare(database: Database) -> bool:
    return bool(database.engine.get_execution_options()["prepared"])


def test_a_changed_column_type_is_no_error(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        rooms.all(s, {"ids": [1]})
        s.rollback()
        with Session(database.engine) as other, other.begin():
            other.execute(text("alter table rooms alter column name type varchar(90)"))
            other.execute(text("alter table rooms add column more int"))
        assert [r.id for r in rooms.all(s, {"ids": [1, 2]})] == [1, 2]


def test_inside_a_transaction_it_is_sent_unprepared_and_sees_what_was_written(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        s.execute(text("insert into rooms values (7, 'new')"))
        assert rooms.first(s, {"ids": [7]}).name == "new"
        assert names_on(s) == set()


def test_a_failed_transaction_refuses_it_and_the_next_one_does_not(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        rooms.all(s, {"ids": [1]})
        with pytest.raises(DBAPIError):
            s.execute(text("select 1 / 0"))
        with pytest.raises(DBAPIError):
            rooms.all(s, {"ids": [1]})
        s.rollback()
        assert rooms.first(s, {"ids": [1]}).id == 1


def test_statements_that_were_deallocated_behind_our_back_are_prepared_again(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        rooms.all(s, {"ids": [1]})
        s.rollback()
        s.execute(text("discard plans"))
        s.execute(text("deallocate all"))
        s.rollback()
        assert rooms.first(s, {"ids": [1]}).id == 1


def test_a_statement_that_is_there_already_is_taken_over(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        s.connection().exec_driver_sql(f"prepare {rooms.name} as {rooms.sql}".replace("%", "%%"))
        s.commit()
        assert rooms.first(s, {"ids": [1]}).id == 1


def test_a_connection_that_the_server_ended_is_replaced(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        rooms.all(s, {"ids": [1]})
        pid = s.scalar(text("select pg_backend_pid()"))
        s.rollback()
    _end(database, pid)
    with Session(database.engine) as s:
        assert rooms.first(s, {"ids": [1]}).id == 1
        assert s.scalar(text("select pg_backend_pid()")) != pid


def test_a_connection_that_ends_in_between_is_an_operational_error_and_replaced_afterwards(database):
    rooms = by_ids()
    with Session(database.engine) as s:
        rooms.all(s, {"ids": [1]})
        _end(database, s.scalar(text("select pg_backend_pid()")))
        with pytest.raises(OperationalError) as caught:
            rooms.all(s, {"ids": [1]})
        assert caught.value.connection_invalidated
        s.rollback()
        assert rooms.first(s, {"ids": [1]}).id == 1


def _end(database: Database, pid: int) -> None:
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.engine.connect() as c:
        c.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.engine.dispose()


def test_a_connection_keeps_a_bounded_number_of_them(database, monkeypatch):
    monkeypatch.setattr(prepared, "KEPT", 3)
    with Session(database.engine) as s:
        for n in range(8):
            Prepared(lambda n=n: select(ROOMS.c.id).where(ROOMS.c.id > n)).all(s, {})
            s.rollback()
        assert len(names_on(s)) == (3 if _may_prepare(database) else 0)


def test_constants_stay_constants_and_parameters_are_numbered_once_each():
    statement = Prepared(
        lambda: select(ROOMS.c.id).where(
            ROOMS.c.id == bindparam("id", type_=BigInteger),
            ROOMS.c.name == "it's",
            ROOMS.c.id != bindparam("id", type_=BigInteger),
            ROOMS.c.id == bindparam("others", type_=ARRAY(BigInteger))[1],
        )
    )
    assert "'it''s'" in statement.sql
    assert statement.parameters == ["id", "others"]
    assert statement.sql.count("$1::BIGINT") == 2


def test_equal_statements_bear_one_name_and_others_another():
    other = Prepared(lambda: select(ROOMS.c.id).where(among_parameter(ROOMS.c.id, "ids")))
    assert by_ids().name == by_ids().name != other.name


def test_a_number_larger_than_its_column_is_found_nowhere(database):
    doors = table("rooms", column("id", SmallInteger), column("name", Text))
    by_number = Prepared(
        lambda: select(doors.c.name).where(doors.c.id == bindparam("number", type_=SmallInteger))
    )
    with Session(database.engine) as s:
        assert [row.name for row in by_number.all(s, {"number": 3})] == ["three"]
        assert by_number.all(s, {"number": 2**53}) == []
