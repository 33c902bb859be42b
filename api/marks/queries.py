"""What one member noted about many posts, in one statement a page."""

from collections.abc import Sequence

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from api.marks.models import Vote


def get_votes(s: Session, user_id: int | None, post_ids: Sequence[int]) -> dict[int, int]:
    """Post id -> the member's vote, for those posts that have one; nothing is asked for readers without account."""
    if user_id is None or not post_ids:
        return {}
    among = Vote.post_id == any_(literal(list(post_ids), ARRAY(BigInteger)))
    rows = s.execute(select(Vote.post_id, Vote.value).where(Vote.user_id == user_id, among))
    return dict(rows.all())
