"""Idempotency-Key: a request that is sent twice has one effect and one answer.

The key's row is written in the effect's own transaction, so it is there exactly when the effect is; a failure leaves
nothing behind and its retry simply runs. Twins at the same time are told apart by an advisory lock of the
transaction, which nobody waits for.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from flask import Response
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from api.core.models import IdempotencyKey
from api.core.problems import Problem

HEADER = "Idempotency-Key"
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(hours=24)
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")
HASH_BYTES = 16
RETRY_SECONDS = 1


@dataclass(frozen=True)
class Replay:
    """The answer of the first time, as far as it is promised to come back the same."""

    status: int
    headers: dict[str, str]
    body: bytes


def checked_key(key: str) -> str:
    """The header's value; 422 unless it is 1 to 255 visible ASCII characters."""
    if VISIBLE_ASCII.fullmatch(key) is None:
        detail = "Send 1 to 255 visible ASCII characters."
        error = {
            "in": "header",
            "name": HEADER,
            "code": "invalid",
            "params": {"min": 1, "max": 255},
            "detail": detail,
        }
        raise Problem(422, "invalid_input", errors=[error])
    return key


def begin(
    s: Session,
    user_id: int,
    method: str,
    path: str,
    key: str,
    fingerprint: str,
    *,
    now: datetime,
    secret: bool = False,
) -> Replay | None:
    """The stored answer, or None for the first time: then the caller acts in this very transaction and calls `keep`.

    409 idempotency_in_progress while a twin runs, 422 idempotency_key_reused for another body, and
    409 secret_already_shown where the answer was not kept because it showed a secret.
    """
    hashed = _hash(method, path, key)
    if not s.scalar(select(func.pg_try_advisory_xact_lock(_lock_number(user_id, hashed)))):
        raise Problem(409, "idempotency_in_progress", headers={"Retry-After": str(RETRY_SECONDS)})
    row = s.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.user_id == user_id,
            IdempotencyKey.key_hash == hashed,
            IdempotencyKey.day.in_([now.date(), (now - KEPT).date()]),
            IdempotencyKey.created_at > now - KEPT,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise Problem(422, "idempotency_key_reused")
    if row.body is None or secret:
        raise Problem(409, "secret_already_shown")
    return Replay(row.status, row.headers, row.body)


def keep(
    s: Session,
    user_id: int,
    method: str,
    path: str,
    key: str,
    fingerprint: str,
    response: Response,
    *,
    now: datetime,
    secret: bool = False,
) -> None:
    """Store the answer of a success (2xx) beside its effect; of an answer that shows a secret only that it was."""
    if not 200 <= response.status_code < 300:
        return
    values = {
        "user_id": user_id,
        "key_hash": _hash(method, path, key),
        "day": now.date(),
        "route": f"{method} {path}",
        "fingerprint": fingerprint,
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        "body": None if secret else response.get_data(),
        "created_at": now,
    }
    s.execute(insert(IdempotencyKey).values(values))


def replayed(replay: Replay) -> Response:
    """The answer of the first time once more, marked as such."""
    response = Response(replay.body, status=replay.status)
    response.headers.pop("Content-Type", None)
    response.headers.update(replay.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _hash(method: str, path: str, key: str) -> bytes:
    return blake2b(f"{method}\0{path}\0{key}".encode(), digest_size=HASH_BYTES).digest()


def _lock_number(user_id: int, hashed: bytes) -> int:
    digest = blake2b(b"idempotency\0%d\0" % user_id + hashed, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
