"""One schema of OpenAPI 3.1 in the words of OpenAPI 3.0."""

from typing import Any

Json = dict[str, Any]

# Keywords of JSON Schema 2020-12 that constrain and that no 3.0 schema can express.
UNSAYABLE = {
    "$defs",
    "$dynamicRef",
    "$dynamicAnchor",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
}
# Notes that constrain nothing.
DROPPED = {"$anchor", "$comment", "$id", "$schema"}
# Keywords whose values are data, not schemas.
DATA = {"default", "enum", "example", "required", "discriminator", "xml", "externalDocs"}


class NoCounterpartError(ValueError):
    """The 3.1 document says something that 3.0 cannot say."""


def schema_twin(schema: Any, *, answer: bool = False) -> Json:
    """One schema of 3.1 in the words of 3.0. `answer`: its objects say that they may have further properties."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    unsayable = UNSAYABLE & set(schema)
    if unsayable:
        raise NoCounterpartError(f"{sorted(unsayable)} in {schema}")
    result: Json = {}
    for key, value in schema.items():
        if key not in DROPPED:
            result[key] = _keyword(key, value, answer=answer)
    for step in (_types, _constant, _examples, _bounds, _binary, _nothing, _reference):
        result = step(result)
    if result.get("type") == "array":
        result.setdefault("items", {})
    if answer and "properties" in result:
        result.setdefault("additionalProperties", True)
    return result


def _keyword(key: str, value: Any, *, answer: bool) -> Any:
    match key:
        case _ if key in DATA or key.startswith("x-"):
            return value
        case "properties":
            return {name: schema_twin(inner, answer=answer) for name, inner in value.items()}
        case "anyOf" | "oneOf" | "allOf":
            # The schema of null alone is dealt with by the schema around it.
            return [
                inner if inner == {"type": "null"} else schema_twin(inner, answer=answer) for inner in value
            ]
        case "items" | "not":
            return schema_twin(value, answer=answer)
        case "additionalProperties":
            return value if isinstance(value, bool) else schema_twin(value, answer=answer) or True
    return value


def _types(schema: Json) -> Json:
    """`type: [T, "null"]` is a nullable T; several types are alternatives."""
    types = schema.get("type")
    if types == "null":
        raise NoCounterpartError(f"null alone in {schema}")
    if not isinstance(types, list):
        return schema
    named = [name for name in types if name != "null"]
    if not named:
        raise NoCounterpartError(f"null alone in {schema}")
    if len(named) == 1:
        schema = schema | {"type": named[0]}
    elif "anyOf" in schema:
        raise NoCounterpartError(f"several types beside anyOf in {schema}")
    else:
        schema = {k: v for k, v in schema.items() if k != "type"} | {"anyOf": [{"type": n} for n in named]}
    return schema | {"nullable": True} if "null" in types else schema


def _constant(schema: Json) -> Json:
    if "const" not in schema:
        return schema
    return {k: v for k, v in schema.items() if k != "const"} | {"enum": [schema["const"]]}


def _examples(schema: Json) -> Json:
    if "examples" not in schema:
        return schema
    rest = {k: v for k, v in schema.items() if k != "examples"}
    return (
        {**rest, "example": schema["examples"][0]} if schema["examples"] and "example" not in rest else rest
    )


def _bounds(schema: Json) -> Json:
    """An exclusive bound is a number in 3.1 and a flag beside the inclusive one in 3.0: the narrower one stays."""
    result = dict(schema)
    for inclusive, exclusive, narrower in (
        ("minimum", "exclusiveMinimum", max),
        ("maximum", "exclusiveMaximum", min),
    ):
        bound = schema.get(exclusive)
        if bound is None:
            continue
        del result[exclusive]
        if inclusive not in schema or narrower(bound, schema[inclusive]) == bound:
            result |= {inclusive: bound, exclusive: True}
    return result


def _binary(schema: Json) -> Json:
    """Bytes are `format: binary`, and in base64 `format: byte`."""
    encoding, media = schema.get("contentEncoding"), schema.get("contentMediaType")
    rest = {k: v for k, v in schema.items() if k not in ("contentEncoding", "contentMediaType")}
    if encoding is None and media is None:
        return schema
    if encoding not in (None, "base64"):
        raise NoCounterpartError(f"contentEncoding {encoding}")
    return rest | {"type": "string", "format": "binary" if encoding is None else "byte"}


def _nothing(schema: Json) -> Json:
    """`anyOf` with null is nullable: a single other option is then the schema itself, or `allOf` of its reference."""
    for key in ("anyOf", "oneOf"):
        options = schema.get(key, [])
        left = [option for option in options if option != {"type": "null"}]
        if len(left) == len(options):
            continue
        if not left:
            raise NoCounterpartError(f"null alone in {schema}")
        rest = {k: v for k, v in schema.items() if k != key} | {"nullable": True}
        if len(left) > 1:
            schema = {**rest, key: left}
        elif "$ref" in left[0]:
            schema = {**rest, "allOf": left}
        elif set(left[0]) & set(rest):
            schema = {**rest, "allOf": [left[0] | {"nullable": True}]}
        else:
            schema = left[0] | rest
            if "enum" in schema:
                # What is nullable is null only where the enum, too, says so.
                schema["enum"] = [*schema["enum"], None]
    return schema


def _reference(schema: Json) -> Json:
    """In 3.0 everything beside `$ref` is ignored, so what stands there moves outside of it."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    rest = {k: v for k, v in schema.items() if k != "$ref"}
    return rest | {"allOf": [*rest.get("allOf", []), {"$ref": schema["$ref"]}]}
