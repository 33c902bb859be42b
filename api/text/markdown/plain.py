"""What a parsed post says without its markup: for search, quotations and excerpts."""

from collections.abc import Iterator, Sequence

import regex
from markdown_it.token import Token

from api.text.scripts import is_cjk

MAX_EXCERPT = 200
# Looking further back for a space would cut more than it tidies.
_MAX_BACKWARDS = 30


def plain_text(tokens: Sequence[Token]) -> str:
    """One line for each block; code and the alternative texts of images are included."""
    lines = []
    for token in tokens:
        if token.type == "inline":
            lines.append("".join(_inline(token.children or ())))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
    return "\n".join(lines).strip()


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type == "image":
            yield from _inline(token.children or ())


def excerpt_of(plain: str) -> str:
    """The first 200 characters or so, white space collapsed, cut between words or Chinese characters with `…`."""
    # Only the beginning can matter; collapsing white space of the whole would cost as much as the post is long.
    text = " ".join(plain[: MAX_EXCERPT * 20].split())
    if len(text) <= MAX_EXCERPT:
        return text
    end = 0
    for cluster in regex.finditer(r"\X", text[: MAX_EXCERPT + 20]):
        if cluster.end() > MAX_EXCERPT:
            break
        end = cluster.end()
    end = end or MAX_EXCERPT
    return text[: _word_end(text, end)].rstrip() + "…"


def _word_end(text: str, end: int) -> int:
    """The nearest place at or before `end` that is not inside a word."""
    if text[end].isspace() or is_cjk(text[end]) or is_cjk(text[end - 1]):
        return end
    for at in range(end, max(end - _MAX_BACKWARDS, 0), -1):
        if text[at - 1].isspace() or is_cjk(text[at - 1]):
            return at
    return end
