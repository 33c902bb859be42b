"""Sorts a dump by topic, on disk, so that memory stays flat however large the dump is."""

import pickle
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from api.archive.stackexchange.records import (
    ANSWER,
    DOWN,
    QUESTION,
    UP,
    CommentRow,
    HistoryRow,
    PostRow,
    VoteRow,
)

_TABLES = """
create table posts (id integer primary key, kind integer, parent integer, record blob);
create table comments (id integer primary key, post integer, record blob);
create table history (id integer primary key, post integer, record blob);
create table votes (post integer primary key, up integer default 0, down integer default 0);
"""
_INDEXES = """
create index posts_parent on posts (parent);
create index comments_post on comments (post);
create index history_post on history (post);
"""
_VOTES_AT_ONCE = 10_000


@dataclass(frozen=True)
class Thread:
    """A question with all that belongs to it. `votes` maps a post's id to (up, down)."""

    question: PostRow
    answers: list[PostRow]
    comments: list[CommentRow]
    votes: dict[int, tuple[int, int]] = field(default_factory=dict)
    history: dict[int, list[HistoryRow]] = field(default_factory=dict)

    def __len__(self) -> int:
        return 1 + len(self.answers) + len(self.comments)


class Spool:
    """A database of one file, thrown away with its folder."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "spool.sqlite", isolation_level=None)
        self._db.executescript("pragma journal_mode = off; pragma synchronous = off;" + _TABLES)
        self._db.execute("begin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add_post(self, post: PostRow) -> bool:
        """False for an id that was there already."""
        return self._add(
            "insert or ignore into posts values (?, ?, ?, ?)", post, post.id, post.kind, post.parent_id
        )

    def add_comment(self, comment: CommentRow) -> bool:
        return self._add(
            "insert or ignore into comments values (?, ?, ?)", comment, comment.id, comment.post_id
        )

    def add_history(self, entry: HistoryRow) -> bool:
        return self._add("insert or ignore into history values (?, ?, ?)", entry, entry.id, entry.post_id)

    def _add(self, statement: str, record: object, *keys: int | None) -> bool:
        return self._db.execute(statement, (*keys, pickle.dumps(record))).rowcount == 1

    def add_votes(self, votes: Iterable[VoteRow]) -> Counter[int]:
        """Counts up and down votes by post; answers with how many votes there were of each other kind."""
        others: Counter[int] = Counter()
        counted: dict[int, list[int]] = {}
        for vote in votes:
            if vote.kind not in (UP, DOWN):
                others[vote.kind] += 1
                continue
            counted.setdefault(vote.post_id, [0, 0])[vote.kind == DOWN] += 1
            if len(counted) >= _VOTES_AT_ONCE:
                self._flush_votes(counted)
        self._flush_votes(counted)
        return others

    def _flush_votes(self, counted: dict[int, list[int]]) -> None:
        self._db.executemany(
            "insert into votes values (?, ?, ?) on conflict (post) do update set up = up + excluded.up, "
            "down = down + excluded.down",
            [(post, up, down) for post, (up, down) in counted.items()],
        )
        counted.clear()

    def finish(self) -> None:
        """To be called between the last `add_` and the first question."""
        self._db.execute("commit")
        self._db.executescript(_INDEXES)

    def count_threads(self) -> int:
        return int(self._value("select count(*) from posts where kind = ?", QUESTION))

    def threads(self) -> Iterator[Thread]:
        """Every question in the order of its id."""
        cursor = self._db.execute("select record from posts where kind = ? order by id", (QUESTION,))
        for (blob,) in cursor:
            yield self._thread(_load(blob))

    def _thread(self, question: PostRow) -> Thread:
        answers: list[PostRow] = self._records(
            "select record from posts where parent = ? and kind = ? order by id", question.id, ANSWER
        )
        ids = [question.id, *(answer.id for answer in answers)]
        thread = Thread(question, answers, [])
        for post_id in ids:
            thread.comments.extend(
                self._records("select record from comments where post = ? order by id", post_id)
            )
            if history := self._records("select record from history where post = ? order by id", post_id):
                thread.history[post_id] = history
            for up, down in self._db.execute("select up, down from votes where post = ?", (post_id,)):
                thread.votes[post_id] = (up, down)
        return thread

    def other_posts(self) -> Iterator[tuple[int, int]]:
        """(id, kind) of posts that are neither questions nor answers: tag wikis and the like."""
        return self._db.execute(
            "select id, kind from posts where kind not in (?, ?) order by id", (QUESTION, ANSWER)
        )

    def lost_answers(self) -> Iterator[tuple[int, int | None]]:
        """(id, parent) of answers whose question is not in the dump."""
        return self._db.execute(
            "select id, parent from posts a where kind = ? and not exists "
            "(select 1 from posts q where q.id = a.parent and q.kind = ?) order by id",
            (ANSWER, QUESTION),
        )

    def lost_comments(self) -> Iterator[tuple[int, int]]:
        """(id, post) of comments on what is not taken: a post that is not in the dump, a tag wiki, a lost answer."""
        return self._db.execute(
            "select id, post from comments c where not exists "
            "(select 1 from posts p left join posts q on q.id = p.parent and q.kind = :question where p.id = c.post "
            "and (p.kind = :question or p.kind = :answer and q.id is not null)) order by id",
            {"question": QUESTION, "answer": ANSWER},
        )

    def lost_votes(self) -> Iterator[tuple[int, int]]:
        """(post, how many) of up and down votes on posts that are not in the dump."""
        return self._db.execute(
            "select post, up + down from votes v where not exists (select 1 from posts p where p.id = v.post) "
            "order by post"
        )

    def _records(self, statement: str, *values: int) -> list[Any]:
        return [_load(blob) for (blob,) in self._db.execute(statement, values)]

    def _value(self, statement: str, *values: int) -> Any:
        return self._db.execute(statement, values).fetchone()[0]


def _load(blob: bytes) -> Any:
    return pickle.loads(blob)  # noqa: S301 - written by this very process into a folder of its own
