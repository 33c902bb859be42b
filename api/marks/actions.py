"""Noting and taking back votes. Who may vote on what is decided above, where posts are known."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.marks.models import Vote


def set_vote(s: Session, user_id: int, post_id: int, topic_id: int, value: int, now: datetime) -> int:
    """Make the member's vote `value` (1, -1, or 0 for none); returns what it was. The post's row must be locked."""
    mine = (Vote.user_id == user_id, Vote.post_id == post_id)
    before = s.scalar(select(Vote.value).where(*mine)) or 0
    if value == before:
        return before
    if value == 0:
        s.execute(delete(Vote).where(*mine))
        return before
    row = {"user_id": user_id, "post_id": post_id, "topic_id": topic_id, "value": value, "at": now}
    put = insert(Vote).values(row)
    s.execute(put.on_conflict_do_update(constraint="pk_votes", set_={"value": value, "at": now}))
    return before
