"""Parts of an address that vary: whole numbers written in one way only, and short strings."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from api.core.api.schema import MAX_ID

# Longer than the longest name, slug or token that stands in an address.
MAX_SEGMENT = 255


class WholeNumber(IntegerConverter):
    """0 to the largest id in plain digits, without leading zeros: what is written otherwise is no address."""

    regex = r"(?:0|[1-9][0-9]{0,15})"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_ID)


class Segment(UnicodeConverter):
    """Everything up to the next slash, as far as it is of a sane length."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, maxlength=MAX_SEGMENT)


def describe_number(_converter: WholeNumber) -> dict[str, Any]:
    """The schema of a number in a path."""
    return {"type": "integer", "format": "int64", "minimum": 0, "maximum": MAX_ID}


def describe_segment(_converter: Segment) -> dict[str, Any]:
    """The schema of a string in a path."""
    return {"type": "string", "minLength": 1, "maxLength": MAX_SEGMENT}
