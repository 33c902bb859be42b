"""The ten-minute access token: a JWT that names a session and a member, and nothing that could become untrue."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from flask import Flask, current_app
from flask_jwt_extended import JWTManager, create_access_token

from api.core.keys import derive
from api.core.problems import Problem

LIFETIME = timedelta(minutes=10)
ALGORITHM = "HS256"
# Names the key in the token's header, so that a later key can be told from this one.
KEY_ID = "1"
# Machines whose clocks differ a little still believe each other's tokens.
LEEWAY_SECONDS = 5
MAX_LENGTH = 1_024
# Tokens that a process remembers to be genuine.
KEPT = 2_048


@dataclass(frozen=True)
class Claims:
    """What a genuine token says."""

    user_id: int
    session_id: UUID


def init_app(app: Flask) -> None:
    """Set up the library with one algorithm, a key of its own and our address as issuer and audience.

    Only its making and reading of tokens is used: what it would answer by itself has another shape than our problems.
    """
    held = app.extensions["parley"].settings
    app.config.update(
        JWT_SECRET_KEY=derive(held.secret_key, "access-tokens").hex(),
        JWT_ALGORITHM=ALGORITHM,
        JWT_DECODE_ALGORITHMS=[ALGORITHM],
        JWT_ENCODE_ISSUER=held.url,
        JWT_DECODE_ISSUER=held.url,
        JWT_ENCODE_AUDIENCE=held.url,
        JWT_DECODE_AUDIENCE=held.url,
        JWT_ENCODE_NBF=False,
        JWT_DECODE_LEEWAY=LEEWAY_SECONDS,
        JWT_TOKEN_LOCATION=["headers"],
        JWT_COOKIE_CSRF_PROTECT=False,
    )
    JWTManager(app)


def issue(user_id: int, session_id: UUID, now: datetime) -> str:
    """A signed token for a session, good for LIFETIME from now."""
    claims = {"sid": str(session_id), "iat": now, "exp": now + LIFETIME}
    token: str = create_access_token(
        str(user_id), additional_claims=claims, additional_headers={"kid": KEY_ID}
    )
    return token


def read(token: str, now: datetime) -> Claims:
    """The claims of a token that we signed and that still runs. Raises 401 invalid_token or token_expired."""
    if len(token) > MAX_LENGTH:
        raise Problem(401, "invalid_token")
    held = current_app.config
    try:
        claims, expires_at = _checked(
            token, held["JWT_SECRET_KEY"], held["JWT_DECODE_ISSUER"], held["JWT_DECODE_AUDIENCE"]
        )
    except Exception as error:  # whatever a forged token makes a parser raise, it is forged
        raise Problem(401, "invalid_token") from error
    if expires_at <= now:
        raise Problem(401, "token_expired")
    return claims


@lru_cache(maxsize=KEPT)
def _checked(token: str, key: str, issuer: str, audience: str) -> tuple[Claims, datetime]:
    """What a token says whose signature, issuer, audience and beginning hold, and its end, which is not looked at.

    A token is sent along with every request of its ten minutes; that it is genuine is found out once in each process.
    """
    payload: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        issuer=issuer,
        audience=audience,
        leeway=LEEWAY_SECONDS,
        options={"verify_exp": False},
    )
    if payload["type"] != "access" or payload["jti"] is None:
        raise ValueError("not an access token")
    claims = Claims(int(payload["sub"]), UUID(payload["sid"]))
    return claims, datetime.fromtimestamp(payload["exp"], UTC)
