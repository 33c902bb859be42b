"""Web addresses and mail addresses that stand in a text without any markup.

The rules are those of GitHub's autolink extension, with two for Chinese: the punctuation of Chinese ends an
address, and so does a Chinese character right after a Latin letter or digit, since no space would separate the
two. After `/ = # ? &` and the like it is part of the address: `看https://例.cn/路径` but `见https://a.cn/b里的说明`.
"""

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from api.text.links import MAX_URL
from api.text.markdown.runs import replace_text
from api.text.scripts import CJK_LETTERS, CJK_PUNCTUATION, is_cjk

_STOP = rf"\s\p{{Cc}}<>\"`{CJK_PUNCTUATION}"
_LABEL = rf"(?:[[\p{{L}}\p{{M}}\p{{N}}_\-]--[{CJK_LETTERS}]]++|[{CJK_LETTERS}][\p{{L}}\p{{M}}\p{{N}}\-]*+)"
_HOST = rf"(?:\[[0-9A-Fa-f:.]++\]|{_LABEL}(?:\.{_LABEL})*+)"
_TAIL = rf"(?:[^{_STOP}{CJK_LETTERS}]++|(?<=[/=\#?&_\-+~%(])[{CJK_LETTERS}]++)*+"
_WEB = regex.compile(rf"(?V1)(?:https?://|(?P<www>www\.))(?P<host>{_HOST}){_TAIL}", regex.IGNORECASE)
_TRAILING = frozenset("?!.,:*_~'\"")
_ENTITY = regex.compile(r"&[A-Za-z0-9]++;$")
_MAIL = regex.compile(
    r"(?<![A-Za-z0-9.+_\-])(?:mailto:)?[A-Za-z0-9.+_\-]{1,64}+@"
    r"(?P<domain>[A-Za-z0-9_\-]++(?:\.[A-Za-z0-9_\-]++)++)(?![@A-Za-z0-9])"
)


def autolinks(md: MarkdownIt) -> None:
    """Adds the rules to a parser."""
    md.inline.add_terminator_char("w")
    md.inline.add_terminator_char("W")
    md.inline.ruler.push("web_address", _web_address)
    md.core.ruler.before("text_join", "mail_address", _mail_addresses)


def _web_address(state: StateInline, silent: bool) -> bool:
    # While a link's label is being measured nothing inside it becomes a link of its own.
    if silent or state.linkLevel > 0:
        return False
    start = _start_of_address(state)
    if start is None:
        return False
    match = _WEB.match(state.src, start, state.posMax)
    if match is None or not _is_host(match["host"], is_www=match["www"] is not None):
        return False
    if match.end() - start > MAX_URL:
        # Too long for a link: passed over whole, or every later part of it would be tried again.
        state.append_pending(state.src[state.pos : match.end()])
        state.pos = match.end()
        return True
    text = _trimmed(match.group())
    href = state.md.normalizeLink(f"http://{text}" if match["www"] else text)
    if start + len(text) < match.end("host") or not state.md.validateLink(href):
        return False
    if start < state.pos:
        state.pending = state.pending[: start - state.pos]
    for token in _link(href, text):
        pushed = state.push(token.type, token.tag, token.nesting)
        pushed.attrs, pushed.content = token.attrs, token.content
        pushed.markup, pushed.info = token.markup, token.info
    state.pos = start + len(text)
    return True


def _start_of_address(state: StateInline) -> int | None:
    """Where an address begins that is recognised at the present `:` or `w`."""
    src, pos = state.src, state.pos
    if src.startswith("://", pos):
        for scheme in ("https", "http"):
            start = pos - len(scheme)
            if start >= 0 and src[start:pos].lower() == scheme and state.pending.endswith(src[start:pos]):
                before = src[start - 1] if start > 0 else " "
                return None if before.isascii() and before.isalnum() else start
    elif src[pos] in "wW" and src[pos : pos + 4].lower() == "www.":
        before = src[pos - 1] if pos > 0 else " "
        return pos if before.isspace() or before in "*_~([" or is_cjk(before) else None
    return None


def _is_host(host: str, *, is_www: bool) -> bool:
    labels = host.split(".")
    return not any("_" in label for label in labels[-2:]) and (len(labels) > 1 or not is_www)


def _trimmed(address: str) -> str:
    """The address without the punctuation of the sentence around it, and without brackets it did not open."""
    end = len(address)
    surplus = {close: address.count(close) - address.count(opening) for opening, close in ("()", "[]")}
    while end:
        last = address[end - 1]
        if last in surplus and surplus[last] > 0:
            surplus[last] -= 1
            end -= 1
        elif last == ";":
            entity = _ENTITY.search(address, max(0, end - 40), end)
            end = entity.start() if entity else end - 1
        elif last in _TRAILING:
            end -= 1
        else:
            break
    return address[:end]


def _mail_addresses(state: StateCore) -> None:
    def linked(match: regex.Match[str]) -> list[Token] | None:
        if match["domain"][-1] in "-_":
            return None
        address = match.group()
        href = address if address.startswith("mailto:") else f"mailto:{address}"
        return _link(state.md.normalizeLink(href), address)

    replace_text(state.tokens, "@", _MAIL, linked)


def _link(href: str, text: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": href}, markup="autolink", info="auto")
    closing = Token("link_close", "a", -1, markup="autolink", info="auto")
    return [opening, Token("text", "", 0, content=text), closing]
