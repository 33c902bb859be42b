"""What the routes of sign-in share: their blueprint, who asks from where, and the answer with tokens."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from api.auth import access_tokens, cookies
from api.auth.actions import Tokens
from api.auth.queries import get_account
from api.auth.schemas import signed_in_json
from api.core import problems
from api.core.addresses import client_address
from api.core.api import Answer, Blueprint
from api.core.runtime import settings
from api.users.schemas import LOCALES

bp = Blueprint(
    "auth",
    "Sign-up, sign-in and sessions",
    path={"session_id": "The id of one of the caller's own sessions."},
)
bp.record_once(lambda state: access_tokens.init_app(state.app))

problems.register(
    {
        "invalid_credentials": "The name or the password is not right",
        "invalid_refresh_token": "This session has ended; sign in again",
        "account_suspended": "This account is suspended",
        "origin_mismatch": "The request does not come from a page of this forum",
        "link_invalid": "The link was used, has run out, or was never ours",
        "email_taken": "Another account has this address",
    },
    {"uq_user_secrets_email_key": (409, "email_taken")},
)
X_SESSION: Mapping[str, Any] = {
    "in": "header",
    "name": cookies.HEADER,
    "required": False,
    "description": "`cookie` keeps the refresh token in an HttpOnly cookie instead of the body. "
    "Needs a JSON body and an Origin that is this forum's own.",
    "schema": {"type": "string", "enum": [cookies.MODE]},
}
SET_COOKIE = {"Set-Cookie": "The refresh token, or its end, where X-Session is `cookie`."}


def asker() -> dict[str, str]:
    """The device that asks: {agent, address}."""
    return {"agent": request.user_agent.string, "address": asker_address()}


def asker_address() -> str:
    """The address that asks, behind whatever proxies we trust."""
    return client_address(request.environ, settings().trusted_proxies)


def asker_locale(stated: str | None) -> str:
    """The language to write to somebody: as stated, else the best that the browser accepts."""
    if stated is not None:
        return stated
    best = request.accept_languages.best_match(["en", "zh"], default="en")
    return LOCALES[1] if best == "zh" else LOCALES[0]


def signed_in(s: Session, tokens: Tokens, *, in_cookie: bool) -> Answer:
    """The answer with new tokens; the refresh token goes into the cookie or the body, never both."""
    account = get_account(s, tokens.user.id)
    body = signed_in_json(tokens, account.email if account else None, with_refresh_token=not in_cookie)
    return Answer(body, headers={"Set-Cookie": cookies.header(tokens.refresh_token)} if in_cookie else {})
