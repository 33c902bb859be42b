"""The event log: one ordered record of what happened, written in the transaction that made it happen.

Order is (xid, id): the transaction's id, then the row's. A reader stops below the oldest transaction that still runs
(`pg_snapshot_xmin`), since everything below it has settled and nothing can come to stand there any more; so a cursor
never passes a row that only becomes visible later. A plain id cursor would miss rows, and an id cursor below xmin
too: an older transaction may draw a later id.

What this asks of writers: lock the topic's row before the first write (two events on one topic then keep their causal
order), and commit large work in batches (an open write anywhere in the cluster holds every reader back).

A cursor is `<epoch>-<xid>-<id>`. Transaction ids start anew in a restored cluster, so a restore gives the log a new
epoch, and the cursors of the old one are refused with the place to go on from.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from api.core.db import apart
from api.core.models import Event, Setting, Xid8, xid8
from api.core.problems import Problem, register

# Listeners wake up on this; the payload is empty, since they read the log anyway.
CHANNEL = "parley_events"
RETENTION = timedelta(days=90)
# How much of the log one call walks at most, so that a reader who may see little of it still gets an answer soon.
SCAN_ROWS = 5_000
EPOCH, FLOOR = "events.epoch", "events.floor"
PUBLIC, MODERATORS = 0, -1

register(
    {
        "cursor_reset": "The event log began anew",
        "cursor_expired": "The events after this cursor are no longer kept",
    }
)

_CURSOR = re.compile(r"(?P<epoch>[0-9a-f]{8})-(?P<xid>[0-9]{1,20})-(?P<id>[0-9]{1,19})")
_XMIN: ColumnElement[int] = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=Xid8)
_PLACE = tuple_(Event.xid, Event.id)


@dataclass(frozen=True, order=True)
class Place:
    """A place in the log: after the row that it names."""

    xid: int
    id: int


BEGINNING = Place(0, 0)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose eyes read: what is public or for moderators in these categories, and what is for this user."""

    categories: Sequence[int] = ()
    user_id: int | None = None
    moderator: bool = False
    everything: bool = False
    """Our own jobs only, which ask for rights themselves when they act."""


@dataclass(frozen=True)
class Feed:
    """A stretch of the log. `next` is None when there is no more now; `resume` always says where to go on."""

    events: Sequence[Event]
    next: str | None
    resume: str
    epoch: str

    def id_of(self, event: Event) -> str:
        """An event's id for clients, which is the cursor that stands after it."""
        return _write(self.epoch, Place(event.xid, event.id))


