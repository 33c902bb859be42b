"""The document keeps to the rules that generated clients were seen to need."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.house.conftest import Json

MAX_ID = 2**53 - 1
ALWAYS = {"400", "413", "414", "422", "429", "431", "500", "503"}
# Answers without an end are no JSON.
STREAMS = {"/api/v1/events/stream"}
CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)*")
# Repeating these does what was asked once more, or nothing: no thing is made, and no answer is worth keeping.
NOT_RETRIED = {
    "login",
    "logout",
    "changePassword",
    "reauthenticate",
    "refreshSession",
    "previewPost",
    "countTopicView",
}
# Schemas of answers whose properties are free by nature: parameters of a sentence, reasons by ability.
OPEN_OBJECTS = {"params", "viewer_why", "data", "meta"}


def walk(schema: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every schema inside a schema with its path, references not followed."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from walk(inner, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        yield from walk(schema.get(key), f"{path}[{key}]")
    for key in ("anyOf", "oneOf", "allOf"):
        for number, inner in enumerate(schema.get(key, [])):
            yield from walk(inner, f"{path}[{key} {number}]")


def references(node: Any) -> set[str]:
    """Names of the schemas that a part of the document refers to."""
    if isinstance(node, dict):
        own = {node["$ref"].rsplit("/", 1)[1]} if "/schemas/" in node.get("$ref", "") else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def reached(document: Json, start: set[str]) -> dict[str, Json]:
    """The named schemas that these lead to."""
    found: dict[str, Json] = {}
    queue = list(start)
    while queue:
        name = queue.pop()
        if name not in found:
            found[name] = document["components"]["schemas"][name]
            queue += references(found[name])
    return found


@pytest.fixture(scope="session")
def answer_schemas(document, operations) -> dict[str, Json]:
    """Every schema of an answer, by name."""
    return reached(document, set().union(*(references(op["responses"]) for _, _, op in operations)))


@pytest.fixture(scope="session")
def request_schemas(document, operations) -> dict[str, Json]:
    """Every schema of a request's body, by name."""
    return reached(document, set().union(*(references(op.get("requestBody", {})) for _, _, op in operations)))


def test_the_document_is_valid_openapi(document):
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_has_a_name_of_its_own(operations):
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)
    assert [name for name in names if not CAMEL.fullmatch(name)] == []


def test_every_operation_has_a_summary_and_one_tag(operations, document):
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in operations:
        assert operation.get("summary", "").strip(), (method, path)
        assert len(operation["tags"]) == 1, (method, path)
        assert operation["tags"][0] in tags, (method, path)


def test_every_operation_has_its_security_with_a_scope(operations):
    for method, path, operation in operations:
        assert "security" in operation, (method, path)
        if not operation["security"]:
            # Whoever signs up, in or on needs no token, and a stale one must not be in the way.
            assert path.startswith("/api/v1/auth/"), (method, path)
            continue
        ways = [way for way in operation["security"] if way]
        assert ways == [{"bearer": [scope]} for way in ways for scope in way["bearer"]], (method, path)
        assert ways, (method, path)


def test_every_operation_lists_all_its_statuses(operations):
    for method, path, operation in operations:
        statuses = set(operation["responses"])
        assert statuses >= ALWAYS, (method, path, ALWAYS - statuses)
        # Where a token is read, it may be a bad one; where none is, some refuse what the body says instead.
        assert statuses >= {"401", "403"} or not any(operation["security"]), (method, path)
        assert "default" not in statuses, (method, path)
        assert len([s for s in statuses if "200" <= s < "300"]) == 1, (method, path)
        if "requestBody" in operation:
            assert statuses >= {"411", "413", "415", "422"}, (method, path)
        if "{" in path:
            assert "404" in statuses, (method, path)
        headers = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        if "If-Match" in headers:
            assert "412" in statuses, (method, path)
        if "If-None-Match" in headers:
            assert "304" in statuses, (method, path)
        if "Idempotency-Key" in headers:
            assert "409" in statuses, (method, path)


def test_every_status_has_one_media_type_and_a_named_schema(operations):
    for method, path, operation in operations:
        for status, answer in operation["responses"].items():
            content = answer.get("content", {})
            expected = 0 if status in ("204", "301", "304") else 1
            assert len(content) == expected, (method, path, status)
            if operation["operationId"] == "streamEvents" and status == "200":
                # Server-sent events are the one answer that is no JSON.
                assert set(content) == {"text/event-stream"}
                continue
            for kind, media in content.items():
                if status == "200" and path in STREAMS:
                    assert kind == "text/event-stream", (method, path, status)
                    continue
                wanted = "application/json" if status < "400" else "application/problem+json"
                assert kind == wanted, (method, path, status)
                assert set(media["schema"]) == {"$ref"}, (method, path, status)


def test_creating_says_where(operations):
    for method, path, operation in operations:
        created = operation["responses"].get("201")
        if created is not None and not path.startswith("/api/v1/auth/"):
            assert "Location" in created["headers"], (method, path)


