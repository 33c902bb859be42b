"""Reads a Stack Exchange data dump as published: typed records, one file at a time, in constant memory.

The format is described in the README of the dump and on Meta Stack Exchange ("Database schema
documentation for the public data dump"): `Posts.xml`, `Users.xml` and so on, each a list of
`<row .../>`. Here every file may be packed with gzip (`.xml.gz`) and named in any case.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from api.archive.stackexchange.xml_rows import DamagedFile, Row, RowReader

QUESTION, ANSWER, TAG_EXCERPT, TAG_WIKI = 1, 2, 4, 5  # PostTypeId
UP, DOWN = 2, 3  # VoteTypeId
COMMUNITY = -1  # the account that owns what nobody owns
FILES = ("Users", "Tags", "Posts", "Comments", "Votes", "PostHistory", "PostLinks")
_BIGGEST_ID = 2**53 - 1


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    name: str
    created_at: datetime
    last_seen_at: datetime | None
    about_html: str


@dataclass(frozen=True, slots=True)
class TagRow:
    id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PostRow:
    """A question, an answer or a tag wiki; `kind` is the dump's PostTypeId, `licence` None in old dumps."""

    id: int
    kind: int
    parent_id: int | None
    accepted_id: int | None
    created_at: datetime
    edited_at: datetime | None
    closed_at: datetime | None
    score: int
    views: int
    title: str
    tags: tuple[str, ...]
    body_html: str
    owner_id: int | None
    owner_name: str | None
    editor_id: int | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class CommentRow:
    id: int
    post_id: int
    created_at: datetime
    score: int
    text: str
    user_id: int | None
    user_name: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class VoteRow:
    id: int
    post_id: int
    kind: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of a post's history; `text` is Markdown, a title or a list of tags, as `kind` says."""

    id: int
    post_id: int
    kind: int
    group: str
    created_at: datetime
    user_id: int | None
    user_name: str | None
    comment: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    id: int
    post_id: int
    related_id: int
    kind: int


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that was left out since a field that it cannot do without is missing or wrong."""

    file: str
    line: int
    reason: str


Record = TypeVar("Record")


@dataclass
class Dump:
    """One dump in a folder. What could not be read is collected here, once, however often it is read."""

    folder: Path
    damaged: dict[str, DamagedFile] = field(default_factory=dict)
    unreadable: dict[tuple[str, int], UnreadableRow] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)

    def path(self, name: str) -> Path | None:
        """The file called NAME.xml or NAME.xml.gz in any case; None where there is none."""
        wanted = (f"{name}.xml".lower(), f"{name}.xml.gz".lower())
        found = [entry for entry in self.folder.iterdir() if entry.name.lower() in wanted and entry.is_file()]
        return min(found, key=lambda entry: (wanted.index(entry.name.lower()), entry.name), default=None)

    def missing(self) -> list[str]:
        return [name for name in FILES if self.path(name) is None]

    def size(self, name: str) -> int:
        """Bytes of the file as it lies there, 0 where there is none: for a progress bar."""
        path = self.path(name)
        return path.stat().st_size if path else 0

    def users(self) -> Iterator[UserRow]:
        return self._records("Users", _user)

    def tags(self) -> Iterator[TagRow]:
        return self._records("Tags", _tag)

    def posts(self) -> Iterator[PostRow]:
        return self._records("Posts", _post)

    def comments(self) -> Iterator[CommentRow]:
        return self._records("Comments", _comment)

    def votes(self) -> Iterator[VoteRow]:
        return self._records("Votes", _vote)

    def history(self) -> Iterator[HistoryRow]:
        return self._records("PostHistory", _history)

    def links(self) -> Iterator[LinkRow]:
        return self._records("PostLinks", _link)

    def _records(self, name: str, record: Callable[["_Fields"], Record]) -> Iterator[Record]:
        path = self.path(name)
        if path is None:
            return
        reader = RowReader(path)
        try:
            for row in reader:
                try:
                    yield record(_Fields(row))
                except _BadField as bad:
                    self.unreadable[path.name, row.line] = UnreadableRow(path.name, row.line, str(bad))
        except DamagedFile as damage:
            self.damaged[path.name] = damage
        finally:
            if reader.replaced:
                self.replaced[path.name] = reader.replaced


class _BadField(Exception):
    pass


class _Fields:
    """Typed access to a row's attributes; `whole` and `time` insist, the `_or_none` twins do not."""

    def __init__(self, row: Row) -> None:
        self._attributes = row.attributes

    def text(self, name: str) -> str:
        return self._attributes.get(name, "")

    def text_or_none(self, name: str) -> str | None:
        return self._attributes.get(name) or None

    def whole(self, name: str) -> int:
        raw = self._attributes.get(name)
        if raw is None:
            raise _BadField(f"{name} is missing")
        try:
            number = int(raw)
        except ValueError:
            raise _BadField(f"{name} is not a whole number: {raw[:40]!r}") from None
        if abs(number) > _BIGGEST_ID:
            raise _BadField(f"{name} is out of range: {raw[:40]!r}")
        return number

    def whole_or_none(self, name: str) -> int | None:
        return self.whole(name) if self._attributes.get(name) else None

    def whole_or_zero(self, name: str) -> int:
        return self.whole_or_none(name) or 0

    def time(self, name: str) -> datetime:
        """The dump's times are UTC without saying so."""
        raw = self._attributes.get(name)
        if raw is None:
            raise _BadField(f"{name} is missing")
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            raise _BadField(f"{name} is not a time: {raw[:40]!r}") from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def time_or_none(self, name: str) -> datetime | None:
        with suppress(_BadField):
            return self.time(name)
        return None


