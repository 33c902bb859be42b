"""Generated requests, judged by the document: one by one, and in chains along the links that the document implies.

Schemathesis is imported where it is used: it is slow to load, and most runs of a part of the tests do without.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings

from tests.client import contract_of
from tests.contract.operations import INSIDES
from tests.world import Person, World

# A stream is no JSON, and where no process holds streams open it is one problem.
LEFT_OUT = {"streamEvents"}
# What the transports of the library would otherwise unpack, or not.
PLAIN = {"Accept-Encoding": "identity"}
ROLES = ("member", "moderator", "admin", "anonymous")
# What half of the members write, and what is hard to carry: marks, emoji, directions, the last planes, line ends.
WORDS = (
    "今天天气很好，我们去公园散步吧。", "真**，**她说“好”", "混合 mixed 文字 text", "𠮷野家 👩‍👩‍👧‍👦 e\u0301", "عربي \u202eltr",
    "第一行\r\n第二行\u2028第三行", "\U0010fffd \u0301\u0301\u0301", "~~删除~~ `代码` [链接](http://例子.测试/路径?问=答)",
)  # fmt: skip
quick = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Tally:
    """What was asked and what was found; `failures` has one line for each kind."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    chains: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def fail(self, operation: str, error: BaseException, case: Any) -> None:
        """Keep the first of each kind, with a command that repeats it. The run goes on."""
        reason = " ".join(str(error).split())
        self.failures.setdefault(f"{operation}: {reason[:160]}", f"{case.as_curl_command()}\n{reason[:1500]}")


class Judge:
    """Holds answers to the document: by the library's checks, and by the closed copy that all our tests use."""

    def __init__(self, app: Flask, tally: Tally) -> None:
        from schemathesis.checks import not_a_server_error
        from schemathesis.specs.openapi import checks

        self.contract, self.tally, self.memory = contract_of(app), tally, Memory()
        self.checks = (
            not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
            checks.response_headers_conformance,
        )

    def __call__(self, case: Any, response: Any) -> None:
        """Count an answer, and write down what is wrong with it."""
        name = case.operation.definition.raw["operationId"]
        self.tally.cases[name] += 1
        self.tally.statuses[name, response.status_code] += 1
        self.tally.checks += len(self.checks) + 2
        try:
            self._judge(case, response)
        except (AssertionError, ExceptionGroup) as error:
            self.tally.fail(name, error, case)

    def _judge(self, case: Any, response: Any) -> None:
        case.validate_response(response, checks=self.checks)
        if response.status_code < 300 and response.content:
            self.memory.note(response.json())
        headers = [(header, value) for header, values in response.headers.items() for value in values]
        path = response.request.path_url
        self.contract.check_answer(case.method, path, response.status_code, headers, response.content)
        if response.status_code >= 400 and response.content:
            told = response.json()
            inside = INSIDES.search(str({k: told[k] for k in told.keys() - {"instance", "type"}}))
            assert inside is None, f"tells of the inside: {inside}"


class Memory:
    """What answers told of, by the names of path parameters; the newest last."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Any]] = {}

    def note(self, data: Any) -> None:
        """Keep the ids and names in an answer."""
        if not isinstance(data, dict):
            return
        for item in data.get("items", [])[:3] if isinstance(data.get("items"), list) else []:
            self.note(item)
        if "title" in data and "id" in data:
            self._keep("topic_id", data["id"])
            self.note(data.get("post"))
        elif "topic_id" in data and "body_html" in data:
            self._keep("post_id", data["id"])
            self._keep("number", data["number"])
        elif "slug" in data:
            self._keep("slug", data["slug"])
        elif "username" in data:
            self._keep("username", data["username"])

    def _keep(self, name: str, value: Any) -> None:
        if value is not None:
            self.seen[name] = [*self.seen.get(name, [])[-9:], value]

    def remind(self, case: Any, turn: int) -> None:
        """Three times of four, put what is there in the place of what is not."""
        for name, value in (case.path_parameters or {}).items():
            known = self.seen.get(name)
            if known and turn % 4 and value not in known:
                case.path_parameters[name] = known[-1 - turn % len(known)]


class Cast:
    """Who asks: people of each role, new ones where somebody's session has ended."""

    def __init__(self, app: Flask) -> None:
        self.world = World(app)
        self.people: dict[str, Person] = {}
        self.category = self.world.category()

    def headers(self, role: str) -> dict[str, str]:
        """The headers of somebody who plays a role."""
        if role == "anonymous":
            return dict(PLAIN)
        if role not in self.people:
            self.people[role] = self.world.member(role)
        return PLAIN | {"Authorization": f"Bearer {self.people[role].token}"}

    def leave(self) -> None:
        """Who comes next is somebody else."""
        self.people.clear()


