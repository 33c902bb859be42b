"""One secret, many keys: HKDF (RFC 5869) gives each purpose a key that tells nothing about the others."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH_BYTES = 32


@lru_cache(maxsize=32)
def derive(secret: str | bytes, purpose: str, length: int = LENGTH_BYTES) -> bytes:
    """The key for one purpose: the same bytes for the same secret and purpose, on every process and machine.

    The secret is random already, so there is no salt; the purpose is HKDF's `info`.
    """
    material = secret.encode() if isinstance(secret, str) else secret
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"parley:{purpose}".encode()).derive(
        material
    )
