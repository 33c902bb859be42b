"""Keyset paging: signed opaque cursors, and the page that a query and a cursor make."""

import base64
import datetime as dt
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, TypeVarTuple, cast

import orjson
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, literal, tuple_

from api.core.keys import derive
from api.core.problems import Problem
from api.core.runtime import settings

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")
SIGNATURE_BYTES = 12
# What says where a page begins, how long it is and how much of each item it shows; all else makes it another list.
UNBOUND = ("limit", "cursor", "from_", "include")


@dataclass(frozen=True)
class Window:
    """One page asked for: how many, from which position (key values of a row, exclusive), which way."""

    limit: int
    binding: str
    position: tuple[Any, ...] | None = None
    backwards: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the list's order, and the cursors to both sides (None where the list ends)."""

    items: Sequence[Row]
    next: str | None
    previous: str | None


def _invalid() -> Problem:
    error = {"in": "query", "name": "cursor", "code": "invalid_cursor", "params": {}}
    return Problem(
        400, "invalid_cursor", errors=[{**error, "detail": "Use a cursor that this very list gave."}]
    )


def _signature(payload: bytes, binding: str) -> bytes:
    key = derive(settings().secret_key, "cursors")
    return hmac.digest(key, binding.encode() + b"\0" + payload, "sha256")[:SIGNATURE_BYTES]


def encode(binding: str, position: Sequence[Any], *, backwards: bool = False) -> str:
    """A cursor for a position in the list that `binding` (route, sort, filters) names."""
    values = [{"t": v.isoformat()} if isinstance(v, dt.datetime) else v for v in position]
    payload = orjson.dumps([int(backwards), *values])
    return base64.urlsafe_b64encode(_signature(payload, binding) + payload).rstrip(b"=").decode()


def decode(binding: str, cursor: str) -> tuple[tuple[Any, ...], bool]:
    """The position and direction of a cursor; 400 invalid_cursor for any other list's, forged or broken."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, _signature(payload, binding)):
            raise _invalid()
        backwards, *values = orjson.loads(payload)
    except ValueError as error:
        raise _invalid() from error
    position = tuple(dt.datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in values)
    return position, bool(backwards)


def window(operation: str, query: dict[str, Any]) -> Window:
    """The Window of a request's query: `limit`, `cursor`, and all else as what the cursor is bound to."""
    bound = {k: v for k, v in query.items() if k not in UNBOUND}
    binding = operation + orjson.dumps(bound, option=orjson.OPT_SORT_KEYS, default=str).decode()
    cursor = query.get("cursor")
    position, backwards = decode(binding, cursor) if cursor else (None, False)
    return Window(query.get("limit", 30), binding, position, backwards)


def seek(
    statement: Select[*Columns], window: Window, keys: Sequence[SQLColumnExpression[Any]], *, descending: bool
) -> Select[*Columns]:
    """Order a statement by its keys (all in one direction, the last one unique) and cut out the window.

    One row more than asked is fetched, which tells whether the list goes on.
    """
    down = descending != window.backwards
    if window.position is not None:
        here = tuple_(*keys)
        columns = cast("Sequence[ColumnElement[Any]]", keys)
        there = tuple_(*(_value(v, k) for v, k in zip(window.position, columns, strict=True)))
        statement = statement.where(here < there if down else here > there)
    order = [k.desc() if down else k.asc() for k in keys]
    return statement.order_by(*order).limit(window.limit + 1)


def _value(value: Any, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, key.type)


def parameters(window: Window, keys: Sequence[SQLColumnExpression[Any]]) -> Window:
    """The same window with parameters in its position's place, named as `position_values` names them."""
    columns = cast("Sequence[ColumnElement[Any]]", keys)
    position = tuple(bindparam(f"position_{i}", type_=k.type) for i, k in enumerate(columns))
    return replace(window, position=position if window.position is not None else None)


def position_values(window: Window) -> dict[str, Any]:
    """What the parameters of a window's position stand for."""
    return {f"position_{i}": value for i, value in enumerate(window.position or ())}


def page(rows: Sequence[Row], window: Window, key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
    """The Page that the fetched rows make; `key` gives a row's key values."""
    more = len(rows) > window.limit
    items = list(rows[: window.limit])
    if window.backwards:
        items.reverse()
    has_next = bool(items) and (more or window.backwards)
    has_previous = bool(items) and window.position is not None and (more or not window.backwards)
    return Page(
        items,
        encode(window.binding, key(items[-1])) if has_next else None,
        encode(window.binding, key(items[0]), backwards=True) if has_previous else None,
    )
