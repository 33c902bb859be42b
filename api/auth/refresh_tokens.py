"""Refresh tokens: 256 random bits beside their session's id, under a seal that shows that we made them.

The seal tells a token of ours that was used up long ago (reuse: somebody copied it) from noise (nobody's business).
A successor is computed from the old token, so two tabs that refresh at once get the same one without its being stored.
"""

import base64
import hmac
import secrets
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from api.core.keys import derive
from api.core.runtime import settings

SECRET_BYTES = 32
SEAL_BYTES = 16
LENGTH = 86  # of 16 + 32 + 16 bytes in base64url without padding


@dataclass(frozen=True)
class RefreshToken:
    """A genuine token: ours, though perhaps used up."""

    session_id: UUID
    text: str

    @property
    def hash(self) -> bytes:
        """What is stored of it."""
        return sha256(self.text.encode()).digest()


def first(session_id: UUID) -> RefreshToken:
    """The token that a new session begins with."""
    return _sealed(session_id, secrets.token_bytes(SECRET_BYTES))


def successor(token: RefreshToken) -> RefreshToken:
    """The one token that may follow this one."""
    old = token.session_id.bytes + token.text.encode()
    return _sealed(token.session_id, hmac.digest(_key("successors"), old, "sha256"))


def parse(text: str) -> RefreshToken | None:
    """The token that this text is, or None when we did not make it."""
    if len(text) != LENGTH or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except NotBase64:
        return None
    content, seal = raw[:-SEAL_BYTES], raw[-SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(content)):
        return None
    token = RefreshToken(UUID(bytes=raw[:16]), text)
    # Base64 has several spellings of the last bits; only the one we wrote is the token.
    return token if _encode(raw) == text else None


def _sealed(session_id: UUID, secret: bytes) -> RefreshToken:
    content = session_id.bytes + secret
    return RefreshToken(session_id, _encode(content + _seal(content)))


def _seal(content: bytes) -> bytes:
    return hmac.digest(_key("seals"), content, "sha256")[:SEAL_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key(purpose: str) -> bytes:
    return derive(settings().secret_key, f"refresh-tokens:{purpose}")
