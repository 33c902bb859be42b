"""The same API said in OpenAPI 3.0.3, for generators that do not read 3.1: a pure function of the 3.1 document.

What 3.1 says and 3.0 can say too is said in its way. What 3.0 has no words for is refused, so that the twin never
tells less than the document it is made from.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from api.core.api.schema_twin import NoCounterpartError, schema_twin

VERSION = "3.0.3"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Json = dict[str, Any]


def twin(document: Mapping[str, Any]) -> Json:
    """The 3.0.3 document of a 3.1 document that uses the JSON Schema dialect of OpenAPI; the argument is not changed.

    Raises NoCounterpartError, which names the place, for what 3.0 cannot express.
    """
    schemes = document.get("components", {}).get("securitySchemes", {})
    scoped = {name for name, scheme in schemes.items() if scheme["type"] in ("oauth2", "openIdConnect")}
    result: Json = {"openapi": VERSION, "info": _info(document["info"])}
    for key in ("servers", "tags", "externalDocs"):
        if key in document:
            result[key] = document[key]
    result |= {key: value for key, value in document.items() if key.startswith("x-")}
    if "security" in document:
        result |= _security(document["security"], scoped)
    if document.get("webhooks"):
        raise NoCounterpartError("webhooks")
    result["paths"] = {path: _path_item(item, scoped) for path, item in document.get("paths", {}).items()}
    if "components" in document:
        result["components"] = _components(document)
    return result


def _info(info: Mapping[str, Any]) -> Json:
    """Without `summary`, which is new in 3.1; a licence's SPDX identifier becomes the address of its text."""
    result = {key: value for key, value in info.items() if key != "summary"}
    licence = dict(info.get("license", {}))
    if "identifier" in licence:
        licence["url"] = f"https://spdx.org/licenses/{licence.pop('identifier')}.html"
        result["license"] = licence
    return result


def _components(document: Mapping[str, Any]) -> Json:
    components = document["components"]
    answers = _reached_from_answers(document)
    result: Json = {}
    for kind, members in components.items():
        match kind:
            case "schemas":
                result[kind] = {
                    name: schema_twin(schema, answer=name in answers) for name, schema in members.items()
                }
            case "responses":
                result[kind] = {name: _response(response) for name, response in members.items()}
            case "parameters" | "headers":
                result[kind] = {name: _described(member) for name, member in members.items()}
            case "requestBodies":
                result[kind] = {name: _body(body, answer=False) for name, body in members.items()}
            case "securitySchemes" | "examples":
                result[kind] = members
            case _ if members:
                raise NoCounterpartError(f"components.{kind}")
    return result


def _path_item(item: Mapping[str, Any], scoped: set[str]) -> Json:
    result: Json = {}
    for key, value in item.items():
        if key in METHODS:
            result[key] = _operation(value, scoped)
        elif key == "parameters":
            result[key] = [_described(parameter) for parameter in value]
        else:
            result[key] = value
    return result


def _operation(operation: Mapping[str, Any], scoped: set[str]) -> Json:
    if operation.get("callbacks"):
        raise NoCounterpartError(f"{operation.get('operationId')}: callbacks")
    result: Json = {}
    for key, value in operation.items():
        if key == "parameters":
            result[key] = [_described(parameter) for parameter in value]
        elif key == "requestBody":
            result[key] = _body(value, answer=False)
        elif key == "responses":
            result[key] = {status: _response(response) for status, response in value.items()}
        elif key == "security":
            result |= _security(value, scoped)
        else:
            result[key] = value
    return result


def _security(ways: list[Mapping[str, list[str]]], scoped: set[str]) -> Json:
    """Only OAuth's schemes may list scopes in 3.0; those of the others move to `x-scopes`."""
    moved = [scope for way in ways for name, scopes in way.items() if name not in scoped for scope in scopes]
    result: Json = {
        "security": [{name: scopes if name in scoped else [] for name, scopes in way.items()} for way in ways]
    }
    return result | ({"x-scopes": list(dict.fromkeys(moved))} if moved else {})


def _response(response: Mapping[str, Any]) -> Json:
    return _with_headers(_body(response, answer=True))


def _with_headers(source: Mapping[str, Any]) -> Json:
    """A response, or the encoding of a part of a form."""
    if "headers" not in source:
        return dict(source)
    return {**source, "headers": {name: _described(header) for name, header in source["headers"].items()}}


def _body(body: Mapping[str, Any], *, answer: bool) -> Json:
    """A request body, or a response without its headers."""
    result = dict(body)
    if "content" in body:
        result["content"] = {kind: _media(media, answer=answer) for kind, media in body["content"].items()}
    return result


def _media(media: Mapping[str, Any], *, answer: bool) -> Json:
    result = _one_example(media)
    if "schema" in media:
        result["schema"] = schema_twin(media["schema"], answer=answer)
    if "encoding" in media:
        result["encoding"] = {name: _with_headers(encoding) for name, encoding in media["encoding"].items()}
    return result


def _described(parameter: Mapping[str, Any]) -> Json:
    """A parameter or a header."""
    result = _one_example(parameter)
    if "schema" in parameter:
        result["schema"] = schema_twin(parameter["schema"])
    if "content" in parameter:
        result |= _body({"content": parameter["content"]}, answer=False)
    return result


def _one_example(source: Mapping[str, Any]) -> Json:
    """A single named example becomes `example`, which more generators read; several stay as they are."""
    result = dict(source)
    named = list(source.get("examples", {}).values())
    if len(named) == 1 and set(named[0]) <= {"value", "summary", "description"}:
        del result["examples"]
        result["example"] = named[0]["value"]
    return result


def _reached_from_answers(document: Mapping[str, Any]) -> set[str]:
    """Names of the schemas that some response leads to."""
    schemas = document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    queue = [
        reference
        for item in document.get("paths", {}).values()
        for method, operation in item.items()
        if method in METHODS
        for reference in _references(operation.get("responses", {}))
    ]
    queue += _references(document.get("components", {}).get("responses", {}))
    while queue:
        name = queue.pop().rsplit("/", 1)[1]
        if name in schemas and name not in found:
            found.add(name)
            queue += _references(schemas[name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