def _user(row: _Fields) -> UserRow:
    return UserRow(
        id=row.whole("Id"),
        name=row.text("DisplayName"),
        created_at=row.time("CreationDate"),
        last_seen_at=row.time_or_none("LastAccessDate"),
        about_html=row.text("AboutMe"),
    )


def _tag(row: _Fields) -> TagRow:
    return TagRow(id=row.whole("Id"), name=row.text("TagName"), count=row.whole_or_zero("Count"))


def _post(row: _Fields) -> PostRow:
    return PostRow(
        id=row.whole("Id"),
        kind=row.whole("PostTypeId"),
        parent_id=row.whole_or_none("ParentId"),
        accepted_id=row.whole_or_none("AcceptedAnswerId"),
        created_at=row.time("CreationDate"),
        edited_at=row.time_or_none("LastEditDate"),
        closed_at=row.time_or_none("ClosedDate"),
        score=row.whole_or_zero("Score"),
        views=row.whole_or_zero("ViewCount"),
        title=row.text("Title"),
        tags=split_tags(row.text("Tags")),
        body_html=row.text("Body"),
        owner_id=row.whole_or_none("OwnerUserId"),
        owner_name=row.text_or_none("OwnerDisplayName"),
        editor_id=row.whole_or_none("LastEditorUserId"),
        licence=row.text_or_none("ContentLicense"),
    )


def _comment(row: _Fields) -> CommentRow:
    return CommentRow(
        id=row.whole("Id"),
        post_id=row.whole("PostId"),
        created_at=row.time("CreationDate"),
        score=row.whole_or_zero("Score"),
        text=row.text("Text"),
        user_id=row.whole_or_none("UserId"),
        user_name=row.text_or_none("UserDisplayName"),
        licence=row.text_or_none("ContentLicense"),
    )


def _vote(row: _Fields) -> VoteRow:
    return VoteRow(id=row.whole("Id"), post_id=row.whole("PostId"), kind=row.whole("VoteTypeId"))


def _history(row: _Fields) -> HistoryRow:
    return HistoryRow(
        id=row.whole("Id"),
        post_id=row.whole("PostId"),
        kind=row.whole("PostHistoryTypeId"),
        group=row.text("RevisionGUID"),
        created_at=row.time("CreationDate"),
        user_id=row.whole_or_none("UserId"),
        user_name=row.text_or_none("UserDisplayName"),
        comment=row.text("Comment"),
        text=row.text("Text"),
    )


def _link(row: _Fields) -> LinkRow:
    return LinkRow(
        id=row.whole("Id"),
        post_id=row.whole("PostId"),
        related_id=row.whole("RelatedPostId"),
        kind=row.whole("LinkTypeId"),
    )


def split_tags(raw: str) -> tuple[str, ...]:
    """The names in `<a><b>` (dumps until 2023) or `|a|b|` (later ones), in their order."""
    return tuple(name for name in raw.replace("><", "|").strip("<>|").split("|") if name)
