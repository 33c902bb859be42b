"""Signing up over HTTP."""

from typing import Any

from api.auth import actions, cookies
from api.auth.routes.auth import SET_COOKIE, X_SESSION, asker, asker_address, asker_locale, bp, signed_in
from api.auth.schemas import Confirm, MailSentOut, Register, Resend, SignedInOut
from api.core.api import Answer, Call, tokenless
from api.core.db import transaction

SENT = {"status": "confirmation_sent"}


@bp.operation(
    "POST", "/auth/register", access=tokenless(), body=Register, answer=(202, MailSentOut), caching="never",
    idempotent=True, ready=True, problems=(409,),
)  # fmt: skip
def register_user(call: Call) -> dict[str, Any]:
    """Sign up; the account is made when the mailed link is opened."""
    given = call.body | {"locale": asker_locale(call.body["locale"])}
    with transaction() as s:
        actions.register(s, **given, address=asker_address(), now=call.now)
    return SENT


@bp.operation(
    "POST", "/auth/resend", access=tokenless(), body=Resend, answer=(202, MailSentOut), caching="never",
    idempotent=True, ready=True,
)  # fmt: skip
def resend_confirmation(call: Call) -> dict[str, Any]:
    """Mail the confirmation link once more."""
    locale = asker_locale(call.body["locale"])
    with transaction() as s:
        actions.resend(s, email=call.body["email"], locale=locale, address=asker_address(), now=call.now)
    return SENT


@bp.operation(
    "POST", "/auth/confirm", access=tokenless(), body=Confirm, answer=(200, SignedInOut), caching="never",
    idempotent=True, secret=True, ready=True, problems=(403, 409), headers=(X_SESSION,), answer_headers=SET_COOKIE,
)  # fmt: skip
def confirm_registration(call: Call) -> Answer:
    """Make the account with the token of the mailed link, and sign in."""
    in_cookie = cookies.wanted()
    with transaction() as s:
        tokens = actions.confirm(s, token=call.body["token"], **asker(), now=call.now)
        return signed_in(s, tokens, in_cookie=in_cookie)
