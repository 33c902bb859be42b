"""Who listens, what each has still to be told, and what each may hear right now."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.auth.queries import list_running_sessions
from api.categories.queries import with_levels
from api.core.models import Event
from api.core.outbox import MODERATORS, PUBLIC, Place
from api.core.problems import Problem
from api.permissions.actor import Actor

# A reader who falls this far behind is let go, and resumes from the log.
MOST_WAITING = 1_000
STREAMS_PER_CALLER = 10


@dataclass(eq=False)
class Subscriber:
    """One open stream. `waiting` holds (place, text) pairs; `ended` why it stops."""

    actor: Actor
    caller: str
    wake: Any
    waiting: deque[tuple[Place, bytes]] = field(default_factory=deque)
    ended: str | None = None

    def put(self, place: Place, text: bytes) -> None:
        """Queue an event, or end a reader that does not keep up."""
        if len(self.waiting) >= MOST_WAITING:
            self.end("slow")
            return
        self.waiting.append((place, text))
        self.wake.set()

    def end(self, reason: str) -> None:
        """Stop the stream with a word of goodbye."""
        self.ended = self.ended or reason
        self.wake.set()


class Subscribers:
    """All open streams of this process."""

    def __init__(self) -> None:
        self._all: set[Subscriber] = set()
        self._callers: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Subscriber]:
        return iter(tuple(self._all))

    def __len__(self) -> int:
        return len(self._all)

    def add(self, subscriber: Subscriber) -> None:
        """Open a stream; 429 for callers who hold too many."""
        if self._callers[subscriber.caller] >= STREAMS_PER_CALLER:
            raise Problem(
                429, "rate_limited", params={"max": STREAMS_PER_CALLER}, headers={"Retry-After": "15"}
            )
        self._callers[subscriber.caller] += 1
        self._all.add(subscriber)

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a stream that ended."""
        if subscriber in self._all:
            self._all.remove(subscriber)
            self._callers[subscriber.caller] -= 1

    def refresh(self, s: Session, now: datetime) -> None:
        """Ask again who everybody is: ended sessions end their streams, roles and levels hold at once.

        One statement for all sessions and one for each role, however many streams.
        """
        everyone: list[Subscriber] = list(self)
        ids = {sub.actor.session_id for sub in everyone if sub.actor.session_id is not None}
        roles = list_running_sessions(s, sorted(ids), now)
        levels: dict[str, Mapping[int, int]] = {}
        for sub in everyone:
            role = "anonymous" if sub.actor.session_id is None else roles.get(sub.actor.session_id)
            if role is None:
                sub.end("session_ended")
                continue
            if role not in levels:
                levels[role] = with_levels(s, Actor(role=role)).levels
            sub.actor = Actor(
                user_id=sub.actor.user_id,
                username=sub.actor.username,
                role=role,
                session_id=sub.actor.session_id,
                levels=levels[role],
            )


def may_hear(actor: Actor, event: Event) -> bool:
    """The twin of the feed's SQL: events of visible categories, public or for moderators, and one's own."""
    if event.audience in (PUBLIC, MODERATORS):
        visible = event.category_id is None or event.category_id in actor.levels
        return visible and (event.audience == PUBLIC or actor.is_moderator)
    return actor.user_id is not None and event.audience == actor.user_id
