"""Password hashes: argon2id with OWASP's parameters, and one verification for whoever tries whatever."""

from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane.
MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
# The hash of 32 random bytes that nobody kept: what is checked where there is no account, or no password.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$GQM29sVb6g/HeNARbmb2aw$vpfyW0EaEudwrvqVsG6ZEBFSoBQunnHszP7iw8sLIOg"


class Hasher:
    """Argon2, counting what it does: a sign-in costs exactly one verification, whoever signs in."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self.hashes = 0
        self.verifications = 0

    def hash(self, password: str) -> str:
        """The encoded hash of a password, which must be in NFC."""
        self.hashes += 1
        return self._argon2.hash(password)

    def verify(self, encoded: str | None, password: str) -> bool:
        """Whether it is the password. Without a hash the same work is done, and the answer is no."""
        self.verifications += 1
        try:
            right = self._argon2.verify(encoded or NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return right and encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(encoded)


HASHER = Hasher()


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that everybody tries first, in lower case."""
    text = files("api.auth").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
