"""The change feed over HTTP."""

from collections.abc import Mapping
from typing import Any

from api.core import outbox, problems
from api.core.api import Blueprint, Call, anyone
from api.core.db import transaction
from api.core.problems import Problem
from api.events.queries import describe, reader_of
from api.events.schemas import FeedOut, FeedQuery, StreamQuery

bp = Blueprint("events", "What happened, in order")
LAST_EVENT_ID: Mapping[str, Any] = {
    "in": "header",
    "name": "Last-Event-ID",
    "required": False,
    "description": "The id of the last event that arrived, as EventSource sends it; wins over `after`.",
    "schema": {"type": "string", "maxLength": 64},
}
problems.register({"stream_unavailable": "The event stream does not run here; poll the feed instead"})


@bp.operation(
    "GET", "/events", access=anyone(), query=FeedQuery, answer=(200, FeedOut), ready=True, problems=(410,)
)
def list_events(call: Call) -> dict[str, Any]:
    """List what happened after a cursor, in order."""
    with transaction() as s:
        feed = outbox.read(s, call.query["after"], call.query["limit"], reader=reader_of(call.actor))
        return {"items": describe(s, feed), "next": feed.next, "resume": feed.resume}


@bp.operation(
    "GET", "/events/stream", access=anyone(), query=StreamQuery, answer=(200, None), caching="never",
    media_type="text/event-stream", problems=(501,), headers=(LAST_EVENT_ID,),
)  # fmt: skip
def stream_events(call: Call) -> None:
    """Hear what happens as it happens, as server-sent events.

    Servers pass this address to the process that holds streams open; where an ordinary worker gets it, there is none.
    """
    raise Problem(501, "stream_unavailable")
