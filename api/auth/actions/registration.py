"""Sign-up: a registration that tells nothing, made a member by the link that only the mail box's owner reads."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.auth.actions import mailed_tokens, mails
from api.auth.actions.passwords import check_password, set_password
from api.auth.actions.sessions import Tokens, open_session
from api.auth.actions.tries import allow_mail
from api.auth.models import Registration, UserSecret
from api.auth.passwords import HASHER
from api.auth.queries import (
    get_account_by_email,
    get_pending_registration,
    get_registration_of_token,
)
from api.auth.rules import email_key
from api.core.problems import Problem
from api.users.actions import checked_name, create_user, hold_name, release_names
from api.users.models import User
from api.users.queries import is_name_free

LIFETIME = timedelta(hours=24)


def register(
    s: Session,
    *,
    username: str,
    email: str,
    password: str,
    locale: str | None,
    address: str | None,
    now: datetime,
) -> None:
    """Write a registration and one mail, whether or not the address has an account already.

    For a taken address the row is a decoy whose token nobody gets; the owner of the address is told instead.
    Raises 422 for the password, 409 name_taken, 429.
    """
    check_password(password, username=username, email=email)
    name = checked_name(username)
    if not is_name_free(s, name.key, now):
        raise Problem(409, "name_taken")
    allow_mail(email, address=address, now=now)
    account = get_account_by_email(s, email)
    registration = Registration(
        username=name.shown,
        name_key=name.key,
        email=email,
        email_key=email_key(email),
        password_hash=HASHER.hash(password),
        locale=locale,
        decoy=account is not None,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    s.add(registration)
    s.flush()
    hold_name(s, name, registration_id=registration.id, until=registration.expires_at, now=now)
    token = mailed_tokens.make(s, mailed_tokens.CONFIRM, registration_id=registration.id, now=now)
    if account is None:
        mails.confirmation(s, email, locale, token)
    else:
        mails.already_member(s, account.email or email, account.user.locale)


def resend(s: Session, *, email: str, locale: str | None, address: str, now: datetime) -> None:
    """Mail another link to an address that waits for one; any other address gets a mail that says why not."""
    allow_mail(email, address=address, now=now)
    account = get_account_by_email(s, email)
    pending = get_pending_registration(s, email, now)
    registration_id = pending.id if pending and account is None else None
    token = mailed_tokens.make(s, mailed_tokens.CONFIRM, registration_id=registration_id, now=now)
    if account is not None:
        mails.already_member(s, account.email or email, account.user.locale)
    elif pending is not None:
        mails.confirmation(s, pending.email, pending.locale, token)
    else:
        mails.nothing_to_confirm(s, email, locale)


def confirm(s: Session, *, token: str, agent: str, address: str, now: datetime) -> Tokens:
    """Make the member that a mailed token was waiting for, and sign them in. Raises 422 link_invalid."""
    registration = get_registration_of_token(s, mailed_tokens.hash_of(token))
    if registration is None:
        raise mailed_tokens.link_invalid()
    # Two sign-ups with one address, confirmed at once, would each wait for what the other deletes.
    s.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(registration.email_key, 0))))
    mailed_tokens.use(s, token, mailed_tokens.CONFIRM, now)
    if get_account_by_email(s, registration.email) is not None:
        raise mailed_tokens.link_invalid()
    user = create_user(
        s,
        username=registration.username,
        locale=registration.locale,
        registration_id=registration.id,
        now=now,
    )
    _write_secrets(s, user, registration.email, registration.password_hash, now)
    _forget_registrations(s, registration.email_key)
    return open_session(s, user, agent=agent, address=address, now=now)


def _write_secrets(
    s: Session, user: User, email: str | None, password_hash: str | None, now: datetime
) -> None:
    s.add(
        UserSecret(
            user_id=user.id,
            email=email,
            email_key=None if email is None else email_key(email),
            password_hash=password_hash,
            password_changed_at=None if password_hash is None else now,
        )
    )
    s.flush()


def _forget_registrations(s: Session, key: str) -> None:
    """Remove every registration of an address, with the names they hold and the tokens they wait for."""
    gone = s.scalars(
        delete(Registration).where(Registration.email_key == key).returning(Registration.id)
    ).all()
    release_names(s, gone)


def create_member(
    s: Session,
    *,
    username: str,
    email: str | None = None,
    password: str | None = None,
    role: str = "member",
    locale: str | None = None,
    now: datetime,
) -> User:
    """A member made by the operator, without mail. Raises 422 for the password, 409 name_taken or email_taken."""
    if password is not None:
        check_password(password, username=username, email=email)
    if email is not None and get_account_by_email(s, email) is not None:
        raise Problem(409, "email_taken")
    user = create_user(s, username=username, role=role, locale=locale, now=now)
    _write_secrets(s, user, email, None, now)
    if password is not None:
        set_password(s, user, password, now)
    if email is not None:
        _forget_registrations(s, email_key(email))
    return user
