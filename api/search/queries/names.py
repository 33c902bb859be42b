"""Members and tags by the beginning of their names."""

from sqlalchemy import Select, and_, select, union_all
from sqlalchemy.orm import Session

from api.core.cursors import Page, Window, page, seek
from api.permissions.actor import Actor
from api.tags.models import Tag
from api.tags.queries import list_tags
from api.text.clean import compatibility_fold
from api.text.names import key
from api.users.models import CURRENT, User, Username
from api.users.rules import sees_user


def find_users(s: Session, actor: Actor, text: str, window: Window) -> Page[User]:
    """Members whose name or display name begins with the text, however it is written, by that name."""
    name = " ".join(text.removeprefix("@").split())
    if not name:
        return Page([], None, None)
    by_name = seek(
        _by_username(actor, key(name.replace(" ", "_"))), window, [Username.key, User.id], descending=False
    )
    by_display = _by_display_name(actor, key(name), key(name.replace(" ", "_")))
    by_display = seek(by_display, window, [User.display_key, User.id], descending=False)
    named = union_all(by_name, by_display).subquery("named")
    statement = select(User, named.c.key).join(named, named.c.id == User.id)
    rows = s.execute(seek(statement, window, [named.c.key, named.c.id], descending=False)).all()
    found = page(rows, window, lambda row: (row.key, row.User.id))
    return Page([row.User for row in found.items], found.next, found.previous)


def _by_username(actor: Actor, prefix: str) -> Select[str, int]:
    statement = select(Username.key.label("key"), User.id.label("id")).join(User, User.id == Username.user_id)
    return statement.where(
        Username.key.startswith(prefix, autoescape=True), Username.kind == CURRENT, sees_user(actor)
    )


def _by_display_name(actor: Actor, prefix: str, other: str) -> Select[str, int]:
    """Without those whom the username already finds."""
    statement = select(User.display_key.label("key"), User.id.label("id"))
    found_already = select(Username.key).where(
        Username.user_id == User.id, Username.kind == CURRENT, Username.key.startswith(other, autoescape=True)
    )
    # The second condition says again what the index is limited to.
    begins = and_(User.display_key.startswith(prefix, autoescape=True), User.display_key != "")
    return statement.where(begins, ~found_already.exists(), sees_user(actor))


def find_tags(s: Session, text: str, window: Window) -> Page[Tag]:
    """Tags in use whose name begins with the text, those with the most topics first."""
    prefix = compatibility_fold(text).removeprefix("#")
    return list_tags(s, window, sort="top", prefix=prefix) if prefix else Page([], None, None)
