"""How often something may be tried that protects an account or a stranger's mail box."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.auth.queries import Account, has_session_from
from api.auth.rules import email_key
from api.core.addresses import network_of
from api.core.problems import Problem
from api.core.throttles import forgive, throttle
from api.text import names

HOUR = 3_600
SIGN_IN_WINDOW = 15 * 60
SIGN_INS_PER_ACCOUNT = 10
SIGN_INS_PER_ADDRESS = 100
MAILS_PER_MAILBOX = 3
MAILS_PER_ADDRESS = 10


@dataclass(frozen=True)
class Door:
    """The counters that one sign-in stands before, and whether the password is to count at all."""

    keys: tuple[str, ...]
    open: bool


def _passes(key: str, now: datetime) -> bool:
    try:
        throttle(key, limit=SIGN_INS_PER_ACCOUNT, window_seconds=SIGN_IN_WINDOW, now=now)
    except Problem:
        return False
    return True


def knock(s: Session, login: str, account: Account | None, *, address: str, now: datetime) -> Door:
    """Count a try to sign in. Raises 429 beyond the limits, whether or not there is such an account.

    Counted are the address, what was typed, and the account. The account's own counter never shows: beyond it the
    password is checked and disregarded, for a 429 would tell that a name and an address are the same member's.
    Whoever sits where the member is signed in already has a counter apart, so that nobody can lock an owner out.
    """
    network = network_of(address)
    throttle(f"sign-in:from:{network}", limit=SIGN_INS_PER_ADDRESS, window_seconds=HOUR, now=now)
    user_id = account.user.id if account else 0
    known = has_session_from(s, user_id, address, now)
    typed = email_key(login) if "@" in login else names.key(login)
    by_login = f"sign-in:as:{typed}"
    by_account = f"sign-in:to:{user_id or typed}"
    if not _passes(by_login, now):
        if not known:
            throttle(by_login, limit=SIGN_INS_PER_ACCOUNT, window_seconds=SIGN_IN_WINDOW, now=now)
        return _side_door(user_id, network, now)
    if _passes(by_account, now):
        return Door((by_login, by_account), open=True)
    return _side_door(user_id, network, now) if known else Door((), open=False)


def _side_door(user_id: int, network: str, now: datetime) -> Door:
    key = f"sign-in:to:{user_id}:from:{network}"
    throttle(key, limit=SIGN_INS_PER_ACCOUNT, window_seconds=SIGN_IN_WINDOW, now=now)
    return Door((key,), open=True)


def forget_tries(s: Session, door: Door) -> None:
    """The owner came in: their counters start afresh."""
    for key in door.keys:
        forgive(s, key)


def try_password(session_id: UUID, now: datetime) -> None:
    """Count a try at the password from inside a session. Raises 429."""
    key = f"password:{session_id}"
    throttle(key, limit=SIGN_INS_PER_ACCOUNT, window_seconds=SIGN_IN_WINDOW, now=now)


def allow_mail(email: str, *, address: str | None, now: datetime) -> None:
    """Count a mail that somebody makes us send. Raises 429, known mail box or not.

    Without an address it is the operator who asks, and may.
    """
    if address is None:
        return
    throttle(f"mail:from:{network_of(address)}", limit=MAILS_PER_ADDRESS, window_seconds=HOUR, now=now)
    throttle(f"mail:to:{email_key(email)}", limit=MAILS_PER_MAILBOX, window_seconds=HOUR, now=now)
