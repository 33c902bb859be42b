"""Mail: written as a row beside its cause, sent by a job, settled exactly once.

A worker claims the row for a while before it talks to the server, so two never send the same mail at the same time.
Only a worker that dies between the server's acceptance and its own commit can make a duplicate, and that one carries
the same Message-ID.
"""

import re
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_mailman import EmailMessage
from flask_mailman import Mail as Mailman
from flask_mailman.backends.base import BaseEmailBackend
from flask_mailman.backends.smtp import EmailBackend as SmtpBackend
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from api.core import clock
from api.core.db import transaction
from api.core.jobs import Retry, defer, task
from api.core.models import Mail
from api.core.runtime import settings

# A mail server that is away for a day still gets the mail: 1, 4, 16, 64 minutes, then every 4 hours.
RETRY = Retry(tries=12, first=60, factor=4, longest=4 * 60 * 60)
# Longer than a whole conversation with a slow server, shorter than a user's patience with a lost confirmation.
CLAIM = timedelta(minutes=2)
TIMEOUT_SECONDS = 15
IMPLICIT_TLS_PORT = 465
SUBJECT_LENGTH = 200
ERROR_LENGTH = 500
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
BACKENDS = {
    "console": "console",
    "memory": "locmem",
    "file": "api.core.mail.FileEmailBackend",
    "smtp": "api.core.mail.VerifyingEmailBackend",
}


class MailDelayed(Exception):
    """The mail could not be handed over now; the job is tried again."""


def send_mail(
    s: Session, *, to: str, subject: str, text: str, purpose: str, locale: str | None = None
) -> Mail:
    """Queue a plain-text mail in the session's transaction.

    `purpose` names its kind for the operator ("confirm"). Control characters in the subject become spaces; an address
    that could not stand in a header is a ValueError.
    """
    if CONTROL.search(to) or parseaddr(to)[1] != to or "@" not in to:
        raise ValueError("Not one plain mail address.")
    mail = Mail(
        recipient=to,
        subject=CONTROL.sub(" ", subject).strip()[:SUBJECT_LENGTH],
        text=text.replace("\x00", ""),
        purpose=purpose,
        locale=locale,
    )
    s.add(mail)
    s.flush()
    defer(s, "mail.send", mail_id=mail.id)
    return mail


@task("mail.send", retry=RETRY)
def send(mail_id: int) -> None:
    """Hand one mail over, unless that is done already or another worker is at it."""
    mail = _claim(mail_id, clock.now())
    if mail is None:
        return
    try:
        _hand_over(mail)
    except Exception as error:  # noqa: BLE001 (whatever the back end raises is written into the row)
        reason = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
        if _permanent(error) or mail.attempts >= RETRY.tries:
            _settle(mail_id, "failed", error=reason)
            return
        _release(mail_id, reason)
        raise MailDelayed(reason) from None
    _settle(mail_id, "sent")


def _claim(mail_id: int, now: datetime) -> Mail | None:
    free = or_(Mail.claimed_at.is_(None), Mail.claimed_at < now - CLAIM)
    with transaction() as s:
        claimed = s.scalars(
            update(Mail)
            .where(Mail.id == mail_id, Mail.state == "queued", free)
            .values(claimed_at=now, attempts=Mail.attempts + 1)
            .returning(Mail)
        ).one_or_none()
        taken = claimed is None and s.scalar(select(Mail.state).where(Mail.id == mail_id)) == "queued"
    if taken:
        raise MailDelayed("Another worker holds it.")
    return claimed


def _hand_over(mail: Mail) -> None:
    domain = settings().origin.partition("://")[2].partition(":")[0]
    headers = {
        "Message-ID": f"<mail-{mail.id}-{int(mail.created_at.timestamp())}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMessage(mail.subject, mail.text, settings().mail_from, [mail.recipient], headers=headers)
    message.send()


def _permanent(error: Exception) -> bool:
    """Whether trying again is useless: the server said 5xx about this mail, or it cannot be written at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False  # the operator's mistake, not the mail's
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def _settle(mail_id: int, state: str, error: str | None = None) -> None:
    """Sent or failed for good: either way the text, which may hold a secret, is not kept."""
    sent_at = clock.now() if state == "sent" else None
    values = {"state": state, "text": "", "error": error, "sent_at": sent_at, "claimed_at": None}
    with transaction() as s:
        s.execute(update(Mail).where(Mail.id == mail_id, Mail.state == "queued").values(values))


def _release(mail_id: int, error: str) -> None:
    with transaction() as s:
        s.execute(update(Mail).where(Mail.id == mail_id).values(claimed_at=None, error=error))


class _VerifyingSMTP(smtplib.SMTP):
    """Smtplib's STARTTLS checks no certificate unless it is told to."""

    def starttls(self, *_: Any, context: ssl.SSLContext | None = None, **__: Any) -> tuple[int, bytes]:
        return super().starttls(context=context or ssl.create_default_context())


class VerifyingEmailBackend(SmtpBackend):
    """SMTP whose TLS proves whom it talks to."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The class that makes the connection."""
        return smtplib.SMTP_SSL if self.use_ssl else _VerifyingSMTP

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Send them; how many were sent. A refusal closes the connection too."""
        try:
            return int(super().send_messages(email_messages))
        finally:
            self.close()

    def close(self) -> None:
        """End the conversation. What goes wrong by now comes after the acceptance, and must not look like a refusal."""
        connection = self.connection
        try:
            super().close()
        except OSError:  # every exception of smtplib is one
            connection.close()


class FileEmailBackend(BaseEmailBackend):
    """Each mail as one .eml file in the data folder, for development and tests."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        """Write them; how many they were."""
        folder = Path(self.mailman.file_path)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            written: Message = message.message()
            name = re.sub(r"[^\w.-]", "", written["Message-ID"].partition("@")[0])
            partial = folder / f".{name}"
            partial.write_bytes(written.as_bytes())
            partial.rename(folder / f"{name}.eml")  # whoever watches the folder never sees half a mail
        return len(messages)


def outbox() -> list[EmailMessage]:
    """What the memory back end took, for tests."""
    found: list[EmailMessage] = getattr(current_app.extensions["mailman"], "outbox", [])
    return found


def init_app(app: Flask) -> None:
    """Set up the back end that the settings name."""
    held = app.extensions["parley"].settings
    implicit = held.mail_tls and held.mail_port == IMPLICIT_TLS_PORT
    app.config.update(
        MAIL_BACKEND=BACKENDS[held.mail_backend],
        MAIL_SERVER=held.mail_host,
        MAIL_PORT=held.mail_port,
        MAIL_USERNAME=held.mail_username or None,
        MAIL_PASSWORD=held.mail_password or None,
        MAIL_USE_TLS=held.mail_tls and not implicit,
        MAIL_USE_SSL=implicit,
        MAIL_DEFAULT_SENDER=held.mail_from,
        MAIL_TIMEOUT=TIMEOUT_SECONDS,
        MAIL_FILE_PATH=str(held.data / "mail"),
    )
    Mailman(app)
