"""Tags by name, and those that a topic names."""

from collections.abc import Sequence

from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, page, seek
from api.core.prepared import Prepared
from api.tags.models import Tag

_IDS = Prepared(
    lambda: select(Tag.id, Tag.topic_count).where(Tag.name == any_(bindparam("names", type_=ARRAY(Text))))
)


def get_tag(s: Session, name: str) -> Tag | None:
    """A tag by its folded name. Tags are no secret: their names and public counts are for everyone."""
    return s.scalar(select(Tag).where(Tag.name == name))


def get_tags(s: Session, names: Sequence[str]) -> dict[str, Tag]:
    """Those of the named tags that exist, by name."""
    return {tag.name: tag for tag in s.scalars(select(Tag).where(Tag.name.in_(names)))}


def get_tag_ids(s: Session, names: Sequence[str]) -> list[int] | None:
    """The ids of all these tags, the one with the fewest topics first; None where one of them does not exist."""
    wanted = list(dict.fromkeys(names))
    rows = _IDS.all(s, {"names": wanted})
    return (
        [row.id for row in sorted(rows, key=lambda row: row.topic_count)]
        if len(rows) == len(wanted)
        else None
    )


def list_tags(s: Session, window: Window, *, sort: str, prefix: str = "") -> Page[Tag]:
    """Tags in use: `sort` is "top" (most topics first) or "name"."""
    statement = select(Tag).where(Tag.topic_count > 0)
    if prefix:
        statement = statement.where(Tag.name.startswith(prefix, autoescape=True))
    if sort == "name":
        rows = s.scalars(seek(statement, window, [Tag.name], descending=False)).all()
        return page(rows, window, lambda tag: [tag.name])
    rows = s.scalars(seek(statement, window, [Tag.topic_count, Tag.id], descending=True)).all()
    return page(rows, window, lambda tag: [tag.topic_count, tag.id])
