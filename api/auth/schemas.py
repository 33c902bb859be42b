"""Accounts in JSON."""

from typing import Any

from marshmallow import fields

from api.auth.actions import Tokens
from api.auth.models import AuthSession
from api.auth.rules import MAX_PASSWORD, MIN_PASSWORD, is_mail_address
from api.core.api.schema import (
    Choice,
    In,
    Number,
    Out,
    Query,
    Text,
    Time,
    checked,
    known_values,
    page_of,
    refuse,
)
from api.core.clock import to_wire
from api.permissions.actor import Actor
from api.text import names
from api.users.models import User
from api.users.schemas import LOCALES, UserOut, user_json

MAX_EMAIL = 254
MAX_LOGIN = 254
MAX_TOKEN = 256


def mail_address(text: str) -> None:
    """Refuse what is not one plain mail address."""
    if not is_mail_address(text):
        raise refuse("Not a valid email address.", "invalid_email")


def _email() -> Text:
    return Text(
        minimum=3,
        maximum=MAX_EMAIL,
        required=True,
        validate=mail_address,
        metadata={"format": "email", "example": "ming@example.org"},
    )


def _new_password() -> Text:
    return Text(
        minimum=MIN_PASSWORD,
        maximum=MAX_PASSWORD,
        trim=False,
        required=True,
        metadata={"format": "password", "example": "three quiet rivers"},
    )


def _password() -> Text:
    """A password to be compared: any length that could have been one."""
    return Text(minimum=1, maximum=MAX_PASSWORD, trim=False, required=True, metadata={"format": "password"})


def _token() -> Text:
    return Text(minimum=1, maximum=MAX_TOKEN, required=True)


class Register(In):
    """A sign-up."""

    says = {
        "username": "2 to 32 letters, digits, `_`, `-` and `.` of one script.",
        "email": "The address that the confirmation goes to.",
        "password": "Neither the name nor one of the passwords that everybody guesses first.",
    }

    username = Text(
        minimum=names.MIN_NAME,
        maximum=names.MAX_NAME,
        required=True,
        validate=checked(names.check),
        metadata={"example": "小明"},
    )
    email = _email()
    password = _new_password()
    locale = Choice(*LOCALES, load_default=None, metadata={"description": "The language of mails."})


class Resend(In):
    """The address that waits for a confirmation link."""

    says = {
        "email": "The address that signed up.",
        "locale": "The language of the mail.",
    }

    email = _email()
    locale = Choice(*LOCALES, load_default=None)


class Confirm(In):
    """The token out of the link's fragment."""

    says = {"token": "What follows `#token=` in the link."}

    token = _token()


class Login(In):
    """A name or an address, and the password. `otp` is for members with a second factor, and ignored for others."""

    says = {
        "login": "The name or the mail address.",
        "password": "The password as it was chosen.",
        "otp": "The code of the second factor.",
    }

    login = Text(minimum=1, maximum=MAX_LOGIN, required=True, metadata={"example": "小明"})
    password = _password()
    otp = Text(maximum=16)


class Refresh(In):
    """The refresh token, unless it is in the cookie."""

    says = {"refresh_token": "The refresh token of the last answer; left out where the cookie has it."}

    refresh_token = Text(minimum=1, maximum=MAX_TOKEN)


class Reauthenticate(In):
    """The password once more."""

    says = {"password": "The present password."}

    password = _password()


class ForgotPassword(In):
    """The address of the account."""

    says = {
        "email": "The address of the account.",
        "locale": "The language of the mail.",
    }

    email = _email()
    locale = Choice(*LOCALES, load_default=None)


class ResetPassword(In):
    """The token out of the link's fragment, and the new password."""

    says = {
        "token": "What follows `#token=` in the link.",
        "password": "The new password.",
    }

    token = _token()
    password = _new_password()


class ChangePassword(In):
    """The present password and the new one."""

    says = {
        "current_password": "The present password.",
        "password": "The new password.",
    }

    current_password = _password()
    password = _new_password()


class MailSentOut(Out):
    """The same for every address, known or not: more is in the mail."""

    says = {"status": "What was sent, if there was anything to send."}

    status = known_values("confirmation_sent", "reset_sent")


class OwnUserOut(UserOut):
    """One's own account, with what nobody else sees."""

    says = {
        "email": "The confirmed mail address; null for none.",
        "locale": "The language of mails and of the client; null for that of the browser.",
    }

    email = fields.String(allow_none=True)
    about = fields.String(metadata={"description": "Markdown."})
    locale = fields.String(allow_none=True)


class SignedInOut(Out):
    """What a sign-in hands out. `refresh_token` is null where it is in the cookie."""

    says = {
        "access_token": "For the header `Authorization: Bearer`.",
        "token_type": "How the access token is sent.",
        "refresh_token": "Good for one refresh; null where it is in the cookie.",
    }

    access_token = fields.String()
    token_type = known_values("Bearer")
    expires_in = fields.Integer(metadata={"minimum": 1, "description": "Seconds."})
    refresh_token = fields.String(allow_none=True)
    user = fields.Nested(OwnUserOut)


class SessionOut(Out):
    """One signed-in device."""

    says = {
        "current": "Whether it is the one that asks.",
        "last_used_at": "When it was last refreshed.",
        "expires_at": "When it ends unless it is used before.",
    }

    id = fields.String()
    current = fields.Boolean()
    agent = fields.String(metadata={"description": "What the device called itself."})
    created_at = Time()
    last_used_at = Time()
    expires_at = Time()


SessionPageOut = page_of(SessionOut, "SessionPageOut")


class SessionListQuery(Query):
    """Which page."""

    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)


def own_user_json(user: User, email: str | None, actor: Actor) -> dict[str, Any]:
    """A member's own account in the shape of OwnUserOut."""
    return user_json(user, actor) | {"email": email, "about": user.about, "locale": user.locale}


def signed_in_json(tokens: Tokens, email: str | None, *, with_refresh_token: bool) -> dict[str, Any]:
    """Tokens in the shape of SignedInOut."""
    user = tokens.user
    actor = Actor(
        user_id=user.id, username=user.username, role=user.role, scopes=None, fresh_at=tokens.fresh_at
    )
    return {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh_token if with_refresh_token else None,
        "user": own_user_json(user, email, actor),
    }


def session_json(session: AuthSession, actor: Actor) -> dict[str, Any]:
    """A session in the shape of SessionOut."""
    return {
        "id": str(session.id),
        "current": str(session.id) == actor.session_id,
        "agent": session.agent,
        "created_at": to_wire(session.created_at),
        "last_used_at": to_wire(session.used_at),
        "expires_at": to_wire(min(session.idle_expires_at, session.absolute_expires_at)),
    }
