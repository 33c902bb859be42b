"""What is asked about accounts; never by queries about content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, Uuid, bindparam, cast, exists, null, select
from sqlalchemy.orm import Session

from api.auth.models import AuthSession, OneTimeToken, Registration, UserSecret
from api.auth.rules import email_key
from api.core.cursors import Page, Window, page, seek
from api.core.prepared import Prepared
from api.permissions.actor import Actor
from api.text import names
from api.users.models import ACTIVE, CURRENT, DELETED, User, Username


def signed_in(
    levels_of: Callable[[SQLColumnExpression[str]], ColumnElement[Any]] = lambda _: null(),
) -> Prepared:
    """Session and member in one statement by their primary keys.

    `levels_of` makes of the member's role an expression for pairs of category id and Level: what there are
    categories for is not known here.
    """
    return Prepared(
        lambda: (
            select(
                AuthSession.user_id,
                AuthSession.idle_expires_at,
                AuthSession.absolute_expires_at,
                AuthSession.fresh_at,
                User.username,
                User.role,
                User.state,
                User.locale,
                User.last_seen_at,
                levels_of(User.role).label("levels"),
            )
            .join(User, User.id == AuthSession.user_id)
            .where(AuthSession.id == bindparam("session_id", type_=Uuid()))
        )
    )


SIGNED_IN = signed_in()


@dataclass(frozen=True)
class Account:
    """A member together with what proves it is them."""

    user: User
    email: str | None
    email_key: str | None
    password_hash: str | None


def _accounts() -> Any:
    columns = (User, UserSecret.email, UserSecret.email_key, UserSecret.password_hash)
    joined = select(*columns).outerjoin(UserSecret, UserSecret.user_id == User.id)
    return joined.where(User.state != DELETED)


def _one_account(s: Session, statement: Any) -> Account | None:
    row = s.execute(statement).one_or_none()
    return None if row is None else Account(*row)


def get_account(s: Session, user_id: int) -> Account | None:
    """The account of a member."""
    return _one_account(s, _accounts().where(User.id == user_id))


def get_account_by_email(s: Session, email: str) -> Account | None:
    """The account with this confirmed address."""
    return _one_account(s, _accounts().where(UserSecret.email_key == email_key(email)))


def get_account_by_login(s: Session, login: str) -> Account | None:
    """The account that somebody means who types this: an address if it has an @, which no name has, else a name."""
    if "@" in login:
        return get_account_by_email(s, login)
    named = _accounts().join(Username, Username.user_id == User.id)
    return _one_account(s, named.where(Username.key == names.key(login), Username.kind == CURRENT))


def holds_still(s: Session, account: Account) -> bool:
    """Whether the account's password is still the one that was read; it stays so until the transaction ends."""
    same = (UserSecret.user_id == account.user.id, UserSecret.password_hash == account.password_hash)
    return s.scalar(select(UserSecret.user_id).where(*same).with_for_update(read=True)) is not None


def has_session_from(s: Session, user_id: int, address: str, now: datetime) -> bool:
    """Whether the member is signed in from this address already."""
    mine = exists().where(
        AuthSession.user_id == user_id,
        AuthSession.address == address,
        AuthSession.idle_expires_at > now,
        AuthSession.absolute_expires_at > now,
    )
    return bool(s.scalar(select(mine)))


def get_own_email(s: Session, actor: Actor) -> str | None:
    """The caller's own address."""
    return s.scalar(select(UserSecret.email).where(UserSecret.user_id == actor.user_id))


def list_sessions(s: Session, actor: Actor, window: Window, now: datetime) -> Page[AuthSession]:
    """The caller's own running sessions, newest first."""
    statement = select(AuthSession).where(
        AuthSession.user_id == actor.user_id,
        AuthSession.idle_expires_at > now,
        AuthSession.absolute_expires_at > now,
    )
    keys = [AuthSession.created_at, cast(AuthSession.id, Text)]
    rows = s.scalars(seek(statement, window, keys, descending=True)).all()
    return page(rows, window, lambda row: (row.created_at, str(row.id)))


def get_own_session(s: Session, actor: Actor, session_id: str) -> AuthSession | None:
    """One of the caller's own sessions."""
    try:
        key = UUID(session_id)
    except ValueError:
        return None
    return s.scalar(select(AuthSession).where(AuthSession.id == key, AuthSession.user_id == actor.user_id))


def get_session(s: Session, session_id: UUID) -> AuthSession | None:
    """A session by id, as it is in the database now."""
    statement = select(AuthSession).where(AuthSession.id == session_id)
    return s.scalar(statement.execution_options(populate_existing=True))


def get_pending_registration(s: Session, email: str, now: datetime) -> Registration | None:
    """The newest sign-up of this address that waits for its confirmation."""
    statement = select(Registration).where(
        Registration.email_key == email_key(email),
        Registration.expires_at > now,
        Registration.decoy.is_(False),
    )
    return s.scalar(statement.order_by(Registration.id.desc()).limit(1))


def get_registration_of_token(s: Session, token_hash: bytes) -> Registration | None:
    """The sign-up that a mailed token belongs to, whether or not the token can still be used."""
    statement = select(Registration).join(OneTimeToken, OneTimeToken.registration_id == Registration.id)
    return s.scalar(statement.where(OneTimeToken.token_hash == token_hash, Registration.decoy.is_(False)))


def list_running_sessions(s: Session, session_ids: Sequence[str], now: datetime) -> dict[str, str]:
    """Session id -> its member's role, for those of the sessions that still hold."""
    if not session_ids:
        return {}
    statement = (
        select(AuthSession.id, User.role)
        .join(User, User.id == AuthSession.user_id)
        .where(
            AuthSession.id.in_([UUID(i) for i in session_ids]),
            AuthSession.idle_expires_at > now,
            AuthSession.absolute_expires_at > now,
            User.state == ACTIVE,
        )
    )
    return {str(row.id): row.role for row in s.execute(statement)}
