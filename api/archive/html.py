"""Reads a piece of HTML as a browser roughly would, whatever its faults."""

from bs4 import BeautifulSoup


def parse(html: str) -> BeautifulSoup:
    """The tree of a fragment. In a body of its own, or a text without any tag would be suspected to be an address."""
    return BeautifulSoup(f"<body>{html}</body>", "lxml")
