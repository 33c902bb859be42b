"""Time as the edges read it. Below routes, commands and tasks it is an argument, never asked for."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present in UTC, with its zone."""
    return datetime.now(UTC)


def to_wire(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z` and exactly three decimals, cut off and never rounded up into the future."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone cannot be written.")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"
