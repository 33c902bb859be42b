"""What importers hand over, whatever the forum it comes from."""

from dataclasses import dataclass
from datetime import datetime

from api.archive.members import Newcomer

# (kind, external id) of a post: POST or COMMENT of api.archive.models.
Key = tuple[str, str]


@dataclass(frozen=True)
class Revision:
    """A former text; `title` and `tags` of an opening post at that time, None for other posts."""

    at: datetime
    editor: Newcomer | None
    body: str
    title: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True)
class IncomingPost:
    """A post as it was there, its text in HTML; `former` are the texts before the present one, oldest first."""

    key: Key
    author: Newcomer | None
    created_at: datetime
    html: str
    url: str
    licence: str
    edited_at: datetime | None = None
    editor: Newcomer | None = None
    base_score: int = 0
    reply_to: Key | None = None
    former: tuple[Revision, ...] = ()

    @property
    def people(self) -> list[Newcomer]:
        people = [self.author, self.editor, *(revision.editor for revision in self.former)]
        return [one for one in people if one is not None]


@dataclass(frozen=True)
class IncomingTopic:
    """A topic with its posts in the order of their numbers; the first is the opening post."""

    external_id: str
    title: str
    tags: tuple[str, ...]
    url: str
    posts: tuple[IncomingPost, ...]
    answer: Key | None = None
    locked: bool = False
    views: int = 0
