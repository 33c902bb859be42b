"""Replaces pieces of running text by tokens, leaving links and code alone."""

from collections.abc import Callable, Iterator, Sequence

import regex
from markdown_it.token import Token

Replacement = Callable[["regex.Match[str]"], list[Token] | None]


def running_text(tokens: Sequence[Token], sign: str) -> Iterator[Token]:
    """The text tokens outside links that contain the sign."""
    for block in tokens:
        depth = 0
        for token in block.children or ():
            if token.type in ("link_open", "link_close"):
                depth += token.nesting
            elif depth == 0 and token.type == "text" and sign in token.content:
                yield token


def replace_text(
    tokens: Sequence[Token], sign: str, pattern: "regex.Pattern[str]", replacement: Replacement
) -> None:
    """Puts what `replacement` gives for each match in its place; None leaves the match as text."""
    for block in tokens:
        if block.children and sign in block.content:
            chosen = {id(token) for token in running_text([block], sign)}
            block.children = [
                piece
                for token in block.children
                for piece in (_split(token, pattern, replacement) if id(token) in chosen else (token,))
            ]


def _split(token: Token, pattern: "regex.Pattern[str]", replacement: Replacement) -> Iterator[Token]:
    done = 0
    for match in pattern.finditer(token.content):
        pieces = replacement(match)
        if pieces is None:
            continue
        if match.start() > done:
            yield _text(token.content[done : match.start()], token.level)
        yield from pieces
        done = match.end()
    if done < len(token.content):
        yield _text(token.content[done:], token.level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
