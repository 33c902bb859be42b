"""What a lively forum is asked: readers with and without an account, and members who write."""

import itertools
import random
import threading
from collections import deque
from typing import Any

from tests.faults.forum import Author, Forum
from tests.faults.journal import API, Journal
from tests.faults.load import Load, Outcome, Request, send

AUTHORS = 8
TOPICS = 6
REPLIES = 4


class Traffic:
    """Makes the requests of a Load; every write goes through the journal.

    No two votes are cast by one member on one post and no post is edited twice, so each acknowledged one must be found
    as it was sent.
    """

    def __init__(self, forum: Forum, journal: Journal) -> None:
        self.journal = journal
        self.authors = forum.authors(AUTHORS)
        self.category = forum.world.category()
        self.topics: list[int] = []
        self.posts: deque[tuple[int, Author]] = deque(maxlen=500)
        self._fresh: deque[tuple[int, Author]] = deque()
        self._voted: set[tuple[int, int]] = set()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def begin(self, url: str) -> None:
        """A few topics and replies to read, written and journalled like all others."""
        dice = random.Random(0)
        for make in [self._topic] * TOPICS + [self._reply] * REPLIES * TOPICS:
            request = make(dice)
            outcome = send(url, request)
            assert outcome.status == 201, outcome
            request.then(outcome)

    def read(self, dice: random.Random) -> Request:
        """Mostly lists and topics; half of it with an account, so that no cache helps."""
        topic = dice.choice(self.topics)
        path = dice.choice(
            [
                f"{API}/topics",
                f"{API}/topics?sort=new&limit=10",
                f"{API}/topics/{topic}",
                f"{API}/topics/{topic}/replies",
                f"{API}/categories",
                f"{API}/users/me",
                "/",
            ]
        )
        signed_in = path.startswith(API) and (path.endswith("/me") or dice.random() < 0.5)
        return Request("GET", path, token=dice.choice(self.authors).token if signed_in else None)

    def write(self, dice: random.Random) -> Request:
        """Half of it replies; the rest edits, votes and topics."""
        kinds = [self._reply, self._reply, self._reply, self._edit, self._vote, self._topic]
        return dice.choice(kinds)(dice)

    def load(self, url: str, rate: float, **how: Any) -> Load:
        """A load of this traffic."""
        return Load(url, rate, self.read, self.write, **how)

    def _text(self) -> str:
        return f"Text **{next(self._numbers)}** of a test, 一段文字。"

    def _topic(self, dice: random.Random) -> Request:
        author = dice.choice(self.authors)
        text = self._text()
        body = {"title": f"On {text[7:20]}", "body": text, "category": self.category}

        def then(outcome: Outcome) -> None:
            if outcome.acknowledged:
                self.topics.append(outcome.json()["id"])

        return self.journal.request("topic", author, "POST", "/topics", body, then=then)

    def _reply(self, dice: random.Random) -> Request:
        author, topic = dice.choice(self.authors), dice.choice(self.topics)

        def then(outcome: Outcome) -> None:
            if outcome.acknowledged:
                post_id = outcome.json()["id"]
                self.posts.append((post_id, author))
                self._fresh.append((post_id, author))

        path = f"/topics/{topic}/replies"
        return self.journal.request("reply", author, "POST", path, {"body": self._text()}, then=then)

    def _edit(self, dice: random.Random) -> Request:
        try:
            post_id, author = self._fresh.popleft()
        except IndexError:
            return self._reply(dice)
        body = {"body": self._text()}
        return self.journal.request("edit", author, "PATCH", f"/posts/{post_id}", body, post=post_id)

    def _vote(self, dice: random.Random) -> Request:
        pair = self._unvoted(dice)
        if pair is None:
            return self._reply(dice)
        voter, post_id = pair
        value: Any = dice.choice([1, -1])
        path = f"/posts/{post_id}/vote"
        return self.journal.request("vote", voter, "PUT", path, {"value": value}, post=post_id, value=value)

    def _unvoted(self, dice: random.Random) -> tuple[Author, int] | None:
        post_id, author = dice.choice(list(self.posts))
        with self._lock:
            for voter in dice.sample(self.authors, len(self.authors)):
                if voter is not author and (voter.id, post_id) not in self._voted:
                    self._voted.add((voter.id, post_id))
                    return voter, post_id
        return None
