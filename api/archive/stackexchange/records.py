"""The records of a Stack Exchange dump, as typed rows made of a row's attributes."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from api.archive.stackexchange.xml_rows import Row

QUESTION, ANSWER, TAG_EXCERPT, TAG_WIKI = 1, 2, 4, 5  # PostTypeId
UP, DOWN = 2, 3  # VoteTypeId
COMMUNITY = -1  # the account that owns what nobody owns
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


class BadField(Exception):
    pass


class Fields:
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
            raise BadField(f"{name} is missing")
        try:
            number = int(raw)
        except ValueError:
            raise BadField(f"{name} is not a whole number: {raw[:40]!r}") from None
        if abs(number) > _BIGGEST_ID:
            raise BadField(f"{name} is out of range: {raw[:40]!r}")
        return number

    def whole_or_none(self, name: str) -> int | None:
        return self.whole(name) if self._attributes.get(name) else None

    def whole_or_zero(self, name: str) -> int:
        return self.whole_or_none(name) or 0

    def time(self, name: str) -> datetime:
        """The dump's times are UTC without saying so."""
        raw = self._attributes.get(name)
        if raw is None:
            raise BadField(f"{name} is missing")
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            raise BadField(f"{name} is not a time: {raw[:40]!r}") from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def time_or_none(self, name: str) -> datetime | None:
        with suppress(BadField):
            return self.time(name)
        return None


def read_user(row: Fields) -> UserRow:
    return UserRow(
        id=row.whole("Id"),
        name=row.text("DisplayName"),
        created_at=row.time("CreationDate"),
        last_seen_at=row.time_or_none("LastAccessDate"),
        about_html=row.text("AboutMe"),
    )


def read_tag(row: Fields) -> TagRow:
    return TagRow(id=row.whole("Id"), name=row.text("TagName"), count=row.whole_or_zero("Count"))


def read_post(row: Fields) -> PostRow:
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


def read_comment(row: Fields) -> CommentRow:
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


def read_vote(row: Fields) -> VoteRow:
    return VoteRow(id=row.whole("Id"), post_id=row.whole("PostId"), kind=row.whole("VoteTypeId"))


def read_history(row: Fields) -> HistoryRow:
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


def read_link(row: Fields) -> LinkRow:
    return LinkRow(
        id=row.whole("Id"),
        post_id=row.whole("PostId"),
        related_id=row.whole("RelatedPostId"),
        kind=row.whole("LinkTypeId"),
    )


def split_tags(raw: str) -> tuple[str, ...]:
    """The names in `<a><b>` (dumps until 2023) or `|a|b|` (later ones), in their order."""
    return tuple(name for name in raw.replace("><", "|").strip("<>|").split("|") if name)
