"""The chapters of the guide: where they lie, and what their Markdown becomes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.text.slugs import slugify

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


def load(language: str, name: str, address: Callable[[str], str], transcript: str) -> Chapter:
    """Read and render a chapter. `address` makes links out of "sign-in" and "/api/problems"; `transcript` is what
    screen readers call a block of commands.
    """
    # The parser loads with the first chapter that somebody reads.
    from api.guide.chapter_html import parser

    text = source(language, name)
    title, _, rest = text.removeprefix("# ").partition("\n")
    lead, _, body = rest.strip().partition("\n\n")
    ids = [slugify(heading) for heading in HEADING.findall(source("en", name))]
    sections = list(zip(ids, HEADING.findall(text), strict=True))
    env = {"ids": iter(ids), "address": address, "transcript": transcript}
    return Chapter(name, title, parser().renderInline(lead, env), sections, parser().render(body, env))
