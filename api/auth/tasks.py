"""What auth does by the clock."""

from api.auth.actions.expiry import purge_expired
from api.core import clock
from api.core.db import transaction
from api.core.jobs import task


@task("auth.purge", every="23 * * * *")
def purge() -> None:
    """Remove what ran out: sign-ups with the names they held, mailed tokens, sessions."""
    with transaction() as s:
        purge_expired(s, clock.now())
