"""The mails of sign-up and sign-in, in the reader's language; their words stand in api/auth/mails.

They name nobody: a name may be `evil.example`, which mail programs would turn into a link, and it may have been
chosen by a stranger who typed somebody else's address.
"""

from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy.orm import Session

from api.core.mail import send_mail
from api.core.runtime import settings

LANGUAGES = ("en", "zh-Hans")


@cache
def words(purpose: str, language: str) -> tuple[str, str]:
    """Subject and text of a kind of mail; {site}, {link} and {time} are filled in."""
    text = files("api.auth").joinpath("mails", f"{purpose}.{language}.txt").read_text(encoding="utf-8")
    subject, _, body = text.partition("\n\n")
    return subject, body


def _send(
    s: Session, to: str, purpose: str, locale: str | None, *, page: str, now: datetime | None = None
) -> None:
    language = locale if locale in LANGUAGES else LANGUAGES[0]
    subject, body = words(purpose, language)
    time = "" if now is None else now.strftime("%Y-%m-%d %H:%M UTC")
    # The operator's name for the site is the only word here that is not ours.
    text = body.format(site=settings().name, link=settings().url + page, time=time)
    send_mail(s, to=to, subject=subject, text=text, purpose=purpose, locale=language)


def confirmation(s: Session, to: str, locale: str | None, token: str) -> None:
    """The link that makes the account. The token stands in the fragment, which no server's log sees."""
    _send(s, to, "confirm", locale, page=f"/confirm#token={token}")


def already_member(s: Session, to: str, locale: str | None) -> None:
    """What the owner of a taken address gets instead."""
    _send(s, to, "already_member", locale, page="/forgot")


def nothing_to_confirm(s: Session, to: str, locale: str | None) -> None:
    """The answer to asking for a link without a sign-up."""
    _send(s, to, "nothing_to_confirm", locale, page="/signup")


def reset_link(s: Session, to: str, locale: str | None, token: str) -> None:
    """The link that lets its reader choose a password."""
    _send(s, to, "reset", locale, page=f"/reset#token={token}")


def no_account(s: Session, to: str, locale: str | None) -> None:
    """The answer to forgetting the password of no account."""
    _send(s, to, "no_account", locale, page="/signup")


def password_changed(s: Session, to: str, locale: str | None, now: datetime) -> None:
    """Tell the owner, who may not be the one who did it."""
    _send(s, to, "password_changed", locale, page="/forgot", now=now)


def session_copied(s: Session, to: str, locale: str | None, now: datetime) -> None:
    """Tell the owner that a used-up refresh token came back."""
    _send(s, to, "session_copied", locale, page="/forgot", now=now)
