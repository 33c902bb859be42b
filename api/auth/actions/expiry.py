"""What ran out is refused at once by its time, and removed some time later."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.auth.models import AuthSession, OneTimeToken, Registration
from api.users.actions import release_names

# Requests that began before the end may still be looking.
MARGIN = timedelta(minutes=10)
BATCH = 5_000


def purge_expired(s: Session, now: datetime) -> int:
    """Remove up to BATCH rows of each kind that ran out before now; how many they were."""
    before = now - MARGIN
    registrations = s.scalars(
        select(Registration.id).where(Registration.expires_at < before).limit(BATCH)
    ).all()
    s.execute(delete(Registration).where(Registration.id.in_(registrations)))
    release_names(s, registrations)
    tokens = select(OneTimeToken.token_hash).where(OneTimeToken.expires_at < before).limit(BATCH)
    gone = s.execute(
        delete(OneTimeToken).where(OneTimeToken.token_hash.in_(tokens)).returning(OneTimeToken.purpose)
    ).all()
    # The idle end is never after the absolute one, so one index finds all that ended.
    sessions = select(AuthSession.id).where(AuthSession.idle_expires_at < before).limit(BATCH)
    signed_out = s.execute(
        delete(AuthSession).where(AuthSession.id.in_(sessions)).returning(AuthSession.id)
    ).all()
    return len(registrations) + len(gone) + len(signed_out)
