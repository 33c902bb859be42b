"""Tags come into being when a topic first names them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.core import counters
from api.tags.models import Tag
from api.tags.queries import get_tags

counters.register("tag_topics", "tags", "topic_count")


def ensure_tags(s: Session, names: Sequence[str], now: datetime) -> dict[str, int]:
    """Ids of the named tags, the missing ones made; in one order, so that two topics cannot wait for each other."""
    known = get_tags(s, names)
    missing = sorted(set(names) - set(known))
    if missing:
        rows = [{"name": name, "created_at": now} for name in missing]
        s.execute(insert(Tag).values(rows).on_conflict_do_nothing(constraint="uq_tags_name"))
        known = get_tags(s, names)
    return {name: tag.id for name, tag in known.items()}
