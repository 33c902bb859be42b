"""The chapters of the guide: where they lie and what they are called."""

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


def source_file(language: str, chapter: str) -> Path:
    """Where a chapter's Markdown lies."""
    return FOLDER / language / f"{chapter}.md"


def source(language: str, chapter: str) -> str:
    """A chapter's Markdown."""
    return source_file(language, chapter).read_text(encoding="utf-8")
