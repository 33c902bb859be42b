"""Mails are rows first, then sent by a job, each once."""

import email
import email.policy
import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from api.core import clock, housekeeping
from api.core import mail as mailing
from api.core.db import transaction
from api.core.jobs import defer
from api.core.mail import outbox, send_mail
from api.core.models import Mail
from api.core.worker import run_pending

LINK = "https://forum.test/reset#token=abcdef0123456789"
EVER = timedelta(days=30)


def queue(app, to="alice@forum.test", subject="Hello 你好", body=LINK):
    with app.app_context(), transaction() as s:
        return send_mail(s, to=to, subject=subject, text=body, purpose="reset", locale="en").id


def row(app):
    with app.app_context(), transaction() as s:
        return s.scalars(select(Mail)).one()


def sent(app):
    with app.app_context():
        return list(outbox())


@pytest.fixture
def server(monkeypatch):
    """What the mail server answers next: exceptions to raise, then acceptance."""
    answers = []
    original = mailing._hand_over

    def hand_over(mail):
        if answers:
            raise answers.pop(0)
        original(mail)

    monkeypatch.setattr(mailing, "_hand_over", hand_over)
    return answers


def test_a_mail_waits_for_the_commit_and_is_sent_by_a_job(core):
    queue(core)
    assert sent(core) == []
    run_pending(core)
    (mail,) = sent(core)
    assert (mail.to, mail.subject, mail.body) == (["alice@forum.test"], "Hello 你好", LINK)
    assert mail.from_email == "Parley <parley@localhost>"


def test_a_mail_is_gone_with_its_transaction(core):
    with core.app_context(), transaction() as s:
        send_mail(s, to="a@b.test", subject="x", text="y", purpose="test")
        s.rollback()
    assert run_pending(core) == []
    assert sent(core) == []


def test_the_text_with_its_secret_is_not_kept(core):
    queue(core)
    assert LINK in row(core).text
    run_pending(core)
    kept = row(core)
    assert (kept.state, kept.text, kept.attempts) == ("sent", "", 1)
    assert kept.sent_at is not None


def test_a_job_that_runs_twice_sends_once(core):
    mail_id = queue(core)
    with core.app_context(), transaction() as s:
        defer(s, "mail.send", mail_id=mail_id)
    run_pending(core)
    assert len(sent(core)) == 1


def test_a_mail_that_another_worker_holds_is_left_to_it(core):
    queue(core)
    with core.app_context(), transaction() as s:
        s.execute(update(Mail).values(claimed_at=clock.now()))
    run_pending(core)
    assert sent(core) == []
    with core.app_context(), transaction() as s:
        s.execute(update(Mail).values(claimed_at=clock.now() - mailing.CLAIM - timedelta(seconds=1)))
    run_pending(core, ahead=EVER)
    assert len(sent(core)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPConnectError(421, b"too many connections"),
        smtplib.SMTPDataError(451, b"greylisted"),
        smtplib.SMTPSenderRefused(421, b"later", "parley@localhost"),
        smtplib.SMTPRecipientsRefused({"alice@forum.test": (450, b"busy")}),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        TimeoutError("timed out"),
        ConnectionRefusedError("closed"),
    ],
)
def test_a_server_that_is_away_gets_it_later(core, server, answer):
    queue(core)
    server.append(answer)
    run_pending(core)
    waiting = row(core)
    assert (waiting.state, waiting.attempts, waiting.claimed_at) == ("queued", 1, None)
    assert type(answer).__name__ in waiting.error
    run_pending(core, ahead=EVER)
    assert row(core).state == "sent"
    assert len(sent(core)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"alice@forum.test": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"looks like spam"),
        smtplib.SMTPSenderRefused(553, b"not from you", "parley@localhost"),
    ],
)
def test_a_refusal_is_final_and_its_reason_kept(core, server, answer):
    queue(core)
    server.append(answer)
    run_pending(core, ahead=EVER)
    failed = row(core)
    assert (failed.state, failed.text) == ("failed", "")
    assert type(answer).__name__ in failed.error


def test_a_mail_is_given_up_after_its_last_try(core, server):
    queue(core)
    server.extend(TimeoutError() for _ in range(mailing.RETRY.tries))
    run_pending(core, ahead=EVER)
    assert (row(core).state, row(core).attempts) == ("failed", mailing.RETRY.tries)


def test_a_day_without_mail_server_is_survived():
    waits = [mailing.RETRY.wait(n) for n in range(1, mailing.RETRY.tries)]
    assert sum(waits) > 24 * 60 * 60
    assert waits == sorted(waits)


@pytest.mark.parametrize("breaks", ["\r\nBcc: all@forum.test", "\nX: y", "\x00", "\x85", "\u2028"])
def test_a_subject_stays_one_line(core, breaks):
    queue(core, subject=f"Reply to you{breaks}")
    run_pending(core)
    (mail,) = sent(core)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert mail.recipients() == ["alice@forum.test"]


@pytest.mark.parametrize(
    "address",
    ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "Alice <a@b.test>", "nobody", "", "a@b.test\n"],
)
def test_what_is_not_one_plain_address_is_refused(core, address):
    with pytest.raises(ValueError, match="address"):
        queue(core, to=address)


def test_the_same_mail_has_the_same_message_id(core, server):
    queue(core)
    server.append(smtplib.SMTPServerDisconnected())
    run_pending(core, ahead=EVER)
    (mail,), kept = sent(core), row(core)
    assert (
        mail.extra_headers["Message-ID"] == f"<mail-{kept.id}-{int(kept.created_at.timestamp())}@127.0.0.1>"
    )


def test_development_finds_each_mail_in_a_file(core, make_core, tmp_path):
    app = make_core(mail_backend="file", data=tmp_path)
    queue(app)
    run_pending(app)
    (file,) = (tmp_path / "mail").glob("*.eml")
    parsed = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert parsed["Subject"] == "Hello 你好"
    assert parsed.get_content().strip() == LINK
    assert not list((tmp_path / "mail").glob(".*"))


def test_development_sees_each_mail_on_the_console(capsys, core, make_core):
    app = make_core(mail_backend="console")
    queue(app)
    run_pending(app)
    assert LINK in capsys.readouterr().out


def test_tls_without_a_valid_certificate_is_refused():
    import ssl

    seen = {}

    class Recording(mailing._VerifyingSMTP):
        def __init__(self):
            pass

        def ehlo_or_helo_if_needed(self):
            pass

        def has_extn(self, name):
            return True

        def docmd(self, *_):
            return 500, b"stop here"

    connection = Recording()
    original = ssl.create_default_context

    def watched(*arguments, **options):
        seen["context"] = original(*arguments, **options)
        return seen["context"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", watched)
        with pytest.raises(smtplib.SMTPResponseException):
            connection.starttls(context=None)
    assert seen["context"].verify_mode == ssl.CERT_REQUIRED
    assert seen["context"].check_hostname


def test_a_queued_mail_whose_job_is_lost_is_found(core):
    queue(core)
    with core.app_context(), transaction() as s:
        s.execute(text("delete from procrastinate_jobs"))
        s.execute(update(Mail).values(created_at=clock.now() - housekeeping.MAIL_LOST - timedelta(minutes=1)))
        defer(s, "mail.find_lost")
    assert run_pending(core) == ["mail.find_lost", "mail.send"]
    assert row(core).state == "sent"
