"""One's own account over HTTP: the member, and what only they see of it."""

from typing import Any

from sqlalchemy.orm import Session

from api.auth import queries
from api.auth.schemas import OwnUserOut, own_user_json
from api.core.api import Blueprint, Call, member
from api.core.db import current_session, transaction
from api.core.problems import Problem
from api.users.actions import change_profile
from api.users.models import User
from api.users.queries import get_user_by_id
from api.users.schemas import UserPatch

bp = Blueprint("account", "One's own account")


def _own_user(s: Session, call: Call) -> User:
    user: User | None = get_user_by_id(s, call.actor, call.actor.user_id or 0)
    if user is None:  # deleted since the token was read, a moment ago
        raise Problem(401, "invalid_token")
    return user


@bp.operation("GET", "/users/me", access=member("account:read"), answer=(200, OwnUserOut), ready=True)
def get_own_user(call: Call) -> dict[str, Any]:
    """Get one's own account."""
    s = current_session()
    user = _own_user(s, call)
    return own_user_json(user, queries.get_own_email(s, call.actor), call.actor)


@bp.operation(
    "PATCH", "/users/me", access=member("account:write"), body=UserPatch, answer=(200, OwnUserOut),
    if_match=True, ready=True,
)  # fmt: skip
def change_own_user(call: Call) -> dict[str, Any]:
    """Change one's profile and languages."""
    with transaction() as s:
        user = _own_user(s, call)
        change_profile(s, call.actor, user, call.body, if_match=call.if_match)
        return own_user_json(user, queries.get_own_email(s, call.actor), call.actor)
