"""Addresses as they stand in other forums' HTML."""

from urllib.parse import urljoin


def absolute(url: str, base_url: str = "") -> str:
    """The address in full: relative ones against `base_url`, `//host/..` with https where there is no base."""
    url = url.strip()
    try:
        joined = urljoin(base_url, url)
    except ValueError:  # a bracket where only the address of a host may have one
        return url
    return f"https:{joined}" if joined.startswith("//") else joined
