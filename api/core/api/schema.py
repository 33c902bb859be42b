"""Schemas for what comes in and what goes out, and fields whose refusals have codes."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from marshmallow import EXCLUDE, RAISE, ValidationError, fields

from api.core.api.described import Described
from api.core.clock import to_wire
from api.text.clean import CharacterRefused, nfc

MAX_ID = 2**53 - 1
MAX_LIST = 100
# Stricter than fromisoformat, which takes weeks, dates alone, and eight digits followed by anything.
RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE
)


class Coded(str):
    """A message with the stable code and the parameters that clients translate."""

    __slots__ = ("code", "params")
    code: str
    params: dict[str, Any]

    def __new__(cls, message: str, code: str, **params: Any) -> Self:
        """A string that also knows its code."""
        coded = super().__new__(cls, message)
        coded.code = code
        coded.params = params
        return coded


def refuse(message: str, code: str, **params: Any) -> ValidationError:
    """A ValidationError whose message carries a code."""
    return ValidationError([Coded(message, code, **params)])


class In(Described):
    """A request body: what is not declared is refused."""

    class Meta:
        unknown = RAISE


class Query(Described):
    """Query parameters: what is not declared is refused."""

    from_text = True

    class Meta:
        unknown = RAISE


class Out(Described):
    """An answer: every property is always present, apart from those marked `included` in their metadata."""

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Write `required` into the document: absent never means null. What is computed is no less a property."""
        super().on_bind_field(field_name, field_obj)
        field_obj.dump_only = False
        field_obj.required = not field_obj.metadata.get("x-included", False)


def _from_text(field: fields.Field[Any]) -> bool:
    """Whether a field's values arrive as texts, as in addresses and forms, and never as JSON."""
    return getattr(field.root, "from_text", False)


class Text(fields.String):
    """A string of `minimum` to `maximum` characters after NFC and, by default, trimming.

    NUL, other control characters Postgres cannot hold, and lone surrogates are refused.
    """

    def __init__(self, *, minimum: int = 0, maximum: int, trim: bool = True, **kwargs: Any) -> None:
        self.minimum, self.maximum, self.trim = minimum, maximum, trim
        metadata = {"minLength": minimum, "maxLength": maximum, **kwargs.pop("metadata", {})}
        if not minimum:
            del metadata["minLength"]
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            text = nfc(value)
        except CharacterRefused as error:
            raise refuse("Contains a character that cannot be stored.", "bad_character") from error
        if self.trim:
            text = text.strip()
        if len(text) > self.maximum:
            message = f"Longer than {self.maximum} characters."
            raise refuse(message, "too_long", max=self.maximum, actual=len(text))
        if len(text) < self.minimum:
            message = f"Shorter than {self.minimum} characters."
            raise refuse(message, "too_short", min=self.minimum, actual=len(text))
        return text