def emit(
    s: Session,
    type: str,
    *,
    actor_id: int | None,
    now: datetime,
    topic_id: int | None = None,
    post_id: int | None = None,
    number: int | None = None,
    category_id: int | None = None,
    audience: int = PUBLIC,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one event into the session's transaction and wake the listeners when it commits.

    `type` is a past-tense name (`topic.opened`). Events are thin: ids and versions, never text. `audience` is 0 for
    whoever sees the category, a user's id, or -1 for moderators who see the category.
    """
    values = {
        "at": now,
        "type": type,
        "actor_id": actor_id,
        "topic_id": topic_id,
        "post_id": post_id,
        "number": number,
        "category_id": category_id,
        "audience": audience,
        "version": version,
        "data": dict(data or {}),
    }
    written = insert(Event).values(values).returning(Event.id).cte("written")
    s.execute(select(func.pg_notify(CHANNEL, ""), written.c.id))


def read(s: Session, after: str, limit: int, *, reader: Reader) -> Feed:
    """Up to `limit` events after a cursor, "earliest" or "latest", in order, as far as `reader` may see them.

    400 invalid_cursor for what was never a cursor; 410 with `resume` in its parameters for cursor_reset (a restored
    log) and cursor_expired (older than what is kept).
    """
    epoch, floor = _epoch(s), _floor(s)
    if after == "latest":
        return Feed([], None, _write(epoch, _head(s, floor)), epoch)
    place = floor if after == "earliest" else _read_cursor(after, epoch, floor)
    walked, full = _walk(s, place)
    if walked is None:
        return Feed([], None, _write(epoch, place), epoch)
    statement = (
        select(Event)
        .where(_sql(place) < _PLACE, _sql(walked) >= _PLACE, _visible(reader))
        .order_by(Event.xid, Event.id)
        .limit(limit)
    )
    events = s.scalars(statement).all()
    stopped = len(events) == limit
    end = _write(epoch, Place(events[-1].xid, events[-1].id) if stopped else walked)
    return Feed(events, end if stopped or full else None, end, epoch)


def unsettled(s: Session) -> bool:
    """Whether committed events wait for an older transaction to end; a listener then polls again soon."""
    return bool(s.scalar(select(select(Event.id).where(Event.xid >= _XMIN).exists())))


def restart(s: Session) -> None:
    """Begin a new epoch after a restore: the old transaction ids mean nothing in the new cluster."""
    s.execute(update(Event).values(xid=xid8(0)))
    _remember(s, EPOCH, secrets.token_hex(4))
    s.execute(delete(Setting).where(Setting.key == FLOOR))


def purge(s: Session, now: datetime, batch: int = SCAN_ROWS) -> int:
    """Forget a batch of events older than RETENTION, and remember up to where; how many they were."""
    settled = (
        select(Event.xid, Event.id, Event.at)
        .where(Event.xid < _XMIN)
        .order_by(Event.xid, Event.id)
        .limit(batch)
    )
    rows = s.execute(settled).all()
    old = [Place(row.xid, row.id) for row in rows if row.at < now - RETENTION]
    if not old:
        return 0
    # The log is cut at one place, so that a cursor is either good or expired: an import's old dates do not matter.
    young = [Place(row.xid, row.id) for row in rows if row.at >= now - RETENTION]
    old = [place for place in old if not young or place < young[0]]
    if not old:
        return 0
    s.execute(delete(Event).where(_sql(old[-1]) >= _PLACE))
    _remember(s, FLOOR, [str(old[-1].xid), str(old[-1].id)])
    return len(old)


def _walk(s: Session, place: Place) -> tuple[Place | None, bool]:
    """The last settled row of the stretch after a place, and whether the stretch is as long as it may be."""
    stretch = (
        select(Event.xid, Event.id)
        .where(_sql(place) < _PLACE, Event.xid < _XMIN)
        .order_by(Event.xid, Event.id)
        .limit(SCAN_ROWS)
        .subquery()
    )
    count = select(func.count()).select_from(stretch).scalar_subquery()
    row = s.execute(
        select(stretch, count).order_by(stretch.c.xid.desc(), stretch.c.id.desc()).limit(1)
    ).one_or_none()
    return (None, False) if row is None else (Place(row[0], row[1]), row[2] == SCAN_ROWS)


def _head(s: Session, floor: Place) -> Place:
    newest = (
        select(Event.xid, Event.id)
        .where(Event.xid < _XMIN)
        .order_by(Event.xid.desc(), Event.id.desc())
        .limit(1)
    )
    row = s.execute(newest).one_or_none()
    return floor if row is None else Place(row[0], row[1])


def _visible(reader: Reader) -> ColumnElement[bool]:
    if reader.everything:
        return literal(True)
    in_category = or_(Event.category_id.is_(None), Event.category_id.in_(list(reader.categories)))
    return or_(
        and_(Event.audience == PUBLIC, in_category),
        false() if reader.user_id is None else Event.audience == reader.user_id,
        and_(Event.audience == MODERATORS, in_category) if reader.moderator else false(),
    )


def _sql(place: Place) -> Any:
    return tuple_(xid8(place.xid), literal(place.id))


def _write(epoch: str, place: Place) -> str:
    return f"{epoch}-{place.xid}-{place.id}"


def _read_cursor(written: str, epoch: str, floor: Place) -> Place:
    found = _CURSOR.fullmatch(written)
    if found is None or int(found["xid"]) >= 2**64 or int(found["id"]) >= 2**63:
        error = {"in": "query", "name": "after", "code": "invalid_cursor", "params": {}}
        detail = "Use `resume`, `next`, an event's id, `earliest` or `latest`."
        raise Problem(400, "invalid_cursor", errors=[{**error, "detail": detail}])
    resume = {"resume": _write(epoch, floor)}
    if found["epoch"] != epoch:
        raise Problem(410, "cursor_reset", params=resume)
    place = Place(int(found["xid"]), int(found["id"]))
    if place < floor:
        raise Problem(410, "cursor_expired", params=resume)
    return place


def _epoch(s: Session) -> str:
    found: str | None = s.scalar(select(Setting.value).where(Setting.key == EPOCH))
    if found is not None:
        return found
    # Two first readers at once agree on whichever wins. Apart, because a refused reader's transaction is rolled back,
    # and the place to go on from that the refusal names must be one in the epoch that stays.
    with apart() as own:
        own.execute(upsert(Setting).values(key=EPOCH, value=secrets.token_hex(4)).on_conflict_do_nothing())
    return str(s.scalar(select(Setting.value).where(Setting.key == EPOCH)))


def _floor(s: Session) -> Place:
    found = s.scalar(select(Setting.value).where(Setting.key == FLOOR))
    return BEGINNING if found is None else Place(int(found[0]), int(found[1]))


def _remember(s: Session, key: str, value: Any) -> None:
    new = upsert(Setting).values(key=key, value=value)
    s.execute(
        new.on_conflict_do_update(
            index_elements=[Setting.key], set_={"value": new.excluded.value, "version": Setting.version + 1}
        )
    )
