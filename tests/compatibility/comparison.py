"""Finds what breaks clients between two OpenAPI 3.1 documents; docs/api-compatibility.md says the same in words."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from tests.compatibility.findings import Finding, Going
from tests.compatibility.schemas import Comparison

Json = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
# How a parameter is written where the document does not say.
FORM = {"query": ("form", True), "path": ("simple", False), "header": ("simple", False)}


def breaking_changes(old: Json, new: Json, today: dt.date) -> list[Finding]:
    """Every change of the API from `old` to `new` that can break a client, in order; none where the list is empty.

    What `old` marks as deprecated may be gone from `new` when its sunset is not after `today`.
    """
    return sorted(set(_Documents(old, new, Going(today)).findings()))


class _Documents:
    def __init__(self, old: Json, new: Json, going: Going) -> None:
        self.old, self.new, self.going = old, new, going
        self.requests = Comparison(old, new, "request", going)
        self.answers = Comparison(old, new, "answer", going)

    def findings(self) -> Iterator[Finding]:
        """All of them."""
        if self.old.get("servers") != self.new.get("servers"):
            yield Finding("address_changed", "servers", f"was {self.old.get('servers')}")
        schemes = [
            document.get("components", {}).get("securitySchemes", {}) for document in (self.old, self.new)
        ]
        for name, scheme in schemes[0].items():
            if scheme != schemes[1].get(name):
                yield Finding("sign_in_changed", name, f"was {scheme}, is {schemes[1].get(name)}")
        for path, item in self.old["paths"].items():
            for method in METHODS:
                if method in item:
                    yield from self._operation(path, method)

    def _operation(self, path: str, method: str) -> Iterator[Finding]:
        old, new = _merged(self.old, path, method), _merged(self.new, path, method)
        where = f"{method.upper()} {path}"
        if new is None:
            if not self.going.may_go(old):
                yield Finding("operation_removed", where, "is gone")
            return
        yield from self.going.compare(old, new, where)
        if old["operationId"] != new["operationId"]:
            yield Finding("operation_id_changed", where, f"was {old['operationId']}, is {new['operationId']}")
        if old.get("tags") != new.get("tags"):
            yield Finding("tag_changed", where, f"was {old.get('tags')}, is {new.get('tags')}")
        yield from _security(old, new, where)
        yield from self._parameters(old, new, where)
        yield from self._body(old, new, where)
        yield from self._responses(old, new, where)

    def _parameters(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = ({(p["in"], p["name"]): p for p in op["parameters"]} for op in (old, new))
        for key, parameter in was.items():
            place = f"{where} {key[0]} {key[1]}"
            if key not in now:
                if not self.going.may_go(parameter):
                    yield Finding("parameter_removed", place, "is gone")
                continue
            yield from self.going.compare(parameter, now[key], place)
            if _form(parameter) != _form(now[key]):
                yield Finding(
                    "parameter_form_changed", place, f"was {_form(parameter)}, is {_form(now[key])}"
                )
            yield from self.requests.compare(parameter["schema"], now[key]["schema"], place)
        for key, parameter in now.items():
            if parameter.get("required") and not was.get(key, {}).get("required"):
                yield Finding("parameter_required", f"{where} {key[0]} {key[1]}", "is required now")

    def _body(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = old.get("requestBody"), new.get("requestBody")
        if was is None or now is None:
            if was is not None:
                yield Finding("body_removed", where, "takes no body now")
            elif now is not None and now.get("required"):
                yield Finding("body_added", where, "demands a body now")
            return
        if now.get("required") and not was.get("required"):
            yield Finding("body_required", where, "demands its body now")
        yield from self._content(self.requests, was, now, f"{where} body")

    def _responses(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = old["responses"], new["responses"]
        for status, answer in was.items():
            if status not in now:
                yield Finding("status_removed", f"{where} {status}", "is gone")
                continue
            yield from self._headers(answer, now[status], f"{where} {status}")
            yield from self._content(self.answers, answer, now[status], f"{where} {status}")
        for status in now.keys() - was.keys():
            if status < "400":
                yield Finding("success_added", f"{where} {status}", "is new")

    def _headers(self, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = old.get("headers", {}), new.get("headers", {})
        for name, header in was.items():
            if name not in now:
                yield Finding("header_removed", f"{where} {name}", "is gone")
            elif _resolved(self.old, header).get("required") and not _resolved(self.new, now[name]).get(
                "required"
            ):
                yield Finding("header_optional", f"{where} {name}", "may be absent now")

    @staticmethod
    def _content(comparison: Comparison, old: Json, new: Json, where: str) -> Iterator[Finding]:
        was, now = old.get("content", {}), new.get("content", {})
        gone = was.keys() - now.keys()
        # A client asks for no media type, so an answer of another kind is not one it can read.
        if gone or (comparison.direction == "answer" and now.keys() - was.keys()):
            yield Finding("media_type_changed", where, f"was {sorted(was)}, is {sorted(now)}")
        for kind in was.keys() & now.keys():
            yield from comparison.compare(was[kind].get("schema", {}), now[kind].get("schema", {}), where)


def _merged(document: Json, path: str, method: str) -> Any:
    """An operation with the parameters of its path; None where there is none."""
    item = document["paths"].get(path, {})
    if method not in item:
        return None
    own: Json = item[method]
    return own | {"parameters": [*item.get("parameters", []), *own.get("parameters", [])]}


def _resolved(document: Json, header: Json) -> Json:
    if "$ref" not in header:
        return header
    found: Json = document["components"]["headers"][header["$ref"].rsplit("/", 1)[1]]
    return found


def _form(parameter: Json) -> tuple[str, bool]:
    style, explode = FORM[parameter["in"]]
    return parameter.get("style", style), parameter.get("explode", explode)


def _security(old: Json, new: Json, where: str) -> Iterator[Finding]:
    was, now = old.get("security", []), new.get("security", [])
    if (not was or {} in was) and now and {} not in now:
        yield Finding("sign_in_required", where, "is not for everybody any more")
    # Each way in that there was must still be one: some way that asks for no more than it did.
    # What anonymous readers may do does not count: a token without the scope is refused even there.
    ways = [way for way in now if way] or now
    for way in was:
        if way and ways and not any(_asks_no_more(other, way) for other in ways):
            yield Finding("scope_required", where, f"{way} does not suffice, {now} is asked for")


def _asks_no_more(now: Json, was: Json) -> bool:
    return all(name in was and set(scopes) <= set(was[name]) for name, scopes in now.items())
