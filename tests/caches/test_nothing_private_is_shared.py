"""Whoever asks after somebody with an account gets what a stranger gets, through the shipped nginx and its cache."""

import gzip
import itertools
import json
import zlib
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest

from tests.caches.secrets import INNER_TAG, OPEN, SECRET, WORD, staged
from tests.contract.operations import operations
from tests.faults.forum import new_database, running

API = "/api/v1"
# What could make a cache or the application take a stranger for somebody else.
STRANGERS = {
    "plain": {},
    "a cookie": {"Cookie": "theme=dark"},
    "a forged session cookie": {
        "Cookie": "__Secure-parley_refresh=x; __Host-parley_page=x; parley_refresh=x"
    },
    "another host": {"Host": "evil.example"},
    "forged forwarding": {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=127.0.0.1;host=evil.example",
        "X-Original-URL": "/api/v1/users/me",
        "X-Rewrite-URL": "/api/v1/users/me",
    },
    "gzip": {"Accept-Encoding": "gzip, br"},
    "no gzip": {"Accept-Encoding": "gzip;q=0"},
    "html": {"Accept": "text/html"},
    "anything": {"Accept": "*/*;q=0.1"},
    "Chinese": {"Accept-Language": "zh-CN"},
    "a range": {"Range": "bytes=0-2000"},
    "a bad token": {"Authorization": "Bearer x"},
    "an empty token": {"Authorization": ""},
    "revalidation": {"Cache-Control": "no-cache", "If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"},
}
# A cache that goes by the look of an address would take these for files.
SUFFIXES = ("/x.css", ".css", ";x.css", "%2fx.css", "/..%2fx.js", "?x.css", "/")
PAGES = ("/", "/t/{topic_id}/x", "/c/{slug}", "/tag/{name}", "/u/{username}", f"/search?q={WORD}")


@pytest.fixture(scope="module")
def forum(postgres, tmp_path_factory):
    from tests.conftest import TEMPLATE

    with running(new_database(postgres, TEMPLATE), tmp_path_factory.mktemp("caches")) as found:
        yield found


@pytest.fixture(scope="module")
def stage(forum):
    return staged(forum)


def addresses(forum, stage):
    """Every GET operation with each value of each parameter, plain and with everything asked for that can be."""
    found = []
    for operation in operations(forum.app):
        if operation.method != "GET":
            continue
        names = list(operation.parameters("path"))
        for values in itertools.product(*(stage.values[name] for name in names)):
            path = API + operation.path.format(**dict(zip(names, map(quote, values), strict=True)))
            found += [path + query for query in queries(operation, stage)]
    for page in PAGES:
        name = page.partition("{")[2].partition("}")[0]
        found += [page.format(**{name: value}) for value in stage.values.get(name, [""])]
    return found


def queries(operation, stage):
    """The query strings of an operation: its least, and one with every include and a filter that leads to secrets."""
    parameters = operation.parameters("query")
    least = [("q", WORD)] if operation.name == "searchForum" else []
    more = [("include", value) for value in parameters.get("include", {}).get("items", {}).get("enum", [])]
    found = [least, least + more] if more else [least]
    if operation.name in ("listTopics", "searchForum"):
        found += [[*least, ("category", stage.values["slug"][1])], [*least, ("tag", INNER_TAG)]]
    if operation.name == "listTopics":
        found += [[("id", topic_id) for topic_id in stage.values["topic_id"]], [("state", "deleted")]]
        found += [[("author", stage.values["username"][0])]]
    if operation.name in ("listTags", "listUsers"):
        found += [[("q", SECRET[:7])]]
    if operation.name == "listEvents":
        found += [[("after", "earliest"), ("limit", "100")]]
    return [f"?{urlencode(pairs)}" if pairs else "" for pairs in found]


def text_of(answer):
    if answer.headers["Content-Encoding"] == "gzip":
        return gzip.decompress(answer.body).decode()
    return answer.body.decode(errors="replace")


