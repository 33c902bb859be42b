"""Passwords: proven again, changed, forgotten, chosen anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.auth.actions import mailed_tokens, mails
from api.auth.actions.sessions import Tokens, end_other_sessions, freshen, open_session
from api.auth.actions.tries import allow_mail, try_password
from api.auth.models import UserSecret
from api.auth.passwords import HASHER
from api.auth.queries import Account, get_account, get_account_by_email
from api.auth.rules import email_key, may_be_password
from api.core.problems import Problem, invalid
from api.permissions.actor import Actor
from api.users.actions import demand_fresh_sign_in
from api.users.models import ACTIVE, User

# Says how to sign in, and not that the access token, which may be fine, was bad.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="parley"'}
REFUSALS = {
    "password_is_name": "Choose a password other than your name or address.",
    "password_too_common": "This is one of the first passwords that anybody tries.",
}


def invalid_credentials() -> Problem:
    """One answer for whatever of a sign-in is wrong."""
    return Problem(401, "invalid_credentials", headers=CHALLENGE)


def check_password(password: str, *, username: str, email: str | None) -> None:
    """422 at /password for what is too easily guessed."""
    verdict = may_be_password(password, username=username, email=email)
    if verdict.code is not None:
        raise invalid("/password", verdict.code, REFUSALS[verdict.code])


def set_password(s: Session, user: User, password: str, now: datetime) -> None:
    """Store the hash of a checked password."""
    values = {"password_hash": HASHER.hash(password), "password_changed_at": now}
    statement = insert(UserSecret).values(user_id=user.id, **values)
    s.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


def _own_account(s: Session, actor: Actor, password: str, now: datetime) -> tuple[Account, UUID]:
    """The caller's account and session, once the password was proven. Raises 401 and 429."""
    session_id = UUID(actor.session_id)
    try_password(session_id, now)
    account = get_account(s, actor.user_id or 0)
    right = HASHER.verify(account.password_hash if account else None, password)
    if account is None or not right:
        raise invalid_credentials()
    return account, session_id


def reauthenticate(s: Session, actor: Actor, *, password: str, now: datetime) -> None:
    """Make the caller's session fresh for ten minutes. Raises 401 invalid_credentials, 429."""
    _, session_id = _own_account(s, actor, password, now)
    freshen(s, session_id, now)


def change_password(s: Session, actor: Actor, *, current: str, password: str, now: datetime) -> None:
    """Change the caller's password and sign out their other devices.

    Raises 401 reauthentication_required or invalid_credentials, 422 for the new password, 429.
    """
    demand_fresh_sign_in(actor, now)
    account, session_id = _own_account(s, actor, current, now)
    check_password(password, username=account.user.username, email=account.email)
    _replace(s, account, password, now)
    end_other_sessions(s, account.user.id, keep=session_id)


def _replace(s: Session, account: Account, password: str, now: datetime) -> None:
    set_password(s, account.user, password, now)
    mailed_tokens.revoke(s, account.user.id)
    if account.email is not None:
        mails.password_changed(s, account.email, account.user.locale, now)


def request_reset(s: Session, *, email: str, locale: str | None, address: str, now: datetime) -> None:
    """Mail a link for a new password; an address without account gets a mail that says so. Raises 429."""
    allow_mail(email, address=address, now=now)
    account = get_account_by_email(s, email)
    user_id = account.user.id if account else None
    token = mailed_tokens.make(s, mailed_tokens.RESET, user_id=user_id, email_key=email_key(email), now=now)
    if account is None or account.email is None:
        mails.no_account(s, email, locale)
    else:
        mails.reset_link(s, account.email, account.user.locale, token)


def make_reset_token(s: Session, user: User, now: datetime) -> str:
    """A reset token for the operator to hand over, also to a member without an address."""
    account = get_account(s, user.id)
    return mailed_tokens.make(
        s, mailed_tokens.RESET, user_id=user.id, email_key=account.email_key if account else None, now=now
    )


def reset(s: Session, *, token: str, password: str, agent: str, address: str, now: datetime) -> Tokens:
    """Choose a new password by a mailed link: every session ends, and a new one begins.

    Raises 422 link_invalid or for the password, 403 account_suspended.
    """
    used = mailed_tokens.use(s, token, mailed_tokens.RESET, now)
    account = get_account(s, used.user_id) if used.user_id is not None else None
    if account is None or account.email_key != used.email_key:
        raise mailed_tokens.link_invalid()
    check_password(password, username=account.user.username, email=account.email)
    if account.user.state != ACTIVE:
        raise Problem(403, "account_suspended")
    _replace(s, account, password, now)
    end_other_sessions(s, account.user.id, keep=None)
    return open_session(s, account.user, agent=agent, address=address, now=now)
