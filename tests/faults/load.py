"""An open-loop load: requests come at fixed times, whether or not those before them were answered.

Each latency counts from the time at which the request was due, so a stall is felt by everybody who came during it
(no coordinated omission). Every request has a connection of its own, as new visitors have.
"""

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

THREADS = 24
WRITES = 0.1
# Beyond this a request has no answer. Longer than nginx waits for the application.
ANSWER_SECONDS = 40.0
NO_ANSWER = 0


@dataclass(frozen=True)
class Request:
    """What is asked; `then` is told the outcome in the asking thread."""

    method: str
    path: str
    token: str | None = None
    key: str | None = None
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    then: Callable[["Outcome"], None] = lambda _: None

    def all_headers(self) -> dict[str, str]:
        headers = dict(self.headers)
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.key is not None:
            headers["Idempotency-Key"] = self.key
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        return headers


@dataclass(frozen=True)
class Outcome:
    """The answer to one request: `status` 0 where there was none, `seconds` from the time it was due."""

    request: Request
    status: int
    seconds: float
    at: float
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""

    @property
    def is_write(self) -> bool:
        return self.request.method != "GET"

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300

    @property
    def failed(self) -> bool:
        """Without an answer, or with a failure of the server's."""
        return self.status == NO_ANSWER or self.status >= 500

    def json(self) -> Any:
        return orjson.loads(self.body)


def send(url: str, request: Request, due: float | None = None) -> Outcome:
    """One request on a connection of its own; an answer that does not come is an outcome, too."""
    parts = urlsplit(url)
    due = time.monotonic() if due is None else due
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    body = None if request.body is None else orjson.dumps(request.body)
    try:
        connection.request(request.method, request.path, body=body, headers=request.all_headers())
        answer = connection.getresponse()
        content = answer.read()
        ended = time.monotonic()
        return Outcome(request, answer.status, ended - due, ended, dict(answer.headers.items()), content)
    except (OSError, http.client.HTTPException) as error:
        ended = time.monotonic()
        return Outcome(request, NO_ANSWER, ended - due, ended, error=f"{type(error).__name__}: {error}")
    finally:
        connection.close()


class Load:
    """`rate` requests a second for as long as the block lasts, made by `reads` and `writes` in turn of a dice.

    A maker returns the next Request. Outcomes are kept without their bodies.
    """

    def __init__(
        self,
        url: str,
        rate: float,
        reads: Callable[[random.Random], Request],
        writes: Callable[[random.Random], Request],
        *,
        write_share: float = WRITES,
        threads: int = THREADS,
    ) -> None:
        self.url, self.rate, self.write_share = url, rate, write_share
        self.reads, self.writes = reads, writes
        self.outcomes: list[Outcome] = []
        self.mistakes: list[BaseException] = []
        self.started = time.monotonic()
        self._ended = threading.Event()
        self._places = itertools.count()
        self._threads = [threading.Thread(target=self._ask, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self) -> Self:
        self.started = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing new is asked; what is under way is waited for."""
        self._ended.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS + 5)
        assert not any(thread.is_alive() for thread in self._threads), "a request never ended"
        assert not self.mistakes, self.mistakes[:3]

    def run_for(self, seconds: float) -> None:
        """Let it run."""
        self._ended.wait(seconds)

    def _ask(self, number: int) -> None:
        dice = random.Random(number)
        try:
            while True:
                due = self.started + next(self._places) / self.rate
                if self._ended.wait(max(0.0, due - time.monotonic())):
                    return
                make = self.writes if dice.random() < self.write_share else self.reads
                outcome = send(self.url, request := make(dice), due)
                request.then(outcome)
                self.outcomes.append(
                    Outcome(
                        request,
                        outcome.status,
                        outcome.seconds,
                        outcome.at,
                        outcome.headers,
                        error=outcome.error,
                    )
                )
        except BaseException as error:  # noqa: BLE001 (told by the thread that waits for us)
            self.mistakes.append(error)

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.failed]

    @property
    def badly_failed(self) -> list[str]:
        """What failed otherwise than by a 503 that says when to come again."""
        return [
            f"{o.request.method} {o.request.path}: {o.status} {o.error}"
            for o in self.failures
            if o.status != 503 or "Retry-After" not in o.headers
        ]

    def statuses(self) -> str:
        """How many answers of each status, in one phrase."""
        counted = sorted(Counter(outcome.status for outcome in self.outcomes).items())
        return " ".join(f"{status or 'none'}:{count}" for status, count in counted)

    def quantile(
        self, share: float, *, writes: bool, since: float = 0.0, until: float = float("inf")
    ) -> float:
        """Milliseconds within which this share of the reads or writes between two times was answered."""
        times = sorted(
            outcome.seconds
            for outcome in self.outcomes
            if outcome.is_write == writes and since <= outcome.at - outcome.seconds < until
        )
        return 1000 * times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")

    def p99(self) -> str:
        """Both p99 in one phrase."""
        return f"p99 read {self.quantile(0.99, writes=False):.0f} ms, write {self.quantile(0.99, writes=True):.0f} ms"
