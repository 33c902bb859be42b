"""From the OpenAPI document to what its human pages show: operations by tag, schemas, examples for curl."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
# An example that goes deeper explains less.
MAX_EXAMPLE_DEPTH = 4
_EXAMPLES: dict[str, Any] = {"string": "..", "integer": 1, "number": 1.0, "boolean": True, "null": None}


@dataclass(frozen=True)
class Kind:
    """The type of a value in words; `schema` names the schema that `text` ends with, where it is one."""

    text: str
    schema: str | None = None
    suffix: str = ""


@dataclass(frozen=True)
class Field:
    """One parameter or property."""

    name: str
    where: str
    kind: Kind
    required: bool
    limits: str
    description: str


@dataclass(frozen=True)
class AnswerLine:
    """One status an operation answers with."""

    status: str
    description: str
    kind: Kind | None
    headers: list[str]


@dataclass(frozen=True)
class Shown:
    """A real answer: its status, the problem's code where it is one, its JSON."""

    status: str
    name: str
    text: str


@dataclass(frozen=True)
class Operation:
    """One operation, ready to show."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    parameters: list[Field]
    body: list[Field]
    body_schema: str | None
    body_required: bool
    successes: list[AnswerLine]
    problems: list[AnswerLine]
    curl: str
    shown: list[Shown]
    sunset: str
    """The last day of a deprecated operation; "" for others."""


@dataclass
class Section:
    """The operations of one tag."""

    name: str
    description: str
    operations: list[Operation] = field(default_factory=list)


@dataclass(frozen=True)
class SchemaView:
    """One named schema and its properties."""

    name: str
    description: str
    fields: list[Field]


def sections(doc: Json, address: str) -> list[Section]:
    """The operations by tag, in the document's order of tags. `address` is the public one, for curl."""
    found = {tag["name"]: Section(tag["name"], tag.get("description", "")) for tag in doc.get("tags", [])}
    for path, item in doc["paths"].items():
        for method in METHODS:
            if method in item:
                name = (item[method].get("tags") or [""])[0]
                section = found.setdefault(name, Section(name, ""))
                section.operations.append(_operation(doc, path, method, address=address))
    return [section for section in found.values() if section.operations]


def schemas(doc: Json) -> list[SchemaView]:
    """All named schemas, by name."""
    return [
        SchemaView(name, schema.get("description", ""), fields_of(schema))
        for name, schema in sorted(doc["components"]["schemas"].items())
    ]


def _operation(doc: Json, path: str, method: str, *, address: str) -> Operation:
    source: Json = doc["paths"][path][method]
    shared = doc["paths"][path].get("parameters", [])
    body = _body_schema(source)
    answers = [_answer(status, answer) for status, answer in source["responses"].items()]
    return Operation(
        id=source.get("operationId", f"{method}{path}"),
        method=method.upper(),
        path=path,
        summary=source.get("summary", "").rstrip("."),
        description=source.get("description", ""),
        access=_access(source.get("security", [])),
        parameters=[_parameter(resolved(doc, p)) for p in [*shared, *source.get("parameters", [])]],
        body=fields_of(resolved(doc, body)) if body else [],
        body_schema=_ref_name(body) if body else None,
        body_required=source.get("requestBody", {}).get("required", False),
        successes=[a for a in answers if a.status < "400"],
        problems=[a for a in answers if a.status >= "400"],
        curl=_curl(doc, path, method, address=address),
        shown=list(_shown(source)),
        sunset=source.get("x-deprecation", {}).get("sunset", ""),
    )


def _shown(source: Json) -> Iterator[Shown]:
    for status, answer in source["responses"].items():
        for name, value in _examples(answer).items():
            yield Shown(
                status, "" if name == "answer" else name, json.dumps(value, indent=2, ensure_ascii=False)
            )


def _examples(shown: Json) -> dict[str, Any]:
    """The examples of a body or an answer, by name."""
    media: Json = next(iter(shown.get("content", {}).values()), {})
    return {name: example["value"] for name, example in media.get("examples", {}).items()}


def _body_schema(source: Json) -> Json | None:
    content = source.get("requestBody", {}).get("content", {})
    return next((media["schema"] for media in content.values()), None)


def _access(security: list[Json]) -> str:
    if not security:
        return "anyone; no token is read"
    scopes = " ".join(scope for way in security for scope in way.get("bearer", []))
    if {} in security:
        return "anyone" + (f"; a token needs the scope {scopes}" if scopes else "")
    return f"signed in; a token needs the scope {scopes}"


