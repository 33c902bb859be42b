"""What of a schema a client can no longer rely on: of a request what it may send, of an answer what it may get."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.compatibility.findings import Finding, Going

Json = dict[str, Any]
Direction = Literal["request", "answer"]
NUMBERS = ("minimum", "maximum")
# keyword -> the rule that is broken where a request's limit becomes narrower.
UPPER = {"maxLength": "maximum_lowered", "maxItems": "maximum_lowered", "maximum": "maximum_lowered"}
LOWER = {"minLength": "minimum_raised", "minItems": "minimum_raised", "minimum": "minimum_raised"}
NOTHING = object()


@dataclass
class Comparison:
    """Compares schemas of two documents in one direction; each pair of named schemas once."""

    old: Json
    new: Json
    direction: Direction
    going: Going
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def compare(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        """Every finding about a schema and what is inside it."""
        old, new = _nullable(old), _nullable(new)
        if "$ref" in old or "$ref" in new:
            yield from self._named(old, new, where)
            return
        yield from self._types(old, new, where)
        yield from self._values(old, new, where)
        yield from self._limits(old, new, where)
        rules = {"format": "format_changed"} | (
            {"default": "default_changed"} if self.direction == "request" else {}
        )
        for keyword, rule in rules.items():
            if old.get(keyword, NOTHING) != new.get(keyword, NOTHING):
                yield Finding(rule, where, f"{keyword} was {_say(old, keyword)}, is {_say(new, keyword)}")
        yield from self._properties(old, new, where)
        yield from self._inside(old, new, where)

    def _named(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        names = [schema.get("$ref", "#/an unnamed schema").rsplit("/", 1)[1] for schema in (old, new)]
        if names[0] != names[1]:
            yield Finding("schema_renamed", where, f"was {names[0]}, is {names[1]}")
        yield from self._null(old.get("nullable", False), new.get("nullable", False), where)
        targets = (_target(self.old, old), _target(self.new, new))
        if (names[0], names[1]) not in self._seen:
            self._seen.add((names[0], names[1]))
            yield from self.compare(*targets, names[0] if "$ref" in old else where)

    def _null(self, was: bool, now: bool, where: str) -> Iterator[Finding]:
        if self.direction == "request" and was and not now:
            yield Finding("null_refused", where, "may no longer be null")
        if self.direction == "answer" and now and not was:
            yield Finding("null_possible", where, "may be null now")

    def _types(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = _types(old), _types(new)
        if was or now:
            yield from self._null("null" in was, "null" in now, where)
        narrow, wide = (was, now) if self.direction == "request" else (now, was)
        left = (narrow or ANY) - (wide or ANY) - {"null"}
        if left - ({"integer"} if "number" in wide else set()):
            yield Finding("type_changed", where, f"was {sorted(was)}, is {sorted(now)}")

    def _values(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = _enum(old), _enum(new)
        if self.direction == "request" and now is not None:
            if was is None:
                yield Finding("values_closed", where, f"takes {now} alone now")
            elif lost := [value for value in was if value not in now]:
                yield Finding("value_removed", where, f"no longer takes {lost}")
        if self.direction == "answer" and was is not None:
            added = ["others"] if now is None else [value for value in now if value not in was]
            if added:
                yield Finding("value_added", where, f"a closed list got {added}")

    def _limits(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        if self.direction == "answer":
            for keyword in NUMBERS:
                if keyword in old and _beyond(keyword, old[keyword], new.get(keyword)):
                    yield Finding(
                        "range_widened", where, f"{keyword} was {old[keyword]}, is {_say(new, keyword)}"
                    )
            return
        for limits in (UPPER, LOWER):
            for keyword, rule in limits.items():
                if keyword in new and _beyond(keyword, new[keyword], old.get(keyword)):
                    yield Finding(rule, where, f"{keyword} was {_say(old, keyword)}, is {new[keyword]}")
        for keyword in ("pattern", "multipleOf", "uniqueItems"):
            if new.get(keyword) and new[keyword] != old.get(keyword):
                yield Finding(
                    "pattern_changed", where, f"{keyword} was {_say(old, keyword)}, is {new[keyword]}"
                )

    def _properties(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", [])), set(new.get("required", []))
        for name, schema in was.items():
            place = f"{where}.{name}"
            if name not in now:
                if not self.going.may_go(schema):
                    yield Finding("property_removed", place, "is gone")
                continue
            yield from self.going.compare(schema, now[name], place)
            if self.direction == "answer" and name in needed - needs:
                yield Finding("property_optional", place, "may be absent now")
            yield from self.compare(schema, now[name], place)
        if self.direction == "request":
            for name in sorted(needs - needed):
                yield Finding("input_required", f"{where}.{name}", "is required now")
            if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
                yield Finding("properties_closed", where, "takes no further properties now")

    def _inside(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        if "items" in old and "items" in new:
            yield from self.compare(old["items"], new["items"], f"{where}[]")
        more = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(more[0], dict) and isinstance(more[1], dict):
            yield from self.compare(more[0], more[1], f"{where}.*")
        for keyword in ("anyOf", "oneOf", "allOf", "not"):
            if old.get(keyword) != new.get(keyword):
                yield Finding("alternatives_changed", where, f"{keyword} is another")


ANY = {"string", "number", "integer", "boolean", "object", "array"}


def _types(schema: Json) -> set[str]:
    declared = schema.get("type", [])
    found = {declared} if isinstance(declared, str) else set(declared)
    return found | ({"null"} if schema.get("nullable") else set())


def _enum(schema: Json) -> list[Any] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else [value for value in values if value is not None]


def _beyond(keyword: str, inner: float, outer: float | None) -> bool:
    """Whether one limit lies inside of another; None is no limit."""
    if outer is None:
        return True
    return inner < outer if keyword.startswith("max") else inner > outer


def _nullable(schema: Json) -> Json:
    """`anyOf` of a schema and null as that schema, nullable."""
    options = schema.get("anyOf", [])
    left = [option for option in options if option != {"type": "null"}]
    if len(left) == 1 and len(options) == 2:
        return {key: value for key, value in schema.items() if key != "anyOf"} | left[0] | {"nullable": True}
    return schema


def _target(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def _say(schema: Json, keyword: str) -> str:
    return repr(schema[keyword]) if keyword in schema else "not given"
