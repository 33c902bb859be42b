"""From marshmallow's nested messages to the flat list of coded errors that problem+json carries."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.core.api.schema import Coded

# Marshmallow's own sentences that our fields do not replace.
_UNKNOWN = "Unknown field."
_CODES = {
    "Missing data for required field.": "required",
    _UNKNOWN: "unknown_field",
    "Field may not be null.": "null_not_allowed",
    "Not a valid string.": "invalid_type",
    "Not a valid integer.": "invalid_type",
    "Not a valid list.": "invalid_type",
    "Not a valid mapping type.": "invalid_type",
    "Invalid input type.": "invalid_type",
    "Not a valid email address.": "invalid_email",
    "Not a valid URL.": "invalid_url",
}


def coded_errors(messages: Any, location: str) -> list[dict[str, Any]]:
    """All errors of one schema, as {in, pointer or name, code, params, detail}.

    `location` is "body", "query", "path" or "header"; only bodies have JSON pointers.
    """
    return [_error(path, message, location) for path, message in _walk(messages, ())]


def _walk(messages: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # Marshmallow files what is wrong with the whole under this name, and a field that is called so, too.
            whole = key == "_schema" and inner != [_UNKNOWN]
            yield from _walk(inner, path if whole else (*path, key))
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _walk(message, path)
    else:
        yield path, messages


def _error(path: tuple[Any, ...], message: str, location: str) -> dict[str, Any]:
    code = message.code if isinstance(message, Coded) else _CODES.get(str(message), "invalid")
    params = message.params if isinstance(message, Coded) else {}
    error: dict[str, Any] = {"in": location, "code": code, "params": params, "detail": str(message)}
    if location == "body":
        error["pointer"] = "".join("/" + _shown(p).replace("~", "~0").replace("/", "~1") for p in path)
    else:
        error["name"] = _shown(path[0]) if path else ""
    return error


def _shown(name: Any) -> str:
    """A name as the caller wrote it; half a surrogate pair, which no JSON in UTF-8 can carry, becomes U+FFFD."""
    return str(name).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
