"""Counts the topics of tags again. Tags are listed for everybody, so only what everybody sees is counted."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from api.categories.models import EVERYONE
from api.core import counters

# Corrects only the rows that differ, and says by its row count how many did.
_MEND = """
    update tags g set topic_count = c.n from (
        select g.id, count(a.level) n from tags g left join topic_tags x on x.tag_id = g.id
        left join topics t on t.id = x.topic_id and t.hidden = 0
        left join category_access a on a.category_id = t.category_id and a.group_id = :everyone
        where cast(:category_id as bigint) is null or g.id in (
            select y.tag_id from topic_tags y join topics u on u.id = y.topic_id where u.category_id = :category_id)
        group by g.id) c
    where c.id = g.id and g.topic_count <> c.n"""


def fold_all(s: Session) -> None:
    """Begin a snapshot of its own, without a limit of time, in which no change of a counter waits to be folded.

    A row that a writer changes meanwhile makes the transaction fail (and be run again) instead of writing the old
    count over the new one. The session must not have been used in its transaction.
    """
    s.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    s.execute(text("set local statement_timeout = 0"))
    while counters.fold(s):
        pass


def mend_tags(s: Session, category_id: int | None = None) -> int:
    """Correct the counts of all tags, or of those that topics of a category have; how many were wrong."""
    asked = {"everyone": EVERYONE, "category_id": category_id}
    return int(s.execute(text(_MEND), asked).rowcount)  # type: ignore[attr-defined]


def recount_tags(s: Session, category_id: int) -> None:
    """Count the tags of a category's topics in one snapshot; doing it twice changes nothing."""
    fold_all(s)
    mend_tags(s, category_id)
