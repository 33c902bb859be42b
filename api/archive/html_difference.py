"""Says how what a reader sees of one HTML text differs from another: text, links, code, images."""

import re
from collections.abc import Iterable
from itertools import takewhile
from urllib.parse import quote, unquote

from bs4.element import PageElement, PreformattedString, Tag

from api.archive.addresses import absolute
from api.archive.html import parse

_SILENT = frozenset({"script", "style", "template", "title", "head", "noscript"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
})  # fmt: skip
_SHOWN = 60  # characters of a difference that are shown on either side


def difference(original: str, rendered: str, *, base_url: str = "") -> list[str]:
    """Sentences, one for each kind of thing that differs; empty when nothing does.

    White space counts as one space, and as none at all beside a block. Addresses are compared after
    percent-decoding, relative ones against `base_url`; links that the renderer made of mentions do not
    count. How something is set (headings' levels, emphasis, lists) is not compared.
    """
    before, after = _Seen(original, base_url), _Seen(rendered, base_url)
    return [
        f"{kind}: {said}"
        for kind, old, new in (
            ("text", before.text(), after.text()),
            ("links", before.links(), after.links()),
            ("code", before.code(), after.code()),
            ("images", before.images(), after.images()),
        )
        if (said := _said(old, new))
    ]


class _Seen:
    def __init__(self, html: str, base_url: str) -> None:
        self._soup = parse(html.replace("\x00", ""))
        self._base_url = base_url

    def text(self) -> str:
        parts: list[str] = []
        _collect(self._soup, parts)
        return " ".join("".join(parts).split())

    def links(self) -> list[str]:
        return [
            self._address(str(tag["href"]))
            for tag in self._soup.find_all("a", href=True)
            if "mention" not in (tag.get("class") or ())
        ]

    def code(self) -> list[str]:
        blocks = self._soup.find_all(["pre", "code", "tt", "samp"])
        return [_code(tag) for tag in blocks if not tag.find_parent(["pre", "code"]) and _code(tag)]

    def images(self) -> list[str]:
        return [self._address(str(tag["src"])) for tag in self._soup.find_all("img", src=True) if tag["src"]]

    def _address(self, raw: str) -> str:
        return quote(unquote(absolute(raw, self._base_url)), safe="/:?#[]@!$&'()*+,;=~%")


def _collect(node: Tag, parts: list[str]) -> None:
    """Appends the visible text, with a space at every edge of a block."""
    pending: list[PageElement | str] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, Tag):
            if item.name in _SILENT:
                continue
            edge = [] if item.name in _INLINE else [" "]
            pending += [*edge, *reversed(list(item.children)), *edge]
        elif not isinstance(item, PreformattedString):
            parts.append(str(item))


def _code(tag: Tag) -> str:
    text = tag.get_text()
    if tag.name == "pre":
        return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    return re.sub(r"\s+", " ", text).strip()


def _said(old: str | list[str], new: str | list[str]) -> str:
    """What lies between the parts that both share at their beginning and at their end."""
    if old == new:
        return ""
    start = _shared(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - start
    end = min(rest, _shared(zip(reversed(old), reversed(new), strict=False)))
    where = f" after {_short(old[max(0, start - 20) : start])}" if isinstance(old, str) else ""
    return f"{_short(old[start : len(old) - end])} became {_short(new[start : len(new) - end])}{where}"


def _shared(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _short(value: str | list[str]) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 2] + ".."