def test_nothing_is_deleted_with_a_body(operations):
    for method, path, operation in operations:
        if method in ("DELETE", "GET"):
            assert "requestBody" not in operation, (method, path)


def test_lists_are_pages_with_all_three_parts(operations, document):
    """What has a cursor has {items, next, previous}, a limit of 1 to 100 and a Link header."""
    for method, path, operation in operations:
        parameters = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}
        if "cursor" not in parameters:
            continue
        answer = operation["responses"]["200"]
        name = answer["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        schema = document["components"]["schemas"][name]
        assert {"items", "next", "previous"} <= set(schema["required"]), (method, path)
        assert "Link" in answer["headers"], (method, path)
        limit = parameters["limit"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 30), (method, path)


def test_answers_have_every_property_always(answer_schemas):
    for name, schema in answer_schemas.items():
        for path, inner in walk(schema, name):
            properties = inner.get("properties", {})
            optional = {p for p, s in properties.items() if s.get("x-included")}
            assert set(inner.get("required", [])) == set(properties) - optional, path


def test_answers_close_nothing_that_may_grow(answer_schemas):
    for name, schema in answer_schemas.items():
        for path, inner in walk(schema, name):
            assert "enum" not in inner, path
            assert "const" not in inner, path
            assert not {"oneOf", "allOf", "discriminator"} & set(inner), path
            assert not inner.get("readOnly"), path
            extra = inner.get("additionalProperties")
            assert extra is None or (extra == {} and path.rsplit(".", 1)[-1] in OPEN_OBJECTS), path


def test_what_may_be_null_says_so_in_the_way_of_3_1(answer_schemas):
    for name, schema in answer_schemas.items():
        for path, inner in walk(schema, name):
            assert "nullable" not in inner, path
            options = inner.get("anyOf")
            if options is not None:
                assert len(options) == 2, path
                assert set(options[0]) == {"$ref"}, path
                assert options[1] == {"type": "null"}, path


def test_generators_name_types_after_their_schemas(answer_schemas, request_schemas):
    """A title beside the name is taken for the name by some of them."""
    titled = [name for name, schema in (answer_schemas | request_schemas).items() if "title" in schema]
    assert titled == []


def test_no_enum_holds_null(request_schemas):
    """Some generators write such an enum three times; null stands beside it."""
    for name, schema in request_schemas.items():
        for path, inner in walk(schema, name):
            assert None not in inner.get("enum", []), path


def test_no_parameter_is_ever_null(operations):
    for method, path, operation in operations:
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            assert isinstance(schema.get("type"), str), (method, path, parameter["name"])
            assert None not in schema.get("enum", []), (method, path, parameter["name"])
            assert schema.get("default", ...) is not None, (method, path, parameter["name"])


def test_every_string_and_list_of_a_request_has_a_maximum(request_schemas, operations):
    places = [(name, schema) for name, schema in request_schemas.items()]
    places += [
        (f"{method} {path} {parameter['name']}", parameter["schema"])
        for method, path, operation in operations
        for parameter in operation["parameters"]
    ]
    for name, schema in places:
        for path, inner in walk(schema, name):
            types = inner.get("type", [])
            types = [types] if isinstance(types, str) else types
            if "string" in types and "enum" not in inner and inner.get("format") != "date-time":
                assert "maxLength" in inner, path
            if "array" in types:
                assert "maxItems" in inner, path
            if "integer" in types:
                assert {"minimum", "maximum"} <= set(inner), path


def test_every_list_of_an_answer_has_a_maximum(answer_schemas):
    for name in answer_schemas.keys() - {"Problem"}:
        for path, inner in walk(answer_schemas[name], name):
            if inner.get("type") == "array" and path.endswith(".items"):
                assert "maxItems" in inner, path


def test_ids_are_64_bits_wide_and_fit_a_double(answer_schemas, operations):
    for name, schema in answer_schemas.items():
        for property_, inner in schema.get("properties", {}).items():
            types = inner.get("type", [])
            if (property_ == "id" or property_.endswith("_id")) and "integer" in types:
                assert inner.get("format") == "int64", f"{name}.{property_}"
                assert inner.get("maximum") == MAX_ID, f"{name}.{property_}"
    for method, path, operation in operations:
        for parameter in operation["parameters"]:
            if parameter["in"] == "path" and parameter["schema"]["type"] == "integer":
                assert parameter["schema"].get("format") == "int64", (method, path, parameter["name"])
                assert parameter["schema"].get("maximum") == MAX_ID, (method, path, parameter["name"])


def test_what_goes_in_and_what_comes_out_are_named_apart(answer_schemas, request_schemas):
    assert set(answer_schemas) & set(request_schemas) == set()


def test_no_schema_is_left_over(document, answer_schemas, request_schemas):
    assert set(document["components"]["schemas"]) == set(answer_schemas) | set(request_schemas)


def test_the_document_is_the_same_for_every_installation(document):
    assert document["servers"] == [{"url": "/"}]
    assert "127.0.0.1" not in str(document["info"])


def test_patterns_mean_the_same_in_every_language(request_schemas, answer_schemas):
    """JSON Schema's patterns are JavaScript's, where \\Z is the letter Z and \\w knows Latin letters alone."""
    for name, schema in (request_schemas | answer_schemas).items():
        for path, inner in walk(schema, name):
            pattern = inner.get("pattern", "")
            assert not re.search(r"\\[AZzwWdDbBpP]|\(\?[^:]", pattern), path
            assert pattern == "" or (pattern[0], pattern[-1]) == ("^", "$"), path


def test_a_stranger_is_told_what_everything_means(document, operations):
    """Each parameter and property has a sentence; what is an object, and what the caller can do, has its schema's."""
    for method, path, operation in operations:
        assert not [p["name"] for p in operation["parameters"] if not p.get("description")], (method, path)
        for status, answer in operation["responses"].items():
            assert answer["description"], (method, path, status)
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description"), name
        for property_, inner in schema["properties"].items():
            if not {"$ref", "anyOf"} & set(inner) and not name.endswith("CanOut"):
                assert inner.get("description"), f"{name}.{property_}"
    for name, header in document["components"]["headers"].items():
        assert header["description"], name
        assert header["example"], name


def test_sentences_are_sentences(document):
    for name, schema in document["components"]["schemas"].items():
        for property_, inner in schema["properties"].items():
            sentence = inner.get("description", "Fine.")
            assert sentence[-1] in ".`" or sentence[-1].isalnum(), f"{name}.{property_}"
            assert sentence[0] == sentence[0].upper(), f"{name}.{property_}"


def test_names_are_in_snake_case(document, operations):
    """Headers apart, whose names are HTTP's."""
    names = [name for schema in document["components"]["schemas"].values() for name in schema["properties"]]
    names += [p["name"] for _, _, op in operations for p in op["parameters"] if p["in"] != "header"]
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []


# Names of types that some language has already, as far as a forum might want them.
TAKEN = {
    "Object",
    "String",
    "List",
    "Map",
    "Set",
    "Error",
    "Exception",
    "File",
    "Event",
    "Date",
    "Response",
    "Request",
}


def test_no_schema_is_called_like_a_type_of_a_language(document):
    assert set(document["components"]["schemas"]) & TAKEN == set()


def test_schemas_are_named_for_what_they_are_used_for(answer_schemas, request_schemas):
    assert [n for n in answer_schemas if not n.endswith("Out") and not n.startswith("Problem")] == []
    assert [n for n in request_schemas if n.endswith("Out")] == []


def test_every_operation_says_its_headers(operations):
    for method, path, operation in operations:
        sent = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        for status, answer in operation["responses"].items():
            headers = set(answer["headers"])
            assert headers >= {"X-Request-Id", "RateLimit", "RateLimit-Policy", "Cache-Control"}, (
                path,
                status,
            )
            expected = {
                "301": {"Location"}, "304": {"ETag"}, "401": {"WWW-Authenticate"}, "412": {"ETag"},
                "429": {"Retry-After"}, "503": {"Retry-After"},
            }.get(status, set())  # fmt: skip
            assert headers >= expected, (method, path, status)
            if status < "300" and "If-None-Match" in sent:
                assert "ETag" in headers, (method, path)
            if status < "300" and "Idempotency-Key" in sent:
                assert "Idempotent-Replayed" in headers, (method, path)


def test_every_creation_and_act_can_be_retried_and_every_read_asked_for_changes(operations):
    """Those of a session's own tokens apart, whose answers nobody keeps."""
    for method, path, operation in operations:
        sent = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        if method == "GET" and "304" not in operation["responses"]:
            assert operation["operationId"] in {"listSessions", "streamEvents"}, path
        if method == "POST" and "Idempotency-Key" not in sent:
            assert operation["operationId"] in NOT_RETRIED, path


def test_files_are_parts_of_a_form_and_nothing_else_is(operations, document):
    """No operation takes JSON and a form, and bytes appear in forms alone."""
    for method, path, operation in operations:
        kinds = set(operation.get("requestBody", {}).get("content", {}))
        assert len(kinds) <= 1, (method, path)
        assert kinds <= {"application/json", "multipart/form-data"}, (method, path)
    forms = reached(
        document,
        {
            name
            for _, _, operation in operations
            for name in references(
                operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {})
            )
        },
    )
    for name, schema in document["components"]["schemas"].items():
        for path, inner in walk(schema, name):
            assert name in forms or inner.get("format") != "binary", path


def test_small_numbers_are_ranges(document, operations):
    """An enum of integers becomes a type of its own in every generator."""
    schemas = dict(document["components"]["schemas"])
    schemas |= {f"{p['name']} of {path}": p["schema"] for _, path, op in operations for p in op["parameters"]}
    for name, schema in schemas.items():
        for path, inner in walk(schema, name):
            assert not [v for v in inner.get("enum", []) if isinstance(v, int)], path
            assert inner.get("format") != "uri", path