class Number(fields.Integer):
    """A whole number in a range; neither "1" nor true nor 1.0 in a body."""

    def __init__(self, *, minimum: int, maximum: int, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        metadata = {"minimum": minimum, "maximum": maximum, **kwargs.pop("metadata", {})}
        if maximum > 2**31 - 1:
            metadata["format"] = "int64"
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if _from_text(self) and isinstance(value, str) and value.isascii() and value.lstrip("-").isdigit():
            value = int(value[:20])
        if not isinstance(value, int) or isinstance(value, bool):
            raise refuse("Not a whole number.", "invalid_type", expected="integer")
        if not self.minimum <= value <= self.maximum:
            message = f"Not between {self.minimum} and {self.maximum}."
            raise refuse(message, "out_of_range", min=self.minimum, max=self.maximum)
        return value


class Flag(fields.Boolean):
    """true or false, and nothing that looks like it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if _from_text(self):
            value = {"true": True, "false": False}.get(value, value)
        if not isinstance(value, bool):
            raise refuse("Neither true nor false.", "invalid_type", expected="boolean")
        return value


class Choice(fields.String):
    """One of a closed list: an enum in requests, known values only in answers."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        self.choices = choices
        super().__init__(metadata={"enum": list(choices), **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if value not in self.choices:
            raise refuse(f"Not one of {', '.join(self.choices)}.", "unknown_value", known=list(self.choices))
        return value


def describe_choice(_converter: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """A choice of a body that may be null, in apispec's terms: the enum beside null.

    One `enum` that holds null among its strings makes generators write the same enum several times over.
    """
    if not isinstance(field, Choice) or not field.allow_none or isinstance(field.root, Query):
        return {}
    del ret["type"]
    return {"anyOf": [{"type": "string", "enum": ret.pop("enum")}, {"type": "null"}]}


class Items(fields.List[Any]):
    """A list with a largest length; in a query, a parameter that may be repeated."""

    def __init__(
        self, inner: fields.Field[Any], *, maximum: int = MAX_LIST, minimum: int = 0, **kwargs: Any
    ) -> None:
        self.maximum, self.minimum = maximum, minimum
        metadata = {"maxItems": maximum, **kwargs.pop("metadata", {})}
        if minimum:
            metadata["minItems"] = minimum
        super().__init__(inner, metadata=metadata, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            raise refuse("Not a list.", "invalid_type", expected="array")
        if len(value) > self.maximum:
            raise refuse(f"More than {self.maximum} items.", "too_many", max=self.maximum, actual=len(value))
        if len(value) < self.minimum:
            raise refuse(f"Fewer than {self.minimum} items.", "too_few", min=self.minimum, actual=len(value))
        return super()._deserialize(value, attr, data, **kwargs)


class Time(fields.Field[Any]):
    """An instant: RFC 3339 in, always UTC with three decimals and Z out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            metadata={"type": "string", "format": "date-time", **kwargs.pop("metadata", {})}, **kwargs
        )

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_wire(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.datetime:
        try:
            if RFC_3339.fullmatch(value) is None:
                raise ValueError(value)
            return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise refuse("Not a time such as 2026-01-31T12:00:00Z.", "invalid_time") from error


def known_values(*values: str, **kwargs: Any) -> fields.String:
    """A string of an answer that takes these values today; clients ignore what they do not know."""
    metadata = {"x-known-values": list(values), **kwargs.pop("metadata", {})}
    return fields.String(metadata=metadata, **kwargs)


def object_id(**kwargs: Any) -> fields.Integer:
    """An id in an answer."""
    metadata = {"format": "int64", "minimum": 1, "maximum": MAX_ID, **kwargs.pop("metadata", {})}
    return fields.Integer(metadata=metadata, **kwargs)


def count(**kwargs: Any) -> fields.Integer:
    """A stored counter or number in an answer."""
    metadata = {"format": "int64", "minimum": 0, "maximum": MAX_ID, **kwargs.pop("metadata", {})}
    return fields.Integer(metadata=metadata, **kwargs)


def score(**kwargs: Any) -> fields.Integer:
    """A sum of votes in an answer; may be below zero."""
    metadata = {"format": "int64", "minimum": -MAX_ID, "maximum": MAX_ID, **kwargs.pop("metadata", {})}
    return fields.Integer(metadata=metadata, **kwargs)


def page_of(item: type[Out], name: str) -> type[Out]:
    """The schema of one page of a list: {items, next, previous}, always all three."""
    return type(
        name,
        (Out,),
        {
            "__doc__": "One page of a list.",
            "items": fields.List(
                fields.Nested(item),
                metadata={
                    "maxItems": MAX_LIST,
                    "description": "May be fewer than `limit` even where more follow.",
                },
            ),
            "next": fields.String(allow_none=True, metadata={"maxLength": 2048}),
            "previous": fields.String(allow_none=True, metadata={"maxLength": 2048}),
        },
    )


def checked(check: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A validator out of a function of api.text that raises a refusal with `code` and `params`."""

    def validate(value: Any) -> None:
        try:
            check(value)
        except ValueError as error:
            code = getattr(error, "code", "invalid")
            raise refuse(str(error), code, **getattr(error, "params", {})) from error

    return validate


def matching(pattern: str, sentence: str) -> Callable[[Any], None]:
    r"""A validator for strings that a Python pattern matches as a whole; `sentence` says what is wrong with others.

    The pattern stays out of the document, whose patterns are JavaScript's: `\w` means Latin letters alone there.
    """
    whole = re.compile(pattern)

    def validate(value: Any) -> None:
        if value is not None and whole.fullmatch(value) is None:
            raise refuse(sentence, "invalid")

    return validate
