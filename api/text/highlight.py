"""Colours code with Pygments' short class names, within bounds that a hostile post cannot stretch.

Two bounds on time work together. The lexers below were fed blocks of 8,000 hostile characters (every sign and
pair of signs repeated, strings and comments left open) and none needed more than some milliseconds for one token.
The sum over all tokens can still grow with the square of the length, so a clock on the thread's own processor
time stops a post's colouring; 20,000 characters of ordinary code need a third of what it grants.
"""

from dataclasses import dataclass
from html import escape
from itertools import groupby
from time import thread_time
from typing import Any

MAX_BLOCK = 8_000
MAX_POST = 20_000
MAX_SPANS = 3_000
MAX_SECONDS = 0.4

# The lexers by Pygments' names, each with the other names that people write after a fence.
_ALIASES = {
    "bash": "sh shell zsh",
    "c": "h",
    "clojure": "clj",
    "cmake": "",
    "cpp": "c++ cc cxx hpp",
    "csharp": "c# cs",
    "css": "",
    "dart": "",
    "diff": "patch udiff",
    "docker": "dockerfile",
    "elixir": "ex exs",
    "go": "golang",
    "graphql": "",
    "haskell": "hs",
    "html": "htm",
    "javascript": "js mjs node",
    "json": "json5 jsonc",
    "julia": "jl",
    "kotlin": "kt",
    "lua": "",
    "nasm": "asm",
    "nginx": "",
    "objective-c": "objc objectivec",
    "php": "",
    "postgresql": "postgres psql plpgsql",
    "powershell": "ps1 pwsh",
    "protobuf": "proto",
    "pycon": "",
    "python": "py python3 py3",
    "r": "",
    "ruby": "rb",
    "rust": "rs",
    "scheme": "scm",
    "scss": "sass",
    "sql": "mysql sqlite",
    "swift": "",
    "toml": "",
    "tsx": "jsx",
    "typescript": "ts",
    "xml": "svg xsd rss",
    "zig": "",
}
LEXERS = {alias: lexer for lexer, others in _ALIASES.items() for alias in (lexer, *others.split())}

# Plain names, white space and punctuation take the colour of their surroundings: spans around them are weight.
_UNMARKED = frozenset({"", "n", "w", "p"})


@dataclass(slots=True)
class Budget:
    """What one post may still spend on colours: characters of code, and seconds of processor time."""

    characters: int = MAX_POST
    seconds: float = MAX_SECONDS


def highlight(code: str, language: str, budget: Budget) -> str:
    """The code as escaped HTML, with `<span class="k">` and the like when its language and size allow."""
    lexer = LEXERS.get(language.lower())
    if lexer is None or len(code) > min(MAX_BLOCK, budget.characters) or budget.seconds <= 0:
        return escape(code)
    budget.characters -= len(code)
    tokens = _tokens(code, lexer, budget)
    spans = [
        (kind, "".join(value for _, value in group))
        for kind, group in groupby(tokens, key=lambda token: token[0])
    ]
    # A lexer that was stopped, or that drops characters as Pygments does with some, must not change the code.
    marked = sum(kind not in _UNMARKED for kind, _ in spans)
    if marked > MAX_SPANS or "".join(text for _, text in spans) != code:
        return escape(code)
    return "".join(
        escape(text) if kind in _UNMARKED else f'<span class="{kind}">{escape(text)}</span>'
        for kind, text in spans
    )


def _tokens(code: str, lexer: str, budget: Budget) -> list[tuple[str, str]]:
    """Pairs of a class and its text; fewer than the code has where the budget ended."""
    from pygments.lexers import get_lexer_by_name

    # Making a lexer compiles its patterns once in a process: nothing for the post to pay.
    # `startinline` is PHP's: without it, code that does not begin with `<?php` is text.
    cutter: Any = get_lexer_by_name(lexer, stripnl=False, startinline=True)
    tokens = []
    start = thread_time()
    for kind, value in cutter.get_tokens(code):
        tokens.append((_class_of(kind), value))
        if thread_time() - start > budget.seconds:
            break
    budget.seconds -= thread_time() - start
    return tokens


def _class_of(kind: Any) -> str:
    """The short class of the nearest standard ancestor of a Pygments token type."""
    from pygments.token import STANDARD_TYPES

    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]
