"""Members over HTTP. What only the owner sees of an account is auth's."""

from typing import Any
from urllib.parse import quote

from api.core.api import Answer, Blueprint, Call, admin, anyone
from api.core.api.answers import api_path, moved_permanently
from api.core.cursors import Page
from api.core.db import current_session, transaction
from api.core.problems import not_found
from api.permissions.actor import Actor
from api.users import actions, queries
from api.users.models import User
from api.users.schemas import RoleChange, UserListQuery, UserOut, UserPageOut, user_json

bp = Blueprint(
    "users", "Members", path={"username": "The member's name; a former one leads to the present one."}
)


def user_path(user: User) -> str:
    """A member's address under the API."""
    return api_path(f"/users/{quote(user.username)}")


def _page_json(page: Page[User], actor: Actor) -> dict[str, Any]:
    items = [user_json(user, actor) for user in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@bp.operation(
    "GET", "/users", access=anyone(), query=UserListQuery, answer=(200, UserPageOut), caching="shared",
    ready=True, paged=True,
)  # fmt: skip
def list_users(call: Call) -> dict[str, Any]:
    """List members, or find them by the beginning of their name."""
    s = current_session()
    if call.query["id"]:
        return _page_json(
            Page(queries.list_users_by_id(s, call.actor, call.query["id"]), None, None), call.actor
        )
    prefix = call.query.get("q")
    sort = call.query.get("sort") or ("name" if prefix else "new")
    return _page_json(queries.list_users(s, call.actor, call.window(), prefix=prefix, sort=sort), call.actor)


@bp.operation(
    "GET", "/users/<username>", access=anyone(), answer=(200, UserOut), caching="shared", ready=True,
    problems=(301, 404),
)  # fmt: skip
def get_user(call: Call, username: str) -> Any:
    """Get a member by name; a former name leads to the present one."""
    s = current_session()
    user = queries.get_user(s, call.actor, username)
    if user is not None:
        return user_json(user, call.actor)
    renamed = queries.get_renamed_user(s, call.actor, username)
    if renamed is None:
        raise not_found()
    return moved_permanently(user_path(renamed))


@bp.operation(
    "PUT", "/users/<username>/role", access=admin(), body=RoleChange, answer=(200, UserOut), ready=True,
    if_match=True, problems=(404, 409),
)  # fmt: skip
def set_user_role(call: Call, username: str) -> Any:
    """Give a member a role; wants a password typed in the last ten minutes."""
    with transaction() as s:
        user = queries.get_user(s, call.actor, username)
        if user is None:
            raise not_found()
        role = call.body["role"]
        actions.set_role(s, call.actor, user, role, if_match=call.if_match, now=call.now)
        return Answer(user_json(user, call.actor))
