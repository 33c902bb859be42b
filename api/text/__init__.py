"""Pure functions on strings: Markdown to safe HTML, names, slugs, tags, search lexemes, snippets.

Nothing here knows Flask, SQL or the forum's tables. Heavy libraries load on first use: the parser with the first
`render`, Pygments with the first coloured block, rjieba with the first Chinese sentence.
"""

from collections.abc import Callable, Mapping, Sequence

from api.text.rendered import RENDERER_VERSION, Mention, Rendered

__all__ = ["RENDERER_VERSION", "Mention", "Rendered", "render"]


def render(
    body: str,
    *,
    mentions: Callable[[Sequence[str]], Mapping[str, Mention]] | None = None,
    root: str = "",
) -> Rendered:
    """Render a post's Markdown; see api.text.rendering, whose libraries load now."""
    from api.text import rendering

    return rendering.render(body, mentions=mentions, root=root)
