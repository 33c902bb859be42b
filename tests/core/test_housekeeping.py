"""What happens by the clock."""

from datetime import timedelta

from sqlalchemy import select

from api.core import clock, counters, housekeeping
from api.core.db import transaction
from api.core.jobs import defer, tasks
from api.core.mail import send_mail
from api.core.models import Mail, Throttle
from api.core.throttles import throttle
from api.core.worker import build, run_pending

counters.register("test.attempts", "mails", "attempts")


def run(app, name):
    with app.app_context(), transaction() as s:
        defer(s, name)
    return run_pending(app)


def test_deltas_are_folded_into_their_counters(core, monkeypatch):
    monkeypatch.setattr(counters, "FOLD_AT_ONCE", 2)
    with core.app_context(), transaction() as s:
        mail = send_mail(s, to="a@b.test", subject="x", text="y", purpose="test")
        for n in (5, 2, -1, 3, -2):
            counters.add(s, "test.attempts", mail.id, n)
        s.execute(Mail.__table__.update().values(state="sent", text=""))
    assert "counters.fold" in run(core, "counters.fold")
    with core.app_context(), transaction() as s:
        assert s.scalars(select(Mail.attempts)).one() == 7
        assert s.scalars(select(counters.CounterDelta.id)).all() == []


def test_old_mails_and_ended_throttles_are_forgotten(core):
    now = clock.now()
    with core.app_context():
        throttle("ended", limit=1, window_seconds=60, now=now - timedelta(minutes=2))
        throttle("lasting", limit=1, window_seconds=60, now=now)
        with transaction() as s:
            for age in (29, 31):
                mail = send_mail(s, to=f"{age}@b.test", subject="x", text="y", purpose="test")
                mail.created_at, mail.state, mail.text = now - timedelta(days=age), "sent", ""
    run(core, "core.purge")
    with core.app_context(), transaction() as s:
        assert s.scalars(select(Mail.recipient)).all() == ["29@b.test"]
        assert len(s.scalars(select(Throttle.key_hash)).all()) == 1


def test_every_task_of_the_clock_takes_no_arguments_and_has_a_readable_time(core):
    worker = build(core, core.extensions["parley"].settings.database_url)
    for periodic in worker.periodic_registry.periodic_tasks.values():
        assert periodic.croniter.get_next() > 0
        assert tasks()[periodic.task.name].function.__code__.co_argcount == 0


def test_a_queued_mail_is_found_before_it_would_be_forgotten():
    assert housekeeping.MAIL_LOST < housekeeping.MAILS_KEPT
