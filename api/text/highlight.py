"""Colours code with Pygments' short class names, within bounds that a hostile post cannot stretch."""

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

MAX_BLOCK = 8_000
MAX_POST = 20_000
MAX_SPANS = 3_000

# Fence names to Pygments lexers. Only lexers that stayed under 0.1 s on hostile blocks of 8,000 characters.
LEXERS = {"python": "python"}

# Plain names, white space and punctuation take the colour of their surroundings: spans around them are weight.
_UNMARKED = frozenset({"", "n", "w", "p"})


@dataclass(slots=True)
class Budget:
    """How much code of one post may still be coloured, in characters."""

    left: int = MAX_POST


def highlight(code: str, language: str, budget: Budget) -> str:
    """The code as escaped HTML, with `<span class="k">` and the like when its language and size allow."""
    lexer = LEXERS.get(language.lower())
    if lexer is None or len(code) > min(MAX_BLOCK, budget.left):
        return escape(code)
    budget.left -= len(code)
    pieces = []
    for number, (kind, tokens) in enumerate(groupby(_tokens(code, lexer), key=lambda token: token[0])):
        if number > 2 * MAX_SPANS:
            return escape(code)
        text = escape("".join(value for _, value in tokens))
        pieces.append(text if kind in _UNMARKED else f'<span class="{kind}">{text}</span>')
    return "".join(pieces)


def _tokens(code: str, lexer: str) -> list[tuple[str, str]]:
    from pygments.lexers import get_lexer_by_name

    cutter: Any = get_lexer_by_name(lexer, stripnl=False, ensurenl=False)
    return [(_class_of(kind), value) for kind, value in cutter.get_tokens(code)]


def _class_of(kind: Any) -> str:
    """The short class of the nearest standard ancestor of a Pygments token type."""
    from pygments.token import STANDARD_TYPES

    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]
