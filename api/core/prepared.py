"""Hot reads as server-side prepared statements: planned once per connection instead of once per request.

The driver never prepares by itself, and to plan a join of five tables takes Postgres several times as long as to run
it. A `Prepared` is compiled once per process; a connection sends it as PREPARE at its first use and as EXECUTE from
then on. Its rows come straight from the driver, as named tuples.

What is planned must hold for every value, so constants of the statement stay constants (a partial index is found by
them) and only what is a `bindparam` without a value becomes a parameter. Plans are generic from the first execution
(`plan_cache_mode`): to choose anew each time would be to plan anew each time.
"""

import re
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from hashlib import blake2b
from typing import Any

import orjson
import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    SQLColumnExpression,
    any_,
    bindparam,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

# Statements that one connection keeps; beyond them the one unused for longest is given up.
KEPT = 100
# What a pooler or DISCARD ALL made of a statement that we believe to be there, and the other way round.
UNKNOWN_STATEMENT, DUPLICATE_STATEMENT = "26000", "42P05"
# "cached plan must not change result type": a migration changed a column's type since.
STALE_PLAN = "0A000"
# With the cast of small numbers that the dialect writes behind them.
_PARAMETER = re.compile(r"\$(\d+)(::(?:SMALLINT|INTEGER)(?!\[))?")
# The base dialect, not the driver's: it numbers parameters as PREPARE wants them.
_DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

Values = Mapping[str, Any]


def among_parameter(column: SQLColumnExpression[int], name: str) -> ColumnElement[bool]:
    """`column = any(:name)`, one array whatever the number of ids."""
    return column == any_(bindparam(name, type_=ARRAY(BigInteger)))


class Prepared:
    """A SELECT with explicit columns whose `bindparam`s without a value are its parameters.

    `make` builds the statement at the first use, when every table is known. The same object serves every connection
    of the process; keep it in a module or in a cache that is bounded.
    """

    def __init__(self, make: Callable[[], Select[*tuple[Any, ...]]]) -> None:
        self._make = make

    def all(self, s: Session, values: Values) -> list[Any]:
        """Every row, as a named tuple of its columns. Raises what a Session raises (sqlalchemy.exc.DBAPIError)."""
        rows = _fetch(s.connection(), self, values)
        make_row, parsed = self._row, self._parsed
        if not parsed:
            return [make_row(row) for row in rows]
        return [make_row(_parse(row, parsed)) for row in rows]

    def first(self, s: Session, values: Values) -> Any:
        """The first row or None, for statements by a unique key."""
        rows = self.all(s, values)
        return rows[0] if rows else None

    @cached_property
    def sql(self) -> str:
        """The statement with `$1` for its parameters, each with its type."""
        return self._compiled[0]

    @cached_property
    def name(self) -> str:
        """Follows from the text, so that behind a pooler nobody's statement of this name is another one."""
        return f"parley_{blake2b(self.sql.encode(), digest_size=9).hexdigest()}"

    @cached_property
    def parameters(self) -> list[str]:
        """Their names in the order of their numbers."""
        return self._compiled[1]

    @cached_property
    def execute(self) -> str:
        """What runs it where it is prepared; the driver fills in the values."""
        values = ", ".join(f"%({name})s" for name in self.parameters)
        return f"EXECUTE {self.name} ({values})" if values else f"EXECUTE {self.name}"

    @cached_property
    def direct(self) -> str:
        """What runs it unprepared; the driver fills in the values."""
        return self._compiled[2]

    @cached_property
    def _statement(self) -> Select[*tuple[Any, ...]]:
        return self._make()

    @cached_property
    def _compiled(self) -> tuple[str, list[str], str]:
        compiled: Any = self._statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        names: list[str] = []
        for name in compiled.positiontup:
            if compiled.binds[name].required and name not in names:
                names.append(name)

        def written(found: re.Match[str], *, numbered: bool) -> str:
            name = compiled.positiontup[int(found[1]) - 1]
            bind = compiled.binds[name]
            if not bind.required:
                constant = str(bind.type.dialect_impl(_DIALECT).literal_processor(_DIALECT)(bind.value))
                return (constant if numbered else constant.replace("%", "%%")) + (found[2] or "")
            place = f"${names.index(name) + 1}" if numbered else f"%({name})s"
            # A number from an address may be larger than the column's type: it is found nowhere, and no error.
            wide = BigInteger() if isinstance(bind.type, Integer) else bind.type
            return f"{place}::{wide.compile(_DIALECT)}"

        text = str(compiled)
        prepared = _PARAMETER.sub(partial(written, numbered=True), text)
        return prepared, names, _PARAMETER.sub(partial(written, numbered=False), text.replace("%", "%%"))

    @cached_property
    def _row(self) -> Callable[[Sequence[Any]], Any]:
        # Named at run time after the columns, so that a row is read as one of SQLAlchemy's is.
        made: Any = namedtuple("Row", self._statement.selected_columns.keys())  # type: ignore[misc]  # noqa: PYI024
        make: Callable[[Sequence[Any]], Any] = made._make
        return make

    @cached_property
    def _parsed(self) -> tuple[int, ...]:
        """The columns that the driver hands over as JSON text, as SQLAlchemy asks it to."""
        columns = enumerate(self._statement.selected_columns)
        return tuple(i for i, column in columns if isinstance(column.type, JSON))


