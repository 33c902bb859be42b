"""The rows of the table: what is asked, over how many connections, beside what, and the budget it is held to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from bench.load import Request
from bench.subjects import Subjects, searches

# As many readers as keep two workers busy with some waiting behind them.
CROWD = 16
API = "/api/v1"
Ask = Callable[[Subjects], list[Request]]


@dataclass(frozen=True)
class Budget:
    """What a row is held to. `kind`: "rate" (requests a second, as a multiple of the reference's), "cost" (the
    reverse: at most so many times the reference's time), "p95" (milliseconds)."""

    kind: str
    limit: float

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.kind == "rate" else value <= self.limit

    def __str__(self) -> str:
        return {
            "rate": f"≥ {self.limit:g} x",
            "cost": f"≤ {self.limit:g} x",
            "p95": f"p95 ≤ {self.limit:g} ms",
        }[self.kind]


@dataclass(frozen=True)
class Row:
    """One row. `beside` names the reference: "static" (the same bytes as files), "naive", or another row.

    `statements` is the most that one answer may ask of the database.
    """

    name: str
    title: str
    ask: Ask
    connections: int = CROWD
    beside: str | None = None
    budget: Budget | None = None
    group: str = "read"
    statements: int | None = None


MOST_STATEMENTS = 8
HALF_OF_STATIC = Budget("rate", 0.5)
NAIVE = Budget("rate", 1.0)
FLAT = Budget("cost", 1.2)
QUICK_SEARCH = Budget("p95", 50)
QUICK_WRITE = Budget("p95", 15)


def _replies(topic: int, number: int) -> str:
    return f"{API}/topics/{topic}/replies?from={number}&limit=30"


def _outline(topic: int) -> str:
    """What the client draws its scrubber from."""
    return f"{API}/topics/{topic}/outline"


def _first_replies(s: Subjects) -> list[Request]:
    return s.signed_in(_replies(s.giant[0], 1))


def _last_replies(s: Subjects) -> list[Request]:
    return s.signed_in(_replies(s.giant[0], max(1, s.giant[1] - 29)))


def _search(kind: str) -> Ask:
    def ask(s: Subjects) -> list[Request]:
        words = s.rare_words() if kind == "rare" else searches(kind)
        return s.signed_in(*(f"{API}/search?q={quote(word)}" for word in words))

    return ask


ANONYMOUS = (
    Row("anonymous-list", "topic list, JSON", lambda s: s.anonymous(f"{API}/topics"),
        beside="static", budget=HALF_OF_STATIC),
    Row("anonymous-topic", "topic, JSON", lambda s: s.anonymous(*(f"{API}/topics/{t.id}" for t in s.topics)),
        beside="static", budget=HALF_OF_STATIC),
    Row("anonymous-replies", "its replies, JSON", lambda s: s.anonymous(*(_replies(t.id, 1) for t in s.topics)),
        beside="static", budget=HALF_OF_STATIC),
    Row("page-home", "home page, HTML", lambda s: s.anonymous("/"), beside="static", budget=HALF_OF_STATIC),
    Row("page-topic", "topic page, HTML", lambda s: s.anonymous(*(f"/t/{t.id}/{quote(t.slug)}" for t in s.topics)),
        beside="static", budget=HALF_OF_STATIC),
)  # fmt: skip
_SIGNED_IN = (
    Row("list", "topic list", lambda s: s.signed_in(f"{API}/topics"), beside="naive", budget=NAIVE),
    Row("list-deep", "topic list, 100 pages on", lambda s: s.signed_in(s.deep(f"{API}/topics")),
        beside="list", budget=FLAT),
    Row("topic", "topic", lambda s: s.signed_in(*(f"{API}/topics/{t.id}" for t in s.topics)),
        beside="naive", budget=NAIVE),
    Row("replies", "its replies", lambda s: s.signed_in(*(_replies(t.id, 1) for t in s.topics)),
        beside="naive", budget=NAIVE),
    Row("replies-first", "longest topic, first page", _first_replies, beside="naive"),
    Row("replies-last", "longest topic, last page", _last_replies, beside="replies-first", budget=FLAT),
    Row("outline", "outline of a topic", lambda s: s.signed_in(*(_outline(t.id) for t in s.topics)), beside="naive"),
    Row("outline-longest", "longest topic, outline", lambda s: s.signed_in(_outline(s.giant[0])), beside="outline"),
    Row("category", "category with its tree",
        lambda s: s.signed_in(*(f"{API}/topics?category={slug}" for slug in s.categories)), beside="naive"),
    Row("category-deep", "category, 100 pages on",
        lambda s: s.signed_in(s.deep(f"{API}/topics?category={s.categories[0]}")), beside="category", budget=FLAT),
    Row("tag", "tag", lambda s: s.signed_in(*(f"{API}/topics?tag={quote(tag)}" for tag in s.tags)), beside="naive"),
    Row("author", "topics of a member",
        lambda s: s.signed_in(*(f"{API}/topics?author={quote(m)}&sort=new" for m in s.members)), beside="naive"),
    Row("member", "member", lambda s: s.signed_in(*(f"{API}/users/{quote(m)}" for m in s.members)), beside="naive"),
)  # fmt: skip
SIGNED_IN = tuple(replace(row, statements=MOST_STATEMENTS) for row in _SIGNED_IN)
SEARCHES = tuple(
    Row(f"search-{name}", title, _search(kind), connections=1, budget=QUICK_SEARCH)
    for name, title, kind in (
        ("chinese", "search: Chinese word of two characters", "chinese"),
        ("english", "search: English word", "english"),
        ("phrase", "search: phrase in quotation marks", "phrase"),
        ("words", "search: two words", "two words"),
        ("frequent", "search: frequent word", "frequent"),
        ("rare", "search: rare word", "rare"),
    )
)


def _reply(s: Subjects) -> list[Request]:
    return s.writes(f"{API}/topics/{s.topics[0].id}/replies")


def _open_topic(s: Subjects) -> list[Request]:
    return s.writes(
        f"{API}/topics",
        {"title": "A question about number %N%", "category": s.categories[0], "tags": s.tags[:2]},
    )


WRITES = (
    Row("reply", "reply, one writer", _reply, connections=1, budget=QUICK_WRITE, group="write"),
    Row("reply-16", "reply, 16 writers on one topic", _reply, group="write"),
    Row("open", "open a topic, one writer", _open_topic, connections=1, group="write"),
    Row("open-16", "open a topic, 16 writers", _open_topic, group="write"),
    Row("sign-in", "sign-in with a password", lambda s: s.sign_ins(), connections=1, group="write"),
)  # fmt: skip
ROWS = (*ANONYMOUS, *SIGNED_IN, *SEARCHES, *WRITES)
BY_NAME = {row.name: row for row in ROWS}


def choose(names: str) -> tuple[Row, ...]:
    """The rows whose names begin with one of the given ones; all without any."""
    wanted = [name for name in names.replace(",", " ").split() if name]
    return tuple(row for row in ROWS if not wanted or any(row.name.startswith(name) for name in wanted))
