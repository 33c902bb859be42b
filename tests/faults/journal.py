"""A journal of writes, and the proof from it: what was acknowledged is there, whole, once; nothing else came to be.

Each write has a line when it is sent and one when it is answered, so whatever is killed, the file knows which writes
were promised to be kept, and which have an unknown outcome.
"""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tests.faults.forum import Author, Forum
from tests.faults.load import Outcome, Request
from tests.servers.stack import PROJECT

API = "/api/v1"
Entry = dict[str, Any]
# What a post consists of besides its row. Each statement finds posts (or traces of them) that are not whole.
HALF_WRITTEN = {
    "text": "select p.id from posts p left join post_texts t on t.post_id = p.id where t.post_id is null",
    "lexemes": "select p.id from posts p left join post_search x on x.post_id = p.id where x.post_id is null",
    "revisions": """
        select p.id from posts p left join post_revisions r on r.post_id = p.id
        group by p.id having count(r.*) <> p.revision or max(r.revision) <> p.revision""",
    "last revision": """
        select p.id from posts p join post_texts t on t.post_id = p.id
        join post_revisions r on r.post_id = p.id and r.revision = p.revision where r.body <> t.body""",
    "event": """
        select p.id from posts p where not exists (select from events e where e.post_id = p.id
        and e.type = case p.number when 0 then 'topic.opened' else 'post.created' end)""",
    "post of an event": """
        select e.post_id from events e where e.post_id is not null
        and not exists (select from posts p where p.id = e.post_id)""",
    "opening": "select t.id from topics t where not exists (select from posts p where p.topic_id = t.id and p.number = 0)",
    "dense numbers": """
        select t.id from topics t join posts p on p.topic_id = t.id group by t.id
        having count(*) <> t.last_number + 1 or min(p.number) <> 0 or max(p.number) <> t.last_number""",
    "vote": "select v.post_id from votes v where not exists (select from posts p where p.id = v.post_id)",
    "object of a key": """
        select k.status from idempotency_keys k where k.status = 201 and k.route like '%/replies'
        and not exists (select from posts p where p.id = (convert_from(k.body, 'UTF8')::json ->> 'id')::bigint)""",
}


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


class Journal:
    """`request` writes the line of what is about to be sent; the Request it returns writes the line of its answer.

    What the forum holds when the journal begins is nobody's concern.
    """

    def __init__(self, path: Path, forum: Forum) -> None:
        self.path = path
        self.before = _texts(forum)
        self._lock = threading.Lock()
        path.touch()
        self._count = 0

    def request(
        self, kind: str, author: Author, method: str, path: str, body: dict[str, Any], **facts: Any
    ) -> Request:
        with self._lock:
            self._count += 1
            n = self._count
        key = f"{kind}-{n}-{digest(str(self.path))}"
        then = facts.pop("then", lambda _: None)
        text = body.get("body")
        line = {"n": n, "kind": kind, "author": author.id, "method": method, "path": path, "key": key}
        self._write(line | facts | ({"hash": digest(text)} if text is not None else {}))

        def note(outcome: Outcome) -> None:
            answer = {"n": n, "status": outcome.status}
            if outcome.acknowledged:
                got = outcome.json()
                answer |= {"id": got["id"], "number": got.get("number")}
            self._write(answer)
            then(outcome)

        given = key if method == "POST" else None
        return Request(method, API + path, token=author.token, key=given, body=body, then=note)

    def _write(self, line: dict[str, Any]) -> None:
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def entries(self) -> list[Entry]:
        """Each write with what was answered, from the file."""
        found: dict[int, Entry] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines():
            facts = json.loads(line)
            found.setdefault(facts["n"], {"status": 0}).update(facts)
        return list(found.values())


@dataclass
class Findings:
    """What a journal proved; every list names what is wrong."""

    acknowledged: int = 0
    unknown: int = 0
    kept: int = 0
    lost: list[str] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    wrong_counters: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} writes acknowledged, lost {len(self.lost)}, half-written {len(self.half_written)}, "
            f"invented {len(self.invented)}, wrong counters {sum(self.wrong_counters.values())}; "
            f"{self.unknown} of unknown outcome, {self.kept} of them kept"
        )

    def assert_whole(self) -> None:
        problems = [*self.lost, *self.half_written, *self.invented]
        assert problems == [], problems[:10]
        assert not any(self.wrong_counters.values()), self.wrong_counters


