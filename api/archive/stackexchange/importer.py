"""Imports a Stack Exchange dump: members first, then topic by topic, each batch in a transaction of its own.

An open write holds the event feed back, so texts are converted and rendered before a transaction begins. What was
written is noted in import_map in the same transaction: an import that was killed goes on behind its last batch.
"""

import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.archive.actions import SAID, TopicWriter, get_known_posts, lock_source
from api.archive.incoming import IncomingTopic, Key
from api.archive.preparing import PreparedPost, prepare_post, tags_of
from api.archive.queries import get_usernames
from api.archive.report import Report
from api.archive.stackexchange.accounts import Accounts
from api.archive.stackexchange.compose import Composer
from api.archive.stackexchange.history import TEXTS
from api.archive.stackexchange.reader import Dump
from api.archive.stackexchange.records import TAG_EXCERPT, TAG_WIKI, CommentRow, PostRow
from api.archive.stackexchange.site import Site
from api.archive.stackexchange.spool import Spool
from api.core import counters
from api.core.db import transaction
from api.tags.actions import ensure_tags
from api.text import Mention, names

POSTS_AT_ONCE = 150  # in one transaction: well under a second
VOTE_KINDS = {
    1: "accepted answers: the questions say so themselves",
    4: "marks as offensive",
    5: "bookmarks",
    6: "votes to close",
    7: "votes to reopen",
    8: "bounties offered",
    9: "bounties given",
    10: "votes to delete",
    11: "votes to undelete",
    12: "marks as spam",
    15: "moderators' reviews",
    16: "suggested edits approved",
}
LINK_KINDS = {1: "links between posts: the texts have them anyway", 3: "marks as a duplicate"}
Progress = Callable[[str, int, int | None], None]
Prepared = tuple[IncomingTopic, list[PreparedPost]]


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


