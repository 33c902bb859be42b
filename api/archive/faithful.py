"""Chooses, for one text, the most readable Markdown that still shows what its HTML showed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.archive.html_difference import difference
from api.archive.html_to_markdown import html_to_markdown


@dataclass(frozen=True)
class Converted:
    """Markdown, and what differs once it is rendered (nothing for nearly every text)."""

    markdown: str
    differences: list[str] = field(default_factory=list)


def faithful_markdown(html: str, render: Callable[[str], str], *, base_url: str = "") -> Converted:
    """Markdown for `html`, checked with `render` (Markdown to HTML).

    Tries the readable form, then one with every mark escaped, then one without emphasis as well; the
    first that shows the same wins, else the one that differs in the fewest kinds.
    """
    best: Converted | None = None
    for full, emphasis in ((False, True), (True, True), (True, False)):
        markdown = html_to_markdown(html, base_url=base_url, full=full, emphasis=emphasis)
        attempt = Converted(markdown, difference(html, render(markdown), base_url=base_url))
        if not attempt.differences:
            return attempt
        if best is None or len(attempt.differences) < len(best.differences):
            best = attempt
    assert best is not None
    return best
