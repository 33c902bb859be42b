"""Counters that protect accounts: sign-in tries, mails to an address, tokens made. Rows in Postgres, so that they
survive restarts and count the same for every process of every machine.

The window slides: each row holds the moments of the tries that were let through, never more than the limit, so in
no stretch of the window's length do more get through. Refused tries are not counted, so hammering at a door does
not keep its owner out for longer.
"""

import math
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from api.core.db import apart
from api.core.keys import derive
from api.core.models import Throttle
from api.core.problems import Problem
from api.core.runtime import settings

KEY_BYTES = 16

# One statement under the row's lock: drop the tries that left the window, let this one through if there is room.
_TRY = text("""
    insert into throttles as t (key_hash, tries, allowed, expires_at)
    values (:key, array[cast(:now as timestamptz)], true, :expires)
    on conflict (key_hash) do update set (tries, allowed, expires_at) = (
        select case when count(*) < :limit then array_append(coalesce(array_agg(at order by at), '{}'), :now)
                    else array_agg(at order by at) end,
               count(*) < :limit,
               case when count(*) < :limit then cast(:expires as timestamptz) else t.expires_at end
        from unnest(t.tries) as at where at > :since
    )
    returning allowed, tries[1]
""")


def throttle(key: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Let at most `limit` tries of `key` through in any `window_seconds`; 429 with Retry-After for the others.

    Counted in a short transaction of its own, since the request that is counted usually fails and rolls back. The
    key (an address, a name) is stored as a keyed hash only.
    """
    window = timedelta(seconds=window_seconds)
    values = {"key": _hash(key), "now": now, "since": now - window, "expires": now + window, "limit": limit}
    with apart() as s:
        allowed, oldest = s.execute(_TRY, values).one()
    if allowed:
        return
    wait = max(1, math.ceil((oldest + window - now).total_seconds()))
    params = {"max": limit, "window": window_seconds, "retry_after": wait}
    raise Problem(429, "rate_limited", params=params, headers={"Retry-After": str(wait)})


def forgive(s: Session, key: str) -> None:
    """Forget the tries of a key: whoever proved to be the owner starts afresh."""
    s.execute(delete(Throttle).where(Throttle.key_hash == _hash(key)))


def _hash(key: str) -> bytes:
    secret = derive(settings().secret_key, "throttles")
    return blake2b(key.encode(), key=secret, digest_size=KEY_BYTES).digest()
