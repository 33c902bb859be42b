"""Keeps children running until a signal ends all of them, in order."""

import contextlib
import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from api.launcher.children import Child
from api.launcher.postgres import Postgres
from api.launcher.refusal import RefusalError

RESTARTS = 5
RESTART_WINDOW = 60.0  # seconds
GRACE = 3.5  # seconds for requests and jobs under way, of the five in which everything must be gone
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(BaseException):
    """A signal arrived while something else was going on; not an Exception, so that nothing swallows it."""


@dataclass
class Restarts:
    """When one child was started again, lately."""

    times: deque[float] = field(default_factory=deque)

    def allows(self, now: float) -> bool:
        """Whether one more is within the limit; counts it if so."""
        while self.times and now - self.times[0] > RESTART_WINDOW:
            self.times.popleft()
        if len(self.times) >= RESTARTS:
            return False
        self.times.append(now)
        return True


class Supervisor:
    """Children in the order of their start; the database, if it is ours, first in and last out."""

    def __init__(self, postgres: Postgres | None, say: Callable[[str], None]) -> None:
        self.postgres = postgres
        self.children: list[Child] = []
        self.say = say
        self.stopping = False
        self.restarts: dict[str, Restarts] = {}

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Turn the first ending signal into StoppedError; later ones find us stopping already, which is bounded."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            if not self.stopping:
                self.stopping = True
                raise StoppedError

        previous = {number: signal.signal(number, handle) for number in ENDING_SIGNALS}
        # Without a handler the end of a child would not interrupt the wait below.
        previous[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def start(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def watch(self) -> None:
        """Start again what ends by itself, until a signal comes. Raises RefusalError when one child ends too often."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        previous = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            while True:
                self.revive()
                if select.select([reader], [], [], 1.0)[0]:
                    os.read(reader, 4096)
        finally:
            signal.set_wakeup_fd(previous)
            os.close(reader)
            os.close(writer)

    def revive(self) -> None:
        """Start every child that is not running, within the limit."""
        if self.postgres is not None and not self.postgres.is_running():
            self._count("postgres", "see its log")
            self.postgres.start()
        for child in self.children:
            if not child.is_running():
                code = child.process.returncode if child.process else None
                self._count(child.name, f"exit status {code}")
                child.start()

    def _count(self, name: str, why: str) -> None:
        if not self.restarts.setdefault(name, Restarts()).allows(time.monotonic()):
            raise RefusalError(f"{name} ended more than {RESTARTS} times within a minute ({why}): giving up.")
        self.say(f"{name} ended ({why}); starting it again")

    def stop(self) -> None:
        """Ask everything to finish, end what does not, and let the database close last."""
        self.stopping = True
        for child in self.children:
            child.ask_to_stop()
        if self.postgres is not None and self.postgres.is_running():
            self.postgres.begin_checkpoint()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            if not child.wait(deadline - time.monotonic()):
                child.kill()
        if self.postgres is not None:
            with contextlib.suppress(RefusalError):
                self.postgres.stop()
