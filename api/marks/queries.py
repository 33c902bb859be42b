"""What one member noted about many posts, in one statement a page."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from api.core.prepared import Prepared, among_parameter
from api.marks.models import Vote

_VOTES = Prepared(
    lambda: select(Vote.post_id, Vote.value).where(
        Vote.user_id == bindparam("user_id", type_=BigInteger), among_parameter(Vote.post_id, "post_ids")
    )
)


def get_votes(s: Session, user_id: int | None, post_ids: Sequence[int]) -> dict[int, int]:
    """Post id -> the member's vote, for those posts that have one; nothing is asked for readers without account."""
    if user_id is None or not post_ids:
        return {}
    return dict(_VOTES.all(s, {"user_id": user_id, "post_ids": list(post_ids)}))