def _parse(row: Sequence[Any], columns: Sequence[int]) -> list[Any]:
    found = list(row)
    for i in columns:
        if isinstance(found[i], str):
            found[i] = orjson.loads(found[i])
    return found


def _fetch(connection: Connection, statement: Prepared, values: Values) -> list[tuple[Any, ...]]:
    driver: Any = connection.connection.dbapi_connection
    # Whoever counts statements through SQLAlchemy's events sees these, too, with the Prepared as their context; to
    # prepare one is not another.
    for note in connection.engine.dispatch.before_cursor_execute:
        with driver.cursor() as cursor:
            note(connection, cursor, statement.direct, values, statement, False)
    idle = driver.get_transaction_status() == TRANSACTION_STATUS_IDLE
    # Inside a transaction a refusal costs the transaction, so nothing is risked there: prepared is what comes first.
    if not idle or not connection.engine.get_execution_options().get("prepared", False):
        return _send(connection, statement.direct, values)
    kept: OrderedDict[str, None] = connection.info.setdefault("prepared", OrderedDict())
    try:
        return _execute(connection, statement, values, kept)
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) not in (UNKNOWN_STATEMENT, DUPLICATE_STATEMENT, STALE_PLAN):
            raise
    # Nothing was done yet but what failed, so it can be done again from the beginning.
    driver.rollback()
    kept.clear()
    _send(connection, "DEALLOCATE ALL", None, rows=False)
    return _execute(connection, statement, values, kept)


def _execute(
    connection: Connection, statement: Prepared, values: Values, kept: "OrderedDict[str, None]"
) -> list[tuple[Any, ...]]:
    if statement.name in kept:
        kept.move_to_end(statement.name)
    else:
        if len(kept) >= KEPT:
            _send(connection, f"DEALLOCATE {kept.popitem(last=False)[0]}", None, rows=False)
        _send(connection, f"PREPARE {statement.name} AS {statement.sql}", None, rows=False)
        kept[statement.name] = None
    return _send(connection, statement.execute, values)


def _send(
    connection: Connection, text: str, values: Values | None, *, rows: bool = True
) -> list[tuple[Any, ...]]:
    """Run one text on the driver's own cursor: SQLAlchemy's costs more than Postgres does here.

    Errors are raised as SQLAlchemy raises them.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, values)
        found: Any = cursor.fetchall() if rows else []
        return found  # type: ignore[no-any-return]
    except psycopg2.Error as error:
        raise _translated(connection, text, error) from error
    finally:
        cursor.close()


def _translated(connection: Connection, text: str, error: psycopg2.Error) -> DBAPIError:
    dialect: Any = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    found: Any = DBAPIError.instance(
        text, None, error, psycopg2.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    return found  # type: ignore[no-any-return]
