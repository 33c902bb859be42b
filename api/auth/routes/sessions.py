"""Sessions over HTTP: sign in, refresh, sign out, see and end one's devices."""

from typing import Any
from uuid import UUID

from api.auth import actions, cookies, queries
from api.auth.routes.auth import SET_COOKIE, X_SESSION, asker, bp, signed_in
from api.auth.schemas import (
    Login,
    Reauthenticate,
    Refresh,
    SessionListQuery,
    SessionPageOut,
    SignedInOut,
    session_json,
)
from api.core.api import Answer, Call, anyone, member, tokenless
from api.core.db import current_session, transaction
from api.core.problems import Problem, invalid, not_found
from api.users.actions import demand_fresh_sign_in

OWN = member("account:write", tokens=False)
# Refreshing and signing out are counted like reading: a school's many tabs share one address, and no token is guessed.


@bp.operation(
    "POST", "/auth/login", access=tokenless(), body=Login, answer=(200, SignedInOut), caching="never",
    secret=True, ready=True, problems=(401, 403), headers=(X_SESSION,), answer_headers=SET_COOKIE,
)  # fmt: skip
def login(call: Call) -> Answer:
    """Sign in with a name or address and a password."""
    in_cookie = cookies.wanted()
    login, password = call.body["login"], call.body["password"]
    with transaction() as s:
        tokens = actions.sign_in(s, login=login, password=password, **asker(), now=call.now)
        return signed_in(s, tokens, in_cookie=in_cookie)


def _shown_token(call: Call, *, in_cookie: bool) -> str | None:
    """The refresh token that the request shows, in the one place where it belongs."""
    given: str | None = call.body.get("refresh_token")
    if not in_cookie:
        return given
    if given is not None:
        raise invalid("/refresh_token", "not_with_cookie", "With the cookie, the body has no token.")
    return cookies.held()


@bp.operation(
    "POST", "/auth/refresh", access=tokenless(), body=Refresh, answer=(200, SignedInOut), caching="never",
    limit="read", secret=True, ready=True, problems=(401, 403), headers=(X_SESSION,), answer_headers=SET_COOKIE,
)  # fmt: skip
def refresh_session(call: Call) -> Answer:
    """Get a new access token, and the refresh token's successor."""
    in_cookie = cookies.wanted()
    token = _shown_token(call, in_cookie=in_cookie)
    if token is None and not in_cookie:
        raise invalid("/refresh_token", "required", "Missing data for required field.")
    with transaction() as s:
        tokens = actions.refresh(s, token or "", now=call.now)
        answer = signed_in(s, tokens, in_cookie=in_cookie) if tokens else None
    # Raised only here: what the refusal did to the session has to be committed.
    if answer is None:
        raise Problem(
            401, "invalid_refresh_token", headers={"Set-Cookie": cookies.header(None)} if in_cookie else {}
        )
    return answer


@bp.operation(
    "POST", "/auth/logout", access=anyone(), body=Refresh, optional_body=True, answer=(204, None),
    caching="never", limit="read", headers=(X_SESSION,), answer_headers=SET_COOKIE,
)  # fmt: skip
def logout(call: Call) -> Answer:
    """Sign out: end the session of the access token, or of the refresh token."""
    in_cookie = cookies.wanted()
    token = _shown_token(call, in_cookie=in_cookie)
    if call.actor.session_id is None and token is None and not in_cookie:
        raise Problem(401, "unauthorized")
    with transaction() as s:
        if call.actor.session_id is not None:
            actions.end_session(s, UUID(call.actor.session_id))
        if token is not None:
            actions.end_session_of_token(s, token)
    return Answer(headers={"Set-Cookie": cookies.header(None)} if in_cookie else {})


@bp.operation(
    "POST", "/auth/reauthenticate", access=OWN, body=Reauthenticate, answer=(204, None), caching="never"
)
def reauthenticate(call: Call) -> None:
    """Enter the password again: for ten minutes the session may do what wants a fresh sign-in."""
    with transaction() as s:
        actions.reauthenticate(s, call.actor, password=call.body["password"], now=call.now)


@bp.operation(
    "GET", "/auth/sessions", access=member("account:read", tokens=False), query=SessionListQuery,
    answer=(200, SessionPageOut), caching="never", ready=True, paged=True,
)  # fmt: skip
def list_sessions(call: Call) -> dict[str, Any]:
    """List one's own signed-in devices, newest first."""
    page = queries.list_sessions(current_session(), call.actor, call.window(), call.now)
    items = [session_json(session, call.actor) for session in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@bp.operation("DELETE", "/auth/sessions", access=OWN, answer=(204, None), caching="never")
def end_other_sessions(call: Call) -> None:
    """Sign out every other device; wants a fresh sign-in."""
    demand_fresh_sign_in(call.actor, call.now)
    with transaction() as s:
        actions.end_other_sessions(s, call.actor.user_id or 0, keep=UUID(call.actor.session_id))


@bp.operation(
    "DELETE", "/auth/sessions/<session_id>", access=OWN, answer=(204, None), caching="never", problems=(404,)
)
def end_session(call: Call, session_id: str) -> None:
    """Sign out one device; another than the present one wants a fresh sign-in."""
    with transaction() as s:
        session = queries.get_own_session(s, call.actor, session_id)
        if session is None:
            raise not_found()
        if str(session.id) != call.actor.session_id:
            demand_fresh_sign_in(call.actor, call.now)
        actions.end_session(s, session.id)
