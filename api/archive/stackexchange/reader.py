"""Reads a Stack Exchange data dump as published: typed records, one file at a time, in constant memory.

The format is described in the README of the dump and on Meta Stack Exchange ("Database schema
documentation for the public data dump"): `Posts.xml`, `Users.xml` and so on, each a list of
`<row .../>`. Here every file may be packed with gzip (`.xml.gz`) and named in any case.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from api.archive.stackexchange import records
from api.archive.stackexchange.records import (
    BadField,
    CommentRow,
    Fields,
    HistoryRow,
    LinkRow,
    PostRow,
    TagRow,
    UserRow,
    VoteRow,
)
from api.archive.stackexchange.xml_rows import DamagedFile, RowReader

FILES = ("Users", "Tags", "Posts", "Comments", "Votes", "PostHistory", "PostLinks")


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
        return self._records("Users", records.read_user)

    def tags(self) -> Iterator[TagRow]:
        return self._records("Tags", records.read_tag)

    def posts(self) -> Iterator[PostRow]:
        return self._records("Posts", records.read_post)

    def comments(self) -> Iterator[CommentRow]:
        return self._records("Comments", records.read_comment)

    def votes(self) -> Iterator[VoteRow]:
        return self._records("Votes", records.read_vote)

    def history(self) -> Iterator[HistoryRow]:
        return self._records("PostHistory", records.read_history)

    def links(self) -> Iterator[LinkRow]:
        return self._records("PostLinks", records.read_link)

    def _records(self, name: str, record: Callable[[Fields], Record]) -> Iterator[Record]:
        path = self.path(name)
        if path is None:
            return
        reader = RowReader(path)
        try:
            for row in reader:
                try:
                    yield record(Fields(row))
                except BadField as bad:
                    self.unreadable[path.name, row.line] = UnreadableRow(path.name, row.line, str(bad))
        except DamagedFile as damage:
            self.damaged[path.name] = damage
        finally:
            if reader.replaced:
                self.replaced[path.name] = reader.replaced
