"""Who asks: from the Authorization header to an Actor, on every single request."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.auth import access_tokens
from api.auth.queries import SIGNED_IN
from api.core.db import apart
from api.core.prepared import Prepared
from api.core.problems import Problem
from api.permissions.actor import ANONYMOUS, Actor
from api.users.actions import note_seen
from api.users.models import ACTIVE

# Often enough for "seen today", rare enough that reading stays reading.
SEEN_EVERY = timedelta(minutes=5)


def identify(s: Session, authorization: str | None, now: datetime, *, asking: Prepared = SIGNED_IN) -> Actor:
    """The caller. Session and member are read each time, so whatever ends or changes them holds at once.

    `asking` is a statement of queries.signed_in; a member has the levels that it found, a visitor none. The session `s` must not have written anything yet. Raises 401 invalid_token or token_expired.
    """
    if authorization is None:
        return ANONYMOUS
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(401, "invalid_token")
    if not token:
        # What some generated clients send for a visitor: the scheme alone, which claims nothing.
        return ANONYMOUS
    claims = access_tokens.read(token.strip(), now)
    found = asking.first(s, {"session_id": str(claims.session_id)})
    if found is None or found.user_id != claims.user_id or found.state != ACTIVE:
        raise Problem(401, "invalid_token")
    if min(found.idle_expires_at, found.absolute_expires_at) <= now:
        raise Problem(401, "invalid_token")
    if found.last_seen_at is None or found.last_seen_at < now - SEEN_EVERY:
        s.rollback()  # gives the connection back: waiting for a second one while holding one would be a deadlock
        with apart() as own:
            note_seen(own, found.user_id, now, before=now - SEEN_EVERY)
    return Actor(
        user_id=found.user_id,
        username=found.username,
        role=found.role,
        scopes=None,
        session_id=str(claims.session_id),
        fresh_at=found.fresh_at,
        locale=found.locale,
        levels=dict(found.levels or ()),
    )
