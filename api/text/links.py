"""Which addresses a link or an image of a post may have."""

import regex

MAX_URL = 2_000
SCHEMES = frozenset({"http", "https", "mailto"})

_SCHEME = regex.compile(r"([A-Za-z][A-Za-z0-9+.\-]*+):")
# A browser drops tabs and line ends inside an address and reads a backslash as a slash.
_DECEPTIVE = regex.compile(r"[\x00-\x20\x7f\\]")


def is_allowed(url: str) -> bool:
    """Whether the address is http, https, mailto, or points inside this site; at most 2,000 characters.

    `//host` would leave the site without naming a scheme, so it is refused like any unknown scheme.
    """
    if len(url) > MAX_URL or _DECEPTIVE.search(url) or url.startswith("//"):
        return False
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].lower() in SCHEMES


def is_allowed_image(url: str) -> bool:
    """Whether an image may be loaded from the address."""
    return is_allowed(url) and not url.lower().startswith("mailto:")
