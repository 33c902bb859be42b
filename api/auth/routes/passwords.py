"""Passwords over HTTP."""

from typing import Any

from api.auth import actions, cookies
from api.auth.routes.auth import SET_COOKIE, X_SESSION, asker, asker_address, asker_locale, bp, signed_in
from api.auth.schemas import ChangePassword, ForgotPassword, MailSentOut, ResetPassword, SignedInOut
from api.core.api import Answer, Call, member, tokenless
from api.core.db import transaction


@bp.operation(
    "POST", "/auth/password", access=member("account:write", tokens=False), body=ChangePassword,
    answer=(204, None), caching="never",
)  # fmt: skip
def change_password(call: Call) -> None:
    """Change one's password and sign out every other device; wants a fresh sign-in."""
    current, password = call.body["current_password"], call.body["password"]
    with transaction() as s:
        actions.change_password(s, call.actor, current=current, password=password, now=call.now)


@bp.operation(
    "POST", "/auth/password/forgot", access=tokenless(), body=ForgotPassword, answer=(202, MailSentOut),
    caching="never", idempotent=True, ready=True,
)  # fmt: skip
def forgot_password(call: Call) -> dict[str, Any]:
    """Mail a link for choosing a new password."""
    locale = asker_locale(call.body["locale"])
    with transaction() as s:
        actions.request_reset(
            s, email=call.body["email"], locale=locale, address=asker_address(), now=call.now
        )
    return {"status": "reset_sent"}


@bp.operation(
    "POST", "/auth/password/reset", access=tokenless(), body=ResetPassword, answer=(200, SignedInOut),
    caching="never", idempotent=True, secret=True, ready=True, problems=(403,), headers=(X_SESSION,), answer_headers=SET_COOKIE,
)  # fmt: skip
def reset_password(call: Call) -> Answer:
    """Choose a new password with the token of the mailed link; every device is signed out, this one in."""
    in_cookie = cookies.wanted()
    with transaction() as s:
        tokens = actions.reset(s, **call.body, **asker(), now=call.now)
        return signed_in(s, tokens, in_cookie=in_cookie)
