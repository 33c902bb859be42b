"""What core does by the clock: jobs of dead workers run again, and what has had its time is forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.core import clock, counters, outbox
from api.core.db import transaction
from api.core.idempotency import KEPT
from api.core.jobs import NO_RETRY, defer, manager, task
from api.core.logs import get_logger
from api.core.models import IdempotencyKey, Mail, Throttle

# Workers send a sign of life every 10 s; three missed ones mean that it is dead.
DEAD_AFTER_SECONDS = 30
# A job that took this many workers with it is not run again.
MOST_TRIES = 10
FAILED_JOBS_KEPT_HOURS = 14 * 24
MAILS_KEPT = timedelta(days=30)
# A queued mail whose job is lost (a restored backup) is found after this time.
MAIL_LOST = timedelta(hours=12)
BATCH = 5_000

log = get_logger("parley.worker")


@task("jobs.recover", every="* * * * *", retry=NO_RETRY)
def recover() -> None:
    """Give the jobs of dead workers back, and give those up that are always somebody's last."""
    with transaction() as s:
        arguments = {"queue": None, "task_name": None, "seconds_since_heartbeat": DEAD_AFTER_SECONDS}
        for job in _rows(s, "select_stalled_jobs_by_heartbeat", **arguments):
            log.warning("job recovered", job_id=job["id"], task=job["task_name"], tries=job["attempts"])
            if job["attempts"] >= MOST_TRIES:
                _rows(s, "finish_job", job_id=job["id"], status="failed", delete_job=False)
            else:
                unchanged = {"new_priority": None, "new_queue_name": None, "new_lock": None}
                _rows(s, "retry_job", job_id=job["id"], retry_at=None, **unchanged)


@task("counters.fold", every="* * * * * */10", retry=NO_RETRY)
def fold_counters() -> None:
    """Bring the counters that many write at once up to date, ten seconds late at most."""
    folded = counters.FOLD_AT_ONCE
    while folded >= counters.FOLD_AT_ONCE:
        with transaction() as s:
            folded = counters.fold(s)


@task("mail.find_lost", every="*/30 * * * *", retry=NO_RETRY)
def find_lost_mails() -> None:
    """Defer queued mails once more that no job cares for any longer; a mail that is settled meanwhile stays so."""
    now = clock.now()
    with transaction() as s:
        lost = select(Mail.id).where(Mail.state == "queued", Mail.created_at < now - MAIL_LOST).limit(BATCH)
        for mail_id in s.scalars(lost):
            defer(s, "mail.send", mail_id=mail_id, once=f"mail.send:{mail_id}")


@task("core.purge", every="17 * * * *", retry=NO_RETRY)
def purge() -> None:
    """Forget events after 90 days, mails after 30, keys after a day, throttles when they ended, failed jobs."""
    now = clock.now()
    _in_batches(lambda s: outbox.purge(s, now, BATCH))
    _in_batches(lambda s: _delete(s, Throttle, Throttle.expires_at, now))
    _in_batches(lambda s: _delete(s, IdempotencyKey, IdempotencyKey.created_at, now - KEPT))
    _in_batches(lambda s: _delete(s, Mail, Mail.created_at, now - MAILS_KEPT))
    statuses = ["succeeded", "failed", "cancelled", "aborted"]
    with transaction() as s:
        from procrastinate.sql import queries

        arguments = {"nb_hours": FAILED_JOBS_KEPT_HOURS, "queue": None, "statuses": statuses}
        s.connection().exec_driver_sql(queries["delete_old_jobs"], arguments)


def _delete(s: Session, table: Any, column: Any, before: datetime) -> int:
    keys = list(table.__table__.primary_key)
    old = select(*keys).where(column < before).limit(BATCH).with_for_update(skip_locked=True).subquery()
    matched = [key == old.c[key.name] for key in keys]
    return int(s.execute(delete(table).where(*matched)).rowcount)  # type: ignore[attr-defined]


def _in_batches(remove: Callable[[Session], int]) -> None:
    """Each batch commits by itself: a long transaction would hold the readers of the event log back."""
    removed = BATCH
    while removed >= BATCH:
        with transaction() as s:
            removed = remove(s)


def _rows(s: Session, query: str, **arguments: Any) -> Any:
    from procrastinate.sql import queries

    connector: Any = manager().connector
    return connector.execute_query_all_with_connection(s.connection(), queries[query], **arguments)
