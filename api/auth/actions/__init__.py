"""What people do to come in, stay in, and get back in. Nothing here commits."""

from api.auth.actions.passwords import change_password, make_reset_token, reauthenticate, request_reset, reset
from api.auth.actions.registration import confirm, create_member, register, resend
from api.auth.actions.sessions import (
    Tokens,
    end_other_sessions,
    end_session,
    end_session_of_token,
    open_session,
    refresh,
)
from api.auth.actions.signing_in import sign_in

__all__ = [
    "Tokens",
    "change_password",
    "confirm",
    "create_member",
    "end_other_sessions",
    "end_session",
    "end_session_of_token",
    "make_reset_token",
    "open_session",
    "reauthenticate",
    "refresh",
    "register",
    "request_reset",
    "resend",
    "reset",
    "sign_in",
]
