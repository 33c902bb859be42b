"""What happens to members: they come, hold names, change their profile, get roles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.core import problems
from api.core.etags import NO_PRECONDITION, Precondition
from api.core.problems import Problem, invalid, require
from api.core.runtime import settings
from api.permissions.actor import Actor
from api.text import names, render
from api.users.models import ACTIVE, CURRENT, HELD, MAX_KEY, User, Username
from api.users.queries import count_admins, mention_resolver
from api.users.rules import has_fresh_sign_in, may_edit_profile, may_set_role

problems.register(
    {
        "name_taken": "The name belongs to somebody, or did",
        "not_yours": "It belongs to another member",
        "last_admin": "Somebody must remain administrator",
        "reauthentication_required": "Enter your password again to do this",
    },
    {"pk_usernames": (409, "name_taken"), "uq_usernames_current": (409, "name_taken")},
)


def checked_name(username: str) -> names.Name:
    """A name with its key. Raises NameRefused for what cannot be one, 422 for a key that is too long to store."""
    name = names.check(username)
    if len(name.key) > MAX_KEY:
        raise invalid("/username", "too_long", "Written out, the name is too long.", max=MAX_KEY)
    return name


def _claim(
    s: Session, name: names.Name, values: dict[str, Any], *, holder: int | None, now: datetime
) -> None:
    """Make the name's row ours unless it is anybody else's; a twin at the same time waits here and is refused.

    A hold that ran out, or that registration `holder` has, gives way. Raises 409 name_taken.
    """
    row = {"shown": name.shown, "user_id": None, "registration_id": None, "until": None, **values}
    gives_way = Username.until <= now
    if holder is not None:
        gives_way = or_(gives_way, Username.registration_id == holder)
    statement = insert(Username).values(key=name.key, **row)
    statement = statement.on_conflict_do_update(
        index_elements=["key"], set_=row, where=and_(Username.kind == HELD, gives_way)
    )
    if s.execute(statement.returning(Username.key)).first() is None:
        raise Problem(409, "name_taken")


def hold_name(s: Session, name: names.Name, *, registration_id: int, until: datetime, now: datetime) -> None:
    """Keep a name for a registration until it is confirmed or runs out. Raises 409 name_taken."""
    values = {"kind": HELD, "registration_id": registration_id, "until": until}
    _claim(s, name, values, holder=None, now=now)


def release_names(s: Session, registration_ids: Sequence[int]) -> None:
    """Let go of the names that registrations hold."""
    held = delete(Username).where(Username.kind == HELD, Username.registration_id.in_(registration_ids))
    s.execute(held)


def create_user(
    s: Session,
    *,
    username: str,
    role: str = "member",
    display_name: str = "",
    locale: str | None = None,
    bot: bool = False,
    registration_id: int | None = None,
    now: datetime,
) -> User:
    """A new member with their name. Address and password are auth's business.

    `registration_id` is the registration that holds the name, if one does. Raises NameRefused for what cannot be a
    name, 409 name_taken for what is somebody's.
    """
    name = checked_name(username)
    user = User(
        username=name.shown,
        display_name=display_name,
        display_key=names.key(display_name),
        role=role,
        locale=locale,
        bot=bot,
        state=0,
        about="",
        about_html="",
        topic_count=0,
        reply_count=0,
        answer_count=0,
        version=1,
        created_at=now,
    )
    s.add(user)
    s.flush()
    _claim(s, name, {"kind": CURRENT, "user_id": user.id}, holder=registration_id, now=now)
    return user


def add_counts(
    s: Session, user_id: int | None, *, topics: int = 0, replies: int = 0, answers: int = 0
) -> None:
    """Move a member's counters by these amounts; nothing for authors who are not there."""
    moved = {"topic_count": topics, "reply_count": replies, "answer_count": answers}
    values = {name: getattr(User, name) + by for name, by in moved.items() if by}
    if user_id is None or not values:
        return
    statement = update(User).where(User.id == user_id).values(values)
    s.execute(statement.execution_options(synchronize_session=False))


def _locked(s: Session, user: User) -> None:
    """Lock the member's row and see it as it is now."""
    s.refresh(user, with_for_update=True)


def change_profile(
    s: Session,
    actor: Actor,
    user: User,
    changes: Mapping[str, Any],
    *,
    if_match: Precondition = NO_PRECONDITION,
) -> User:
    """Merge display_name, about, locale and lang; None empties. What is equal changes nothing."""
    require(may_edit_profile(actor, user))
    _locked(s, user)
    if_match.check(user.version)
    empties = {"display_name": "", "about": ""}
    wanted = {name: empties.get(name) if value is None else value for name, value in changes.items()}
    different = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if not different:
        return user
    for name, value in different.items():
        setattr(user, name, value)
    if "display_name" in different:
        user.display_key = names.key(user.display_name)
    if "about" in different:
        user.about_html = render(user.about, mentions=mention_resolver(s), root=settings().root_path).html
    user.version += 1
    s.flush()
    return user


def demand_fresh_sign_in(actor: Actor, now: datetime) -> None:
    """401 reauthentication_required (RFC 9470) unless the password was typed in the last ten minutes."""
    verdict = has_fresh_sign_in(actor, now)
    if not verdict:
        raise Problem(401, verdict.code or "reauthentication_required")


def set_role(
    s: Session,
    actor: Actor,
    user: User,
    role: str,
    *,
    if_match: Precondition = NO_PRECONDITION,
    now: datetime,
) -> User:
    """Make somebody member, moderator or administrator; it holds from their very next request on."""
    require(may_set_role(actor, user))
    demand_fresh_sign_in(actor, now)
    return give_role(s, user, role, if_match=if_match)


def give_role(s: Session, user: User, role: str, *, if_match: Precondition = NO_PRECONDITION) -> User:
    """The same without asking who does it: for the command line. Raises 409 last_admin."""
    # The administrators' rows are locked before the member's, in the same order by everybody.
    admins = count_admins(s) if role != "admin" else 0
    _locked(s, user)
    if_match.check(user.version)
    if user.role == role:
        return user
    if user.role == "admin" and user.state == ACTIVE and admins <= 1:
        raise Problem(409, "last_admin")
    user.role = role
    user.version += 1
    s.flush()
    return user


def note_seen(s: Session, user_id: int, now: datetime, *, before: datetime) -> None:
    """Write down that a member is here, unless somebody did after `before`."""
    unnoticed = or_(User.last_seen_at.is_(None), User.last_seen_at < before)
    statement = update(User).where(User.id == user_id, unnoticed).values(last_seen_at=now)
    s.execute(statement.execution_options(synchronize_session=False))