def schema_of(app: Flask, url: str | None = None, *, tags: list[str] | None = None) -> Any:
    """The document as the library knows it: of an application, or of a server; all of it, or what has these tags."""
    import schemathesis

    if url is None:
        found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    else:
        found = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    if tags is not None:
        found = found.include(tag=tags)
    return found.exclude(operation_id=sorted(LEFT_OUT))


def dress(case: Any, category: str, turn: int) -> None:
    """Make a request one that can succeed: a category that is there, a free slug, and texts that people write.

    Three times of four without preconditions and places in lists, which nobody guesses.
    """
    if turn % 4:
        for name in ("If-Match", "Idempotency-Key"):
            (case.headers or {}).pop(name, None)
        for name in ("cursor", "after"):
            (case.query or {}).pop(name, None)
    body = case.body
    if not isinstance(body, dict):
        return
    if isinstance(body.get("category"), str):
        body["category"] = category
    name, unique = case.operation.definition.raw["operationId"], time.monotonic_ns()
    if name == "createCategory" and isinstance(body.get("slug"), str):
        body |= {"slug": f"zone-{unique}", "parent": None}
    if turn % 4 and {"email", "username"} & body.keys():
        own = {
            "username": f"小明{unique}",
            "email": f"{unique}@example.org",
            "password": "three quiet rivers",
        }
        body |= {key: value for key, value in own.items() if key in body}
    for place, name in enumerate(("title", "body", "about", "description")):
        if isinstance(body.get(name), str) and turn % 4:
            body[name] = WORDS[(turn + place) % len(WORDS)]
    if isinstance(body.get("tags"), list) and turn % 4:
        body["tags"] = ["中文", "c++"][: turn % 3]


def machine_of(schema: Any, judge: Judge, cast: Cast) -> Any:
    """A state machine along the links between operations; every fourth step is somebody else's."""
    from schemathesis import GenerationMode

    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    parent: Any = schema.as_state_machine()
    scenarios = count()

    class Chain(parent):  # type: ignore[misc]
        def setup(self) -> None:
            self.number, self.turn = next(scenarios), 0
            judge.tally.chains += 1
            cast.leave()

        def step(self, input: Any) -> Any:
            if input.transition is not None:
                judge.tally.links[input.transition.id] += 1
            return super().step(input)

        def before_call(self, case: Any) -> None:
            self.turn += 1
            dress(case, cast.category, self.number + self.turn)
            judge.memory.remind(case, self.number + self.turn)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            # Whoever begins goes on, mostly; visitors come by, but begin nothing.
            role = ROLES[(self.number % 3 + (self.turn % 4 == 0)) % len(ROLES)]
            return {"headers": cast.headers(role)}

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            judge(case, response)
            if response.status_code == 401:
                cast.leave()

    return Chain


def run_chains(machine: Any, tally: Tally, how: settings, *, chains: int, start: int = 0) -> None:
    """Run at least so many chains. `start` numbers the first seed.

    Where an answer depends on what the database has become meanwhile, Hypothesis calls its repetition flaky and gives
    up; the next seed goes on. Nothing is lost by that: what was wrong stands in the tally.
    """
    from hypothesis import seed
    from hypothesis.errors import Flaky, Unsatisfiable
    from hypothesis.stateful import get_state_machine_test
    from schemathesis.engine.errors import is_inconsistent_replay
    from schemathesis.generation.hypothesis.reporting import ignore_hypothesis_output

    goal = tally.chains + chains
    for number in count(start):
        if tally.chains >= goal:
            return
        try:
            with ignore_hypothesis_output():
                seed(number)(get_state_machine_test(machine, settings=how, _min_steps=2))()
        except (Flaky, Unsatisfiable):
            continue
        except AssertionError as error:
            if not is_inconsistent_replay(error):
                raise


def ask(
    operation: Any,
    mode: str,
    judge: Judge,
    headers: dict[str, str],
    how: settings,
    *,
    seeded: Callable[[Any], Any] | None = None,
    dressed: str | None = None,
    **given_path: Any,
) -> None:
    """Send generated requests to one operation; `dressed` is a category that is there."""
    from hypothesis import given
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode

    path = {p.name: given_path[p.name] for p in operation.path_parameters if p.name in given_path}
    turns = count()

    @how
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode), path_parameters=path or None))
    def send(case: Any) -> None:
        if dressed is not None and mode == "positive":
            dress(case, dressed, next(turns))
        judge(case, case.call(headers=headers))

    # What takes nothing at all cannot be asked wrongly.
    with suppress(Unsatisfiable):
        (seeded(send) if seeded else send)()
