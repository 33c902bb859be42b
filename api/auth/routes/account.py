"""One's own account over HTTP: the member, and what only they see of it."""

from typing import Any

from api.auth import queries
from api.auth.schemas import OwnUserOut, own_user_json
from api.core.api import Blueprint, Call, member
from api.core.db import current_session, transaction
from api.core.problems import not_found
from api.users.actions import change_profile
from api.users.queries import get_user_by_id
from api.users.schemas import UserPatch

bp = Blueprint("account", "One's own account")


@bp.operation(
    "GET", "/users/me", access=member("account:read"), answer=(200, OwnUserOut), ready=True, problems=(404,)
)
def get_own_user(call: Call) -> dict[str, Any]:
    """Get one's own account."""
    s = current_session()
    user = get_user_by_id(s, call.actor, call.actor.user_id or 0)
    if user is None:
        raise not_found()
    return own_user_json(user, queries.get_own_email(s, call.actor), call.actor)


@bp.operation(
    "PATCH", "/users/me", access=member("account:write"), body=UserPatch, answer=(200, OwnUserOut),
    if_match=True, ready=True, problems=(404,),
)  # fmt: skip
def change_own_user(call: Call) -> dict[str, Any]:
    """Change one's profile and languages."""
    with transaction() as s:
        user = get_user_by_id(s, call.actor, call.actor.user_id or 0)
        if user is None:
            raise not_found()
        change_profile(s, call.actor, user, call.body, if_match=call.if_match)
        return own_user_json(user, queries.get_own_email(s, call.actor), call.actor)
