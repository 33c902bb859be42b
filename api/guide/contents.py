"""The chapters of the guide, and where they lie."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "zh-Hans")
# In reading order. Each goes on where the one before ended: its commands use what earlier ones made.
CHAPTERS = (
    "first-steps",
    "sign-in",
    "paging",
    "conditional-requests",
    "idempotency",
    "errors",
    "search",
    "events",
    "limits",
)
FOLDER = Path(__file__).parents[2] / "docs" / "api"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A chapter, ready to show. `lead` is its first paragraph; `sections` are pairs of an id and a title."""

    name: str
    title: str
    lead: str
    sections: Sequence[tuple[str, str]]
    html: str


def source_file(language: str, chapter: str) -> Path:
    """Where a chapter's Markdown lies."""
    return FOLDER / language / f"{chapter}.md"


def source(language: str, chapter: str) -> str:
    """A chapter's Markdown."""
    return source_file(language, chapter).read_text(encoding="utf-8")