def prove(forum: Forum, journal: Journal) -> Findings:
    """Look every write up, through the API and in the tables."""
    entries = journal.entries()
    acknowledged = [entry for entry in entries if 200 <= entry["status"] < 300]
    unknown = [entry for entry in entries if entry["status"] == 0 or entry["status"] >= 500]
    findings = Findings(len(acknowledged), len(unknown))
    findings.lost = [
        *_missing_in_the_api(forum, acknowledged, unknown),
        *_missing_in_the_tables(forum, acknowledged),
    ]
    for part, statement in HALF_WRITTEN.items():
        findings.half_written += [f"{part} of {row[0]}" for row in forum.rows(statement)]
    texts = _texts(forum) - journal.before
    known = {entry["hash"]: entry for entry in [*acknowledged, *unknown] if "hash" in entry}
    findings.invented = [
        f"text {text} is there {n} times" for text, n in texts.items() if n > 1 or text not in known
    ]
    findings.invented += _invented_votes(forum, [*acknowledged, *unknown])
    findings.kept = sum(text in known and known[text] in unknown for text in texts)
    findings.wrong_counters = recount(forum)
    return findings


def recount(forum: Forum) -> dict[str, int]:
    """What `parley recount` had to mend."""
    environ = forum.stack.environ
    command = [sys.executable, "-m", "api.cli", "--json", "recount"]
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["mended"]


def _missing_in_the_api(forum: Forum, acknowledged: list[Entry], unknown: list[Entry]) -> Iterator[str]:
    reader = forum.authors(1)[0]
    topics = [row[0] for row in forum.rows("select id from topics order by id")]
    listed = [post for topic_id in topics for post in _posts(forum, reader, topic_id)]
    by_id = {post["id"]: post for post in listed}
    openings = {post["topic_id"]: post for post in listed if post["number"] == 0}
    edited = {entry["post"]: {entry["hash"]} for entry in acknowledged if entry["kind"] == "edit"}
    maybe = {entry["post"]: {entry["hash"]} for entry in unknown if entry["kind"] == "edit"}
    for entry in acknowledged:
        kind = entry["kind"]
        post = openings.get(entry["id"]) if kind == "topic" else by_id.get(entry["id"])
        if post is None:
            yield f"{entry} is nowhere in the API"
        elif kind == "reply" and post["number"] != entry["number"]:
            yield f"{entry} has number {post['number']}"
        elif kind != "vote":
            texts = edited.get(post["id"]) or {entry["hash"]} | maybe.get(post["id"], set())
            if digest(post["body"]) not in texts:
                yield f"{entry} has another text"


def _posts(forum: Forum, author: Author, topic_id: int) -> Iterator[dict[str, Any]]:
    """Every post of a topic, as the API lists them."""
    headers = {"Authorization": f"Bearer {author.token}"}
    topic = forum.ask(f"{API}/topics/{topic_id}?include=body", headers=headers)
    assert topic.status == 200, topic.text
    yield json.loads(topic.body)["post"]
    path = f"{API}/topics/{topic_id}/replies?include=body&limit=100"
    cursor = ""
    while cursor is not None:
        answer = forum.ask(path + (f"&cursor={cursor}" if cursor else ""), headers=headers)
        assert answer.status == 200, answer.text
        page = json.loads(answer.body)
        yield from page["items"]
        cursor = page["next"]


def _missing_in_the_tables(forum: Forum, acknowledged: list[Entry]) -> Iterator[str]:
    votes = _votes(forum)
    texts = _texts(forum)
    keys = forum.scalar("select count(*) from idempotency_keys")
    for entry in acknowledged:
        if entry["kind"] == "vote":
            if votes.get((entry["author"], entry["post"])) != entry["value"]:
                yield f"{entry} is not in the table of votes"
        elif texts[entry["hash"]] != 1:
            yield f"{entry} is {texts[entry['hash']]} times in the table of revisions"
    if keys < sum(entry["method"] == "POST" for entry in acknowledged):
        yield f"only {keys} keys are kept"


def _invented_votes(forum: Forum, sent: list[Entry]) -> list[str]:
    cast = {(entry["author"], entry["post"], entry["value"]) for entry in sent if entry["kind"] == "vote"}
    found = {(user, post, value) for (user, post), value in _votes(forum).items()}
    return [f"vote {vote}" for vote in found - cast]


def _votes(forum: Forum) -> dict[tuple[int, int], int]:
    rows = forum.rows("select user_id, post_id, value from votes")
    return {(user, post): value for user, post, value in rows}


def _texts(forum: Forum) -> Counter[str]:
    """How often each text is there, revisions included."""
    return Counter(digest(row[0]) for row in forum.rows("select body from post_revisions"))
