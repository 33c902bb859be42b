"""`@name`: a mention takes the longest existing name at its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from api.text import names
from api.text.markdown.runs import replace_text, running_text
from api.text.rendered import Mention
from api.text.scripts import is_cjk

# Different runs after an `@` that are looked up in one post; each has at most 31 candidates.
MAX_LOOKED_UP = 50


Resolver = Callable[[Sequence[str]], Mapping[str, Mention]]


@dataclass(slots=True)
class Mentions:
    """One post's mentions: how they are resolved, where links to members begin, and who was found, in order."""

    resolve: Resolver | None = None
    root: str = ""
    found: list[int] = field(default_factory=list)


# Not inside a word, an address or a path: the sign follows white space, punctuation or a CJK character.
_SITE = regex.compile(rf"(?<![_.+\-@/\\])@(?P<run>{names.CHARACTER}{{2,{names.MAX_NAME + 1}}}+)")
_MARK = regex.compile(r"\p{M}")
_WORD = regex.compile(names.WORD)


def mentions(md: MarkdownIt) -> None:
    """Adds the rule to a parser; it reads and fills `env["mentions"]`, a Mentions."""
    md.core.ruler.before("text_join", "mentions", _link_mentions)


def _link_mentions(state: StateCore) -> None:
    mentions: Mentions = state.env["mentions"]
    if mentions.resolve is None:
        return
    keys = _keys_of_candidates(state.tokens)
    members = (
        mentions.resolve(tuple(dict.fromkeys(key for run in keys.values() for _, key in run))) if keys else {}
    )

    def linked(match: "regex.Match[str]") -> list[Token] | None:
        for candidate, key in keys.get(_run(match), ()):
            if key in members:
                mentions.found.append(members[key].user_id)
                rest = match["run"][len(candidate) :]
                return [*_link(members[key], mentions.root), Token("text", "", 0, content=rest)]
        return None

    if members:
        replace_text(state.tokens, "@", _SITE, linked)


def _keys_of_candidates(tokens: Sequence[Token]) -> dict[str, list[tuple[str, str]]]:
    """For each different run after an `@`: its possible names with their keys, the longest first."""
    keys: dict[str, list[tuple[str, str]]] = {}
    for token in running_text(tokens, "@"):
        for match in _SITE.finditer(token.content):
            run = _run(match)
            if run not in keys and len(keys) < MAX_LOOKED_UP:
                keys[run] = [(name, names.key(name)) for name in _candidates(run)]
    return keys


def _run(match: "regex.Match[str]") -> str:
    """What could hold a name at this place; empty inside a word, as in a mail address."""
    before = match.string[match.start() - 1] if match.start() else " "
    return "" if _WORD.match(before) and not is_cjk(before) else match["run"]


def _candidates(run: str) -> Iterator[str]:
    for end in range(min(len(run), names.MAX_NAME), names.MIN_NAME - 1, -1):
        if _may_end(run, end):
            yield run[:end]


def _may_end(run: str, end: int) -> bool:
    """Whether a name may end before position `end`: not before a mark, and not inside a Latin word."""
    last, after = run[end - 1], run[end : end + 1]
    if not _WORD.match(last) or not _WORD.match(run[0]) or ".." in run[:end]:
        return False
    if not after or not _WORD.match(after):
        return True
    return not _MARK.match(after) and (is_cjk(last) or is_cjk(after))


def _link(member: Mention, root: str) -> list[Token]:
    href = f"{root}/u/{quote(member.username, safe='')}"
    opening = Token("link_open", "a", 1, attrs={"class": "mention", "href": href})
    return [opening, Token("text", "", 0, content=f"@{member.username}"), Token("link_close", "a", -1)]