def _parameter(source: Json) -> Field:
    schema = source.get("schema", {})
    return Field(
        name=source["name"],
        where=source["in"],
        kind=kind_of(schema),
        required=source.get("required", False),
        limits=limits_of(schema),
        description=source.get("description", schema.get("description", "")),
    )


def fields_of(schema: Json) -> list[Field]:
    """The properties of an object schema."""
    required = set(schema.get("required", []))
    return [
        Field(name, "", kind_of(inner), name in required, limits_of(inner), inner.get("description", ""))
        for name, inner in schema.get("properties", {}).items()
    ]


def _answer(status: str, source: Json) -> AnswerLine:
    media = next(iter(source.get("content", {}).values()), None)
    kind = kind_of(media["schema"]) if media else None
    return AnswerLine(str(status), source.get("description", ""), kind, sorted(source.get("headers", {})))


def kind_of(schema: Json) -> Kind:
    """The type of a schema in words: "integer", "list of", "Topic or null"."""
    if "$ref" in schema:
        return Kind("", _ref_name(schema))
    options = schema.get("anyOf") or schema.get("allOf") or schema.get("oneOf")
    if options:
        kind = kind_of(next((option for option in options if option.get("type") != "null"), {}))
        return Kind(kind.text, kind.schema, " or null" if len(options) > 1 else kind.suffix)
    types = _types(schema)
    if "array" in types:
        inner = kind_of(schema.get("items", {}))
        return Kind(f"list of {inner.text}", inner.schema, inner.suffix)
    text = " or ".join(types) or "any value"
    return Kind(f"{text} ({schema['format']})" if "format" in schema else text)


def _types(schema: Json) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _ref_name(schema: Json) -> str | None:
    reference = schema.get("$ref")
    return reference.rsplit("/", 1)[1] if reference else None


def limits_of(schema: Json) -> str:
    """The limits of a value in words; "" where it has none."""
    return "; ".join(_limits(schema))


def _limits(schema: Json) -> Iterator[str]:
    for low, high, unit in (
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
        ("minimum", "maximum", ""),
    ):
        if low in schema and high in schema:
            yield f"{schema[low]} to {schema[high]}{unit}"
        elif high in schema:
            yield f"at most {schema[high]}{unit}"
        elif low in schema:
            yield f"at least {schema[low]}{unit}"
    values = schema.get("enum") or schema.get("items", {}).get("enum")
    known = schema.get("x-known-values") or schema.get("items", {}).get("x-known-values")
    if values:
        yield "one of " + ", ".join(str(v) for v in values)
    if known:
        yield "known values: " + ", ".join(str(v) for v in known)
    if "default" in schema:
        yield f"default {json.dumps(schema['default'], ensure_ascii=False)}"


def resolved(doc: Json, schema: Json) -> Json:
    """What a reference points at; anything else as it is."""
    while "$ref" in schema:
        target: Any = doc
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def example(doc: Json, schema: Json, depth: int = 0) -> Any:
    """A small value that the schema accepts: required properties only."""
    schema = resolved(doc, schema)
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(doc, schema["anyOf"][0], depth)
    kind = next(iter(_types(schema)), "string")
    if kind == "object" or "properties" in schema:
        required = schema.get("required", []) or list(schema.get("properties", {}))[:1]
        if depth >= MAX_EXAMPLE_DEPTH:
            return {}
        return {name: example(doc, schema["properties"][name], depth + 1) for name in required}
    if kind == "array":
        return [example(doc, schema.get("items", {}), depth + 1)] if depth < MAX_EXAMPLE_DEPTH else []
    if kind == "integer":
        return max(1, schema.get("minimum", 1)) if schema.get("maximum", 1) >= 1 else schema["maximum"]
    return _EXAMPLES.get(kind)


def _curl(doc: Json, path: str, method: str, *, address: str) -> str:
    source: Json = doc["paths"][path][method]
    body = _body_schema(source)
    lines = ["curl" if method == "get" else f"curl -X {method.upper()}", f"'{address}{path}'"]
    if {} not in source.get("security", [{}]):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if body is not None:
        real = _examples(source["requestBody"]).values()
        value = json.dumps(next(iter(real), None) or example(doc, body), ensure_ascii=False).replace(
            "'", r"'\''"
        )
        lines += ["-H 'Content-Type: application/json'", f"-d '{value}'"]
    return " \\\n  ".join([" ".join(lines[:2]), *lines[2:]])
