"""Sessions: opened, renewed by rotating the refresh token, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, update
from sqlalchemy.orm import Session

from api.auth import access_tokens, refresh_tokens
from api.auth.actions import mails
from api.auth.models import AuthSession
from api.auth.queries import get_account, get_session
from api.auth.refresh_tokens import RefreshToken
from api.users.models import ACTIVE, User

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
# Two tabs, or a lost answer and its retry, may show the same token within this time.
GRACE = timedelta(seconds=20)
AGENT_LENGTH = 255


@dataclass(frozen=True)
class Tokens:
    """What a sign-in hands out. The refresh token is shown once and stored only as a hash."""

    user: User
    session_id: UUID
    fresh_at: datetime
    access_token: str
    refresh_token: str
    expires_in: int = int(access_tokens.LIFETIME.total_seconds())


def open_session(s: Session, user: User, *, agent: str, address: str, now: datetime) -> Tokens:
    """Sign a member in on one more device."""
    session_id = uuid4()
    token = refresh_tokens.first(session_id)
    s.add(
        AuthSession(
            id=session_id,
            user_id=user.id,
            refresh_hash=token.hash,
            rotated_at=now,
            fresh_at=now,
            idle_expires_at=now + IDLE,
            absolute_expires_at=now + ABSOLUTE,
            created_at=now,
            used_at=now,
            agent=agent.replace("\x00", "")[:AGENT_LENGTH],
            address=address,
        )
    )
    s.flush()
    return _tokens(user, session_id, now, token, now)


def _tokens(user: User, session_id: UUID, fresh_at: datetime, token: RefreshToken, now: datetime) -> Tokens:
    access_token = access_tokens.issue(user.id, session_id, now)
    return Tokens(user, session_id, fresh_at, access_token, token.text)


def refresh(s: Session, text: str, *, now: datetime) -> Tokens | None:
    """New tokens for a refresh token; None where it is not, or no longer, good.

    A used-up token within GRACE gives the same successor again. After that somebody has a copy: the session ends
    and the member is told, so the caller must commit also when the answer is None.
    """
    token = refresh_tokens.parse(text)
    if token is None:
        return None
    follower = refresh_tokens.successor(token)
    rotated = _rotate(s, token, follower, now)
    held = get_session(s, token.session_id)
    if held is None or min(held.idle_expires_at, held.absolute_expires_at) <= now:
        return None
    if not rotated and held.refresh_hash == token.hash:
        return None  # still the right one, so the member is not active
    if not rotated and (held.previous_hash != token.hash or now - held.rotated_at > GRACE):
        _end_copied(s, held, now)
        return None
    user = s.get(User, held.user_id)
    if user is None or user.state != ACTIVE:
        return None
    return _tokens(user, held.id, held.fresh_at, follower, now)


def _rotate(s: Session, token: RefreshToken, follower: RefreshToken, now: datetime) -> bool:
    """Replace the token in one statement, so that of all who show it at once one wins."""
    active = exists().where(User.id == AuthSession.user_id, User.state == ACTIVE)
    statement = (
        update(AuthSession)
        .where(
            AuthSession.id == token.session_id,
            AuthSession.refresh_hash == token.hash,
            AuthSession.idle_expires_at > now,
            AuthSession.absolute_expires_at > now,
            active,
        )
        .values(
            refresh_hash=follower.hash,
            previous_hash=token.hash,
            rotated_at=now,
            used_at=now,
            idle_expires_at=func.least(now + IDLE, AuthSession.absolute_expires_at),
        )
        .execution_options(synchronize_session=False)
    )
    return s.execute(statement.returning(AuthSession.id)).first() is not None


def _end_copied(s: Session, held: AuthSession, now: datetime) -> None:
    account = get_account(s, held.user_id)
    # Of several who come with old tokens at once, only the one that ends the session writes the mail.
    ended = s.execute(delete(AuthSession).where(AuthSession.id == held.id).returning(AuthSession.id)).first()
    if ended is not None and account is not None and account.email is not None:
        mails.session_copied(s, account.email, account.user.locale, now)


def end_session(s: Session, session_id: UUID) -> None:
    """Sign one device out: its tokens are refused from the very next request on."""
    s.execute(delete(AuthSession).where(AuthSession.id == session_id))


def end_session_of_token(s: Session, text: str) -> None:
    """Sign out with the refresh token alone. A token that was used up still means its own session."""
    token = refresh_tokens.parse(text)
    if token is not None:
        end_session(s, token.session_id)


def end_other_sessions(s: Session, user_id: int, *, keep: UUID | None) -> None:
    """Sign out every device of a member but one, or all of them."""
    statement = delete(AuthSession).where(AuthSession.user_id == user_id)
    s.execute(statement if keep is None else statement.where(AuthSession.id != keep))


def freshen(s: Session, session_id: UUID, now: datetime) -> None:
    """Note that the password was typed just now."""
    s.execute(update(AuthSession).where(AuthSession.id == session_id).values(fresh_at=now))
