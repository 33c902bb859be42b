"""Versions and ETags: `"<version>-<hash of the answer>"`, lists the hash alone; If-Match compares the version."""

import re
from dataclasses import dataclass
from hashlib import blake2b

from api.core.problems import Problem

HASH_BYTES = 9
_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*(?:,|$)')
_GZIP_SUFFIX = "-gz"


def make_etag(body: bytes, version: int | None) -> str:
    """The quoted ETag of an answer's bytes."""
    digest = blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def gzip_etag(etag: str) -> str:
    """The tag of the same answer compressed, which is another representation."""
    return f'{etag[:-1]}{_GZIP_SUFFIX}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names this answer, compressed or not."""
    if not header:
        return False
    if header.strip() == "*":
        return True
    plain = etag.strip('"').removesuffix(_GZIP_SUFFIX)
    return any(tag.removesuffix(_GZIP_SUFFIX) == plain for tag in _TAG.findall(header))


@dataclass(frozen=True)
class Precondition:
    """What If-Match asked for. `versions` is None where it was not sent; `anything` where it was `*`."""

    versions: frozenset[int] | None = None
    anything: bool = False

    def check(self, version: int) -> None:
        """Raise 412 with the current version's tag when the caller edited another version."""
        if self.versions is None or self.anything or version in self.versions:
            return
        raise Problem(412, "version_mismatch", params={"version": version}, headers={"ETag": f'"{version}"'})


NO_PRECONDITION = Precondition()


def parse_if_match(header: str | None) -> Precondition:
    """Read If-Match. `"12"`, `"12-abc"`, `W/"12-abc-gz"` all mean version 12; a tag without version matches none."""
    if header is None:
        return NO_PRECONDITION
    if header.strip() == "*":
        return Precondition(frozenset(), anything=True)
    tags = _TAG.findall(header)
    if not tags:
        error = {
            "in": "header",
            "name": "If-Match",
            "code": "invalid",
            "params": {},
            "detail": "Not a list of ETags.",
        }
        raise Problem(400, "bad_request", "If-Match is not a list of ETags.", errors=[error])
    heads = (tag.split("-", 1)[0] for tag in tags)
    return Precondition(frozenset(int(h) for h in heads if h.isascii() and h.isdigit() and len(h) < 19))
