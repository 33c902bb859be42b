"""Pure functions on strings: Markdown to safe HTML, names, slugs, tags, search lexemes, snippets.

Nothing here knows Flask, SQL or the forum's tables. Heavy libraries load on first use: the parser with the first
`render`, Pygments with the first coloured block, rjieba with the first Chinese sentence.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.text.rendering import RENDERER_VERSION, Mention, Rendered, render

__all__ = ["RENDERER_VERSION", "Mention", "Rendered", "render"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    from api.text import rendering

    return getattr(rendering, name)
