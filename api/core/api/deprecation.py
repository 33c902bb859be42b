"""How something of the API is announced to go: RFC 9745 and RFC 8594, in headers and in the document."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Self

from flask import Flask, Response, g

SHORTEST_NOTICE_MONTHS = 6
EXTENSION = "x-deprecation"


@dataclass(frozen=True)
class Deprecation:
    """Deprecated on the day `since`, answered until the day `sunset`; `link` is a page that says what to use instead.

    Raises ValueError where less than six months lie between the days.
    """

    since: dt.date
    sunset: dt.date
    link: str

    def __post_init__(self) -> None:
        if self.sunset < months_after(self.since, SHORTEST_NOTICE_MONTHS):
            raise ValueError(f"{self.sunset} is less than {SHORTEST_NOTICE_MONTHS} months after {self.since}")

    def headers(self) -> dict[str, str]:
        """Deprecation, Sunset and the Link to the page."""
        return {
            "Deprecation": f"@{calendar.timegm(self.since.timetuple())}",
            "Sunset": format_datetime(_midnight(self.sunset), usegmt=True),
            "Link": f'<{self.link}>; rel="deprecation"; type="text/html"',
        }

    def document(self) -> dict[str, Any]:
        """What the document says about the operation, parameter or property that goes."""
        days = {"since": self.since.isoformat(), "sunset": self.sunset.isoformat(), "link": self.link}
        return {"deprecated": True, EXTENSION: days}

    @classmethod
    def read(cls, node: Mapping[str, Any]) -> Self | None:
        """The announcement that a part of a document carries; None where it is not to go."""
        if not node.get("deprecated") or EXTENSION not in node:
            return None
        days = node[EXTENSION]
        since, sunset = (dt.date.fromisoformat(days[key]) for key in ("since", "sunset"))
        return cls(since, sunset, days["link"])


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def init_app(app: Flask) -> None:
    """Announce on every answer of a deprecated operation, refusals included."""

    @app.after_request
    def announce(response: Response) -> Response:
        deprecation: Deprecation | None = g.get("deprecation")
        if deprecation is not None:
            for name, value in deprecation.headers().items():
                already = f"{response.headers[name]}, " if name in response.headers else ""
                response.headers[name] = already + value
        return response
