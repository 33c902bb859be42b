"""Mailed tokens: 256 random bits, stored as a hash, good for one purpose and one address, once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.auth.models import OneTimeToken
from api.core.problems import Problem

CONFIRM, RESET = "confirm", "reset"
LIFETIMES = {CONFIRM: timedelta(hours=24), RESET: timedelta(minutes=30)}
TOKEN_BYTES = 32


def hash_of(token: str) -> bytes:
    """What is stored of a token."""
    return sha256(token.encode()).digest()


def make(
    s: Session,
    purpose: str,
    *,
    now: datetime,
    user_id: int | None = None,
    registration_id: int | None = None,
    email_key: str | None = None,
) -> str:
    """A new token. With neither member nor registration it opens nothing, and costs the same."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    s.add(
        OneTimeToken(
            token_hash=hash_of(token),
            purpose=purpose,
            user_id=user_id,
            registration_id=registration_id,
            email_key=email_key,
            data={},
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    s.flush()
    return token


def use(s: Session, token: str, purpose: str, now: datetime) -> OneTimeToken:
    """Use a token up, in one statement, so that of all who try at once one succeeds. Raises 422 link_invalid."""
    statement = (
        update(OneTimeToken)
        .where(
            OneTimeToken.token_hash == hash_of(token),
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeToken)
    )
    used = s.scalars(statement).one_or_none()
    if used is None:
        raise link_invalid()
    return used


def revoke(s: Session, user_id: int) -> None:
    """Make every mailed token of a member useless: what they were asked for has happened."""
    s.execute(delete(OneTimeToken).where(OneTimeToken.user_id == user_id))


def link_invalid() -> Problem:
    """One answer for used, expired, foreign and invented tokens."""
    return Problem(422, "link_invalid")
