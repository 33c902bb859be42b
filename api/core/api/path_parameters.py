"""Parts of an address that vary: whole numbers written in one way only, and short strings."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from api.core.api.schema import MAX_ID

# Longer than the longest name, slug or token that stands in an address.
MAX_SEGMENT = 255


class WholeNumber(IntegerConverter):
    """0 to the largest id in plain digits, without leading zeros: what is written otherwise is no address."""

    # One digit less than the largest id has: what the pattern lets through but the maximum does not would be answered
    # 405 instead of 404 wherever the address takes several methods, because werkzeug looks at methods first.
    regex = r"(?:0|[1-9][0-9]{0,14})"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_ID)


class Segment(UnicodeConverter):
    """Everything up to the next slash, as far as it is of a sane length and can be stored."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, maxlength=MAX_SEGMENT)
        # Nothing in the database has NUL in its name, and Postgres refuses to look for it.
        self.regex = rf"[^/\x00]{{1,{MAX_SEGMENT}}}"


def describe_number(_converter: WholeNumber) -> dict[str, Any]:
    """The schema of a number in a path."""
    return {"type": "integer", "format": "int64", "minimum": 0, "maximum": MAX_ID}


def describe_segment(_converter: Segment) -> dict[str, Any]:
    """The schema of a string in a path."""
    return {"type": "string", "minLength": 1, "maxLength": MAX_SEGMENT}
