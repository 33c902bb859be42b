"""Members as an actor may see them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, page, seek
from api.core.prepared import Prepared, among_parameter
from api.permissions.actor import ANONYMOUS, Actor
from api.text import Mention, names
from api.text.clean import CharacterRefused, nfc
from api.users.models import ACTIVE, CURRENT, FORMER, HELD, User, Username
from api.users.rules import sees_user

_BRIEFS = Prepared(
    lambda: select(User.id, User.username, User.display_name, User.role, User.bot).where(
        among_parameter(User.id, "ids"), sees_user(ANONYMOUS)
    )
)


def _key(name: str) -> str | None:
    """The key of a name as somebody typed it; None for what cannot be anybody's."""
    try:
        return names.key(nfc(name))
    except CharacterRefused:
        return None


def get_user(s: Session, actor: Actor, name: str) -> User | None:
    """The member who bears this name now, however it is spelt."""
    statement = select(User).join(Username, Username.user_id == User.id)
    return s.scalar(statement.where(Username.key == _key(name), Username.kind == CURRENT, sees_user(actor)))


def get_renamed_user(s: Session, actor: Actor, name: str) -> User | None:
    """The member who bore this name before."""
    statement = select(User).join(Username, Username.user_id == User.id)
    return s.scalar(statement.where(Username.key == _key(name), Username.kind == FORMER, sees_user(actor)))


def get_user_by_id(s: Session, actor: Actor, user_id: int) -> User | None:
    """A member by id."""
    return s.scalar(select(User).where(User.id == user_id, sees_user(actor)))


def is_name_free(s: Session, key: str, now: datetime) -> bool:
    """Whether nobody has, had or still holds the name. Only claiming it decides; this spares a vain try."""
    ran_out = and_(Username.kind == HELD, Username.until <= now)
    return s.scalar(select(Username.key).where(Username.key == key, not_(ran_out))) is None


def list_users(
    s: Session, actor: Actor, window: Window, *, prefix: str | None = None, sort: str = "new"
) -> Page[User]:
    """Members, newest first or by name, those only whose name begins with `prefix` if it is given."""
    statement = select(User).where(sees_user(actor))
    if sort == "new" and prefix is None:
        rows = s.scalars(seek(statement, window, [User.created_at, User.id], descending=True)).all()
        return page(rows, window, lambda user: (user.created_at, user.id))
    named = select(User, Username.key).join(Username, Username.user_id == User.id)
    named = named.where(sees_user(actor), Username.kind == CURRENT)
    if prefix is not None:
        named = named.where(Username.key.startswith(_key(prefix) or prefix, autoescape=True))
    if sort == "new":
        rows_ = s.execute(seek(named, window, [User.created_at, User.id], descending=True)).all()
        found = page(rows_, window, lambda row: (row.User.created_at, row.User.id))
    else:
        rows_ = s.execute(seek(named, window, [Username.key], descending=False)).all()
        found = page(rows_, window, lambda row: (row.key,))
    return Page([row.User for row in found.items], found.next, found.previous)


def list_users_by_id(s: Session, actor: Actor, ids: Sequence[int]) -> list[User]:
    """These members in this order, without those who do not exist."""
    found = {user.id: user for user in s.scalars(select(User).where(User.id.in_(ids), sees_user(actor)))}
    return [found[i] for i in dict.fromkeys(ids) if i in found]


def count_admins(s: Session) -> int:
    """How many active administrators there are, each row locked, so that the last one stays the last one."""
    admins = select(User.id).where(User.role == "admin", User.state == ACTIVE).order_by(User.id)
    return len(s.scalars(admins.with_for_update()).all())


def brief_columns(user: Any, prefix: str) -> list[ColumnElement[Any]]:
    """What `brief` takes after the id, from a member joined (outer, by `sees_user`) to the rows of another table."""
    columns = (user.username, user.display_name, user.role, user.bot)
    return [column.label(f"{prefix}_{column.key}") for column in columns]


def brief(
    user_id: int | None, username: str | None, display_name: str, role: str, bot: bool
) -> dict[str, Any] | None:
    """UserBrief, ready for JSON; None for a deleted member, whose joined columns are NULL."""
    if username is None:
        return None
    return {
        "id": user_id,
        "username": username,
        "display_name": display_name,
        "avatar_url": None,
        "role": role,
        "bot": bot,
    }


def get_briefs(s: Session, ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """Id -> UserBrief, ready for JSON: {id, username, display_name, avatar_url, role, bot}.

    Deleted and unknown members are not in it; their author is null.
    """
    wanted = sorted({i for i in ids if i is not None})
    if not wanted:
        return {}
    found = {row[0]: brief(*row) for row in _BRIEFS.all(s, {"ids": wanted})}
    return {user_id: shown for user_id, shown in found.items() if shown is not None}


def mention_resolver(s: Session) -> Callable[[Sequence[str]], dict[str, Mention]]:
    """What api.text.render asks: keys of names in, those that are, or were, some member's out; one statement."""

    def resolve(keys: Sequence[str]) -> dict[str, Mention]:
        statement = select(Username.key, User.id, User.username).join(User, User.id == Username.user_id)
        rows = s.execute(statement.where(Username.key.in_(keys), sees_user(ANONYMOUS)))
        return {row.key: Mention(row.id, row.username) for row in rows}

    return resolve
