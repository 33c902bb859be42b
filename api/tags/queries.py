"""Tags by name, and those that a topic names."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, page, seek
from api.tags.models import Tag


def get_tag(s: Session, name: str) -> Tag | None:
    """A tag by its folded name. Tags are no secret: their names and public counts are for everyone."""
    return s.scalar(select(Tag).where(Tag.name == name))


def get_tags(s: Session, names: Sequence[str]) -> dict[str, Tag]:
    """Those of the named tags that exist, by name."""
    return {tag.name: tag for tag in s.scalars(select(Tag).where(Tag.name.in_(names)))}


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
