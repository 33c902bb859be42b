"""Sign-in by password: the same work and the same answer, whoever tries."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.auth.actions.passwords import invalid_credentials, set_password
from api.auth.actions.sessions import Tokens, open_session
from api.auth.actions.tries import forget_tries, knock
from api.auth.passwords import HASHER
from api.auth.queries import get_account_by_login, holds_still
from api.core.problems import Problem
from api.users.models import ACTIVE


def sign_in(s: Session, *, login: str, password: str, agent: str, address: str, now: datetime) -> Tokens:
    """Open a session for a name or address and its password.

    Unknown logins, sign-ups that were not confirmed and members without a password cost one verification as well.
    Raises 401 invalid_credentials, 403 account_suspended (to whoever knows the password), 429.
    """
    account = get_account_by_login(s, login)
    door = knock(s, login, account, address=address, now=now)
    right = HASHER.verify(account.password_hash if account else None, password)
    if account is None or not right or not door.open:
        raise invalid_credentials()
    # Who changes the password meanwhile ends all sessions: one that began with the old password must not come after.
    if not holds_still(s, account):
        raise invalid_credentials()
    if account.user.state != ACTIVE:
        raise Problem(403, "account_suspended")
    if HASHER.is_outdated(account.password_hash or ""):
        set_password(s, account.user, password, now)
    forget_tries(s, door)
    return open_session(s, account.user, agent=agent, address=address, now=now)