@dataclass
class Import:
    """One run. `progress` is told (stage, steps done, total or None) after every batch."""

    dump: Dump
    site: Site
    category_id: int
    report: Report
    now: Callable[[], datetime]
    progress: Progress = _silent

    def __post_init__(self) -> None:
        self.source = self.report.source
        self.accounts = Accounts(self.source, self.site, self.report)

    def run(self) -> Report:
        """Take everything that is not here yet; what was left stands in the report."""
        done = 0
        for settled in self.accounts.take(self.dump.users()):
            done += settled
            self.progress("members", done, None)
        self.progress("members", done, done)
        with tempfile.TemporaryDirectory(prefix="parley-import-") as folder, Spool(Path(folder)) as spool:
            self._fill(spool)
            self._take_topics(spool)
            self._list_lost(spool)
        self._note_damage()
        self._fold_counters()
        return self.report

    def _fill(self, spool: Spool) -> None:
        """Read the files once and sort them by topic."""
        self._spool("posts", self.dump.posts(), spool.add_post)
        self._spool("comments", self.dump.comments(), spool.add_comment)
        for kind, n in spool.add_votes(self.dump.votes()).items():
            self.report.skipped[f"votes: {VOTE_KINDS.get(kind, f'of kind {kind}')}"] += n
        for link in self.dump.links():
            self.report.skipped[LINK_KINDS.get(link.kind, f"links of kind {link.kind}")] += 1
        for entry in self.dump.history():
            if entry.kind not in TEXTS:
                self.report.skipped[f"history that changed no text, of kind {entry.kind}"] += 1
            elif not spool.add_history(entry):
                self.report.leave("rows that the dump has twice", f"history {entry.id}")
        spool.finish()

    def _spool(self, name: str, rows: Iterable[PostRow | CommentRow], add: Callable[[Any], bool]) -> None:
        for number, row in enumerate(rows, start=1):
            if not add(row):
                self.report.leave("rows that the dump has twice", f"{name} {row.id}")
            if number % 1000 == 0:
                self.progress(f"reading {name}", number, None)

    def _take_topics(self, spool: Spool) -> None:
        votes = self.dump.path("Votes")
        composer = Composer(self.site, has_votes=votes is not None and votes.name not in self.dump.damaged)
        total, done = spool.count_threads(), 0
        batch: list[IncomingTopic] = []
        for thread in spool.threads():
            batch.append(composer.topic(thread))
            if sum(len(topic.posts) for topic in batch) >= POSTS_AT_ONCE:
                self._take(batch)
                done += len(batch)
                batch = []
                self.progress("topics", done, total)
        self._take(batch)
        self.progress("topics", total, total)

    def _take(self, topics: Sequence[IncomingTopic]) -> None:
        keys = [post.key for topic in topics for post in topic.posts]
        with transaction() as s:
            known = get_known_posts(s, self.source, keys)
        for topic in topics:
            for post in topic.posts:
                if post.key in known:
                    self.report.already["topics" if post is topic.posts[0] else SAID[post.key[0]]] += 1
        fresh = [topic for topic in topics if any(post.key not in known for post in topic.posts)]
        people = self.accounts.ensure(one for topic in fresh for post in topic.posts for one in post.people)
        with transaction() as s:
            usernames = get_usernames(s, people.values())
        prepared = [self._prepare(topic, known, people, usernames) for topic in fresh]
        # Tags come first and alone: made among topics, their order could cross that of somebody who opens a topic.
        with transaction() as s:
            ensure_tags(s, sorted({tag for topic in fresh for tag in tags_of(topic.tags)}), self.now())
        for part in _parts(prepared):
            self._write(part, people)

    def _prepare(
        self,
        topic: IncomingTopic,
        known: Container[Key],
        people: Mapping[str, int],
        usernames: Mapping[int, str],
    ) -> Prepared:
        ids = {people[post.author.external_id] for post in topic.posts if post.author}
        participants = {names.key(usernames[i]): Mention(i, usernames[i]) for i in ids}
        if topic.posts[0].key not in known:
            tags_of(topic.tags, report=self.report)
        texts = (
            prepare_post(topic, post, participants, base_url=self.site.base_url, report=self.report)
            for post in topic.posts
            if post.key not in known
        )
        return topic, [text for text in texts if text is not None]

    def _write(self, part: Sequence[Prepared], people: Mapping[str, int]) -> None:
        with transaction() as s:
            lock_source(s, self.source)
            writer = TopicWriter(s, self.source, self.category_id, people, self.now())
            for topic, posts in part:
                writer.write(topic, posts)
            writer.finish()
        s.expunge_all()
        self.report.taken.update(writer.taken)

    def _list_lost(self, spool: Spool) -> None:
        for post_id, kind in spool.other_posts():
            what = "descriptions of tags" if kind in (TAG_EXCERPT, TAG_WIKI) else f"posts of kind {kind}"
            self.report.leave(what, f"post {post_id}")
        for post_id, parent in spool.lost_answers():
            self.report.leave("answers whose question is not in the dump", f"post {post_id} on {parent}")
        for comment_id, post_id in spool.lost_comments():
            self.report.leave("comments on what was not taken", f"comment {comment_id} on {post_id}")
        for post_id, n in spool.lost_votes():
            self.report.skipped["votes: on posts that are not in the dump"] += n
            self.report.leave("posts that are not in the dump but have votes", f"post {post_id}")

    def _note_damage(self) -> None:
        self.report.missing_files = self.dump.missing()
        for damage in self.dump.damaged.values():
            said = {
                "file": damage.file,
                "line": damage.line,
                "reason": damage.reason,
                "kept_rows": damage.kept,
            }
            self.report.damage.append({**said, "message": str(damage)})
        for row in self.dump.unreadable.values():
            self.report.leave(f"unreadable rows: {row.reason}", f"{row.file} line {row.line}")
        for file, n in self.dump.replaced.items():
            self.report.change("characters that XML does not allow: shown as \ufffd", f"{n} in {file}")

    def _fold_counters(self) -> None:
        """Categories, tags and totals are right when the command ends, not only after the next job."""
        while True:
            with transaction() as s:
                if not counters.fold(s):
                    return


def _parts(prepared: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """Groups for one transaction each: small topics together, a very long one in pieces."""
    part: list[Prepared] = []
    size = 0
    for topic, posts in prepared:
        for start in range(0, len(posts), POSTS_AT_ONCE):
            piece = posts[start : start + POSTS_AT_ONCE]
            if part and size + len(piece) > POSTS_AT_ONCE:
                yield part
                part, size = [], 0
            part.append((topic, piece))
            size += len(piece)
    if part:
        yield part