def stable(text):
    """A body without what differs from request to request."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if isinstance(found, dict):
        found.pop("request_id", None)
    return found


@dataclass
class Trial:
    """Everything that is tried on one address."""

    forum: object
    path: str
    numbers: object
    strangers: dict[str, dict[str, str]]
    suffixes: tuple[str, ...]
    tried: int = 0
    leaks: list[str] = field(default_factory=list)

    def ask(self, path, method="GET", token=None, **headers):
        self.tried += 1
        headers.setdefault("X-Request-Id", f"mine-{next(self.numbers)}")
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        answer = self.forum.ask(path, method, headers=headers)
        if answer.headers.get_all("X-Request-Id") != [headers["X-Request-Id"]]:
            self.leaks.append(f"{method} {path} carries the id of another request")
        return answer

    def stranger(self, path, what, method="GET", **headers):
        """A stranger's answer, which must show nothing."""
        answer = self.ask(path, method, **headers)
        asked_for = SECRET in path
        shown = text_of(answer) + ("" if asked_for else str(answer.headers))
        # The address that was asked for comes back in a problem document.
        if asked_for:
            shown = shown.replace(path.partition("?")[0], "")
        if SECRET in shown:
            self.leaks.append(f"{method} {path} with {what}: {answer.status} shows a secret")
        if answer.headers.get("Cache-Control", "").startswith("public"):
            # Pages are the view of strangers, whoever asks.
            if headers.get("Authorization") and path.startswith(API):
                self.leaks.append(f"{method} {path} with {what} may be shared")
            if "Set-Cookie" in answer.headers:
                self.leaks.append(f"{method} {path} with {what} is shared with a cookie")
        return answer

    def run(self, viewers):
        """Those with an account first, then strangers, then those again."""
        own = {name: self.ask(self.path, token=token) for name, token in viewers.items()}
        for name, answer in own.items():
            if answer.headers.get("Cache-Control", "").startswith("public") and self.path.startswith(API):
                self.leaks.append(f"GET {self.path} of {name} may be shared")
        for what, headers in self.strangers.items():
            self.stranger(self.path, what, **headers)
        self.stranger(self.path, "HEAD", "HEAD")
        plain = self.stranger(self.path, "plain")
        for name, answer in own.items():
            self._is_told_no_304(name, answer, plain)
        self._and_back(viewers, own, plain)
        self._odd_suffixes(viewers)
        return own

    def _is_told_no_304(self, name, answer, plain):
        """What one viewer's tag says must not stand for what another would be answered."""
        if tag := answer.headers["ETag"]:
            told = self.stranger(self.path, f"the tag of {name}", **{"If-None-Match": tag})
            if told.status == 304 and stable(text_of(plain)) != stable(text_of(answer)):
                self.leaks.append(f"GET {self.path}: the tag of {name} is good for strangers")

    def _and_back(self, viewers, own, plain):
        for (name, token), (other, answer) in itertools.product(
            viewers.items(), [*own.items(), ("nobody", plain)]
        ):
            tag = answer.headers["ETag"]
            if name == other or not tag:
                continue
            told = self.ask(self.path, token=token, **{"If-None-Match": tag})
            if told.status == 304 and stable(text_of(own[name])) != stable(text_of(answer)):
                self.leaks.append(f"GET {self.path}: the tag of {other} is good for {name}")
            if told.status == 200 and SECRET in text_of(own[name]) and SECRET not in text_of(told):
                self.leaks.append(f"GET {self.path}: {name} is answered as a stranger")

    def _odd_suffixes(self, viewers):
        path, _, query = self.path.partition("?")
        for suffix in self.suffixes:
            odd = path + suffix + (f"&{query}" if "?" in suffix else f"?{query}" if query else "")
            self.ask(odd, token=viewers["admin"])
            self.stranger(odd, "an odd suffix")


def test_what_a_member_was_answered_is_never_answered_to_a_stranger(forum, stage, length, figure):
    numbers, disguises, suffixes = (
        itertools.count(1),
        itertools.cycle(STRANGERS.items()),
        itertools.cycle(SUFFIXES),
    )
    tried, leaks, secrets = 0, [], 0
    found = addresses(forum, stage)
    for path in found:
        # The short form goes through the disguises in turn, the long one tries each on each.
        strangers = STRANGERS if length.is_long else dict(itertools.islice(disguises, 4))
        odd = SUFFIXES if length.is_long else (next(suffixes),)
        trial = Trial(forum, path, numbers, strangers, odd)
        own = trial.run(stage.viewers)
        secrets += any(SECRET in text_of(answer) for answer in own.values())
        tried, leaks = tried + trial.tried, leaks + trial.leaks
    files, stored = scan(forum.stack.folder / "nginx-state" / "cache")
    figure(
        f"{len(found)} addresses, {secrets} of them with something private for somebody, {tried} requests: "
        f"{len(leaks)} leaks; {files} files in the cache, {stored.count(SECRET)} with a secret"
    )
    assert leaks == []
    assert secrets > 20, "hardly anything private was asked for"
    assert files > 10
    assert OPEN in stored, "the scan finds what is stored"
    assert SECRET not in stored
    assert not [token for token in stage.viewers.values() if token in stored]


def scan(folder):
    """(how many files a cache holds, their texts without the keys, unpacked)."""
    texts = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            head, _, body = content.partition(b"\r\n\r\n")
            key = head.partition(b"\nKEY: ")[2].partition(b"\n")[0]
            texts.append(head.replace(key, b"").decode(errors="replace"))
            packed = body.startswith(b"\x1f\x8b")
            texts.append(
                (zlib.decompressobj(31).decompress(body) if packed else body).decode(errors="replace")
            )
    return len(texts) // 2, "\n".join(texts)
