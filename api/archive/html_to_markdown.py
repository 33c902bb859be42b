"""Writes the HTML of other forums as Markdown that shows the same text, links, code and images."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from api.archive.addresses import absolute
from api.archive.html import parse
from api.archive.markdown_escape import (
    code_block,
    escape,
    escape_line_starts,
    heading,
    link_target,
    link_title,
)
from api.archive.markdown_inline import LINE_BREAK, Code, Emphasis, Piece, join
from api.archive.markdown_table import table
from api.text.links import is_allowed

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "strike": "~~"}
_SILENT = frozenset({"script", "style", "template", "title", "head", "noscript"})
_LANGUAGE = re.compile(r"lang(?:uage)?-([\w+#.-]{1,30})")
_NO_LANGUAGE = frozenset({"none", "default", "plaintext", "text"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_INTERRUPTING_LIST = re.compile(r"(?:[-+]|1[.)]) \S")
_DEEPEST = 40  # levels of nesting that are kept; what lies deeper becomes plain text


def html_to_markdown(html: str, *, base_url: str = "", full: bool = False, emphasis: bool = True) -> str:
    """Markdown with the text, links, code and images of `html`.

    Addresses are made absolute against `base_url`. `full` escapes every character that could ever
    matter, `emphasis=False` leaves bold, italic and struck out: both for texts that the readable form
    does not hold (see `api.archive.faithful`).
    """
    soup = parse(html.replace(LINE_BREAK, ""))
    writer = _Writer(base_url, full=full, emphasis=emphasis)
    return "\n\n".join(writer.blocks(soup, 0))


class _Writer:
    """Walks a tree. `inside` names the inline contexts around a node: link, line, cell, markers."""

    def __init__(self, base_url: str, *, full: bool, emphasis: bool) -> None:
        self.base_url = base_url
        self.full = full
        self.emphasis = emphasis

    def blocks(self, node: Tag, depth: int) -> list[str]:
        """The blocks of a container, each without a newline at its ends; inline runs are paragraphs."""
        if depth > _DEEPEST:
            return self._paragraph([NavigableString(node.get_text(" "))])
        written: list[str] = []
        lists = 0  # of the lists that follow one another directly: every second one looks different
        for is_block, run in groupby(_content(node), key=_is_block):
            nodes = list(run)
            if not is_block:
                paragraph = self._paragraph(nodes)
                lists = 0 if paragraph else lists
                written += paragraph
                continue
            for part in nodes:
                assert isinstance(part, Tag)
                lists = lists + 1 if part.name in ("ul", "ol") else 0
                written += self._block(part, depth + 1, odd=lists % 2 == 0)
        return written

    def _block(self, node: Tag, depth: int, *, odd: bool) -> list[str]:
        if node.name in ("ul", "ol"):
            return self._list(node, depth, odd=odd)
        if node.name == "pre":
            return [code_block(_code_text(node), _language(node))]
        if node.name == "hr":
            return ["***"]
        if node.name == "blockquote":
            return [_prefixed("\n\n".join(inner), "> ", "> ")] if (inner := self.blocks(node, depth)) else []
        if node.name == "table":
            return table(node, self._cell)
        if node.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            text = self._line(node, frozenset({"line"}))
            return [heading(text, int(node.name[1]))] if text else []
        if node.name in ("dt", "summary") and self.emphasis:
            text = self._line(node, frozenset({"line", "**"}))
            return [join([Emphasis("**", text)])] if text else []
        return self.blocks(node, depth)

    def _paragraph(self, nodes: list[PageElement]) -> list[str]:
        text = self._inline(nodes, frozenset(), 0)
        text = re.sub(rf"[ \t\n]*{LINE_BREAK}[ \t\n]*", "\\\\\n", text.strip(" \n" + LINE_BREAK))
        text = re.sub(r"[ \t]*\n[ \t\n]*", "\n", text).strip(" \n")
        return [escape_line_starts(text)] if text else []

    def _line(self, node: Tag, inside: frozenset[str]) -> str:
        text = self._inline(node.children, inside, 0)
        return _SPACE.sub(" ", text.replace(LINE_BREAK, " ")).strip(" ")

    def _cell(self, node: Tag) -> str:
        return self._line(node, frozenset({"line", "cell"}))

    def _list(self, node: Tag, depth: int, *, odd: bool) -> list[str]:
        items = [self._item(item, depth) for item in _content(node) if not _is_blank(item)]
        if not items:
            return []
        tight = all(_is_tight(item) for item in items) and not any(
            item.find("p", recursive=False) for item in node.find_all("li", recursive=False)
        )
        start = _whole(node.get("start"), 1)
        lines = []
        for offset, item in enumerate(items):
            bullet = (
                ("+ " if odd else "- ") if node.name == "ul" else f"{start + offset}{')' if odd else '.'} "
            )
            body = _prefixed(("\n" if tight else "\n\n").join(item), bullet, " " * len(bullet))
            lines.append(body if item else bullet.rstrip())
        return [("\n" if tight else "\n\n").join(lines)]

    def _item(self, node: PageElement, depth: int) -> list[str]:
        """The blocks of a list's child, which need not be an item in careless HTML."""
        if isinstance(node, Tag) and node.name == "li":
            return self.blocks(node, depth)
        return (
            self._block(node, depth, odd=False)
            if isinstance(node, Tag) and _is_block(node)
            else self._paragraph([node])
        )

    def _inline(self, nodes: Iterable[PageElement], inside: frozenset[str], depth: int) -> str:
        return join(self._pieces(nodes, inside, depth))

    def _pieces(self, nodes: Iterable[PageElement], inside: frozenset[str], depth: int) -> list[Piece]:
        pieces: list[Piece] = []
        for node in nodes:
            if isinstance(node, Tag):
                pieces += self._element(node, inside, depth + 1)
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                pieces.append(self._text(node, inside))
        return pieces

    def _text(self, text: str, inside: frozenset[str]) -> str:
        collapsed = _SPACE.sub(lambda run: "\n" if "\n" in run[0] and "line" not in inside else " ", text)
        escaped = escape(collapsed, full=self.full)
        return re.sub(r"(?<!\\)\|", r"\\|", escaped) if "cell" in inside else escaped

    def _element(self, node: Tag, inside: frozenset[str], depth: int) -> list[Piece]:
        if depth > _DEEPEST:
            return [self._text(node.get_text(), inside)]
        name = node.name
        if name in _SILENT:
            return []
        if name == "br":
            return [LINE_BREAK]
        if name == "img":
            return [self._image(node, inside)]
        if name in ("code", "tt", "samp", "pre"):
            return [Code(node.get_text(), in_cell="cell" in inside)]
        if name == "a" and node.get("href") is not None and "link" not in inside:
            return [self._link(node, inside, depth)]
        if name in ("iframe", "video", "embed") and node.get("src"):
            url = absolute(str(node["src"]), self.base_url)
            return [f"[{escape(url, full=self.full)}]({link_target(url)})"]
        marker = _EMPHASIS.get(name) if self.emphasis else None
        if marker and marker not in inside:
            return [Emphasis(marker, self._inline(node.children, inside | {marker}, depth))]
        inner = self._pieces(node.children, inside, depth)
        return [" ", *inner, " "] if name in _BLOCKS else inner

    def _link(self, node: Tag, inside: frozenset[str], depth: int) -> str:
        url = absolute(str(node["href"]), self.base_url)
        if (
            node.get_text() == url
            and re.fullmatch(r"https?://[!-;=?-~]+", url)
            and not re.search(r"[%|\\]", url)
        ):
            return f"<{url}>"
        text = self._inline(node.children, inside | {"link"}, depth).replace(LINE_BREAK, " ")
        if not is_allowed(url.replace(" ", "%20").replace("\\", "%5C")):
            return f"{text} ({escape(url, full=self.full)})"  # no link here, but nothing is lost
        inner = text.strip()
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if inner else ""
        return f"{lead}[{inner}]({link_target(url)}{link_title(str(node.get('title') or ''))}){trail}"

    def _image(self, node: Tag, inside: frozenset[str]) -> str:
        if not node.get("src"):
            return ""
        url = absolute(str(node["src"]), self.base_url)
        alt = self._text(str(node.get("alt") or ""), inside | {"line"})
        return f"![{alt}]({link_target(url)}{link_title(str(node.get('title') or ''))})"


def _content(node: Tag) -> Iterator[PageElement]:
    """What shows: no comments, no scripts, no white space between blocks; wrappers are looked through."""
    children = [child for child in node.children if not isinstance(child, PreformattedString)]
    for index, child in enumerate(children):
        if isinstance(child, Tag):
            if child.name in ("html", "body"):
                yield from _content(child)
            elif child.name not in _SILENT:
                yield child
        elif not _is_blank(child) or not _beside_block(children, index):
            yield child


def _beside_block(siblings: list[PageElement], index: int) -> bool:
    beside = siblings[max(0, index - 1) : index] + siblings[index + 1 : index + 2]
    return len(beside) < 2 or any(_is_block(sibling) for sibling in beside)


def _is_blank(node: PageElement) -> bool:
    return not isinstance(node, Tag) and not str(node).strip(" \t\r\n\f")


def _is_block(node: PageElement) -> bool:
    if not isinstance(node, Tag) or node.name == "a":
        return False
    return node.name in _BLOCKS or node.find(_is_block_name) is not None


def _is_block_name(node: Tag) -> bool:
    return node.name in _BLOCKS


def _is_tight(item: list[str]) -> bool:
    return all(_INTERRUPTING_LIST.match(block) for block in item[1:])


def _prefixed(text: str, first: str, others: str) -> str:
    """Lines under a list's bullet or behind a quote's mark; what is empty ends without spaces."""
    lines = text.split("\n")
    return "\n".join(
        (others if index else first) + line if line else others.rstrip() for index, line in enumerate(lines)
    )


def _whole(value: object, default: int) -> int:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else default


def _code_text(node: Tag) -> str:
    """A browser leaves out a newline that follows directly on `<pre>`."""
    text = node.get_text()
    first = next(node.children, None)
    return text.removeprefix("\n") if isinstance(first, NavigableString) else text


def _language(node: Tag) -> str:
    for tag in (node, *node.find_all("code")):
        for name in tag.get("class") or ():
            if (match := _LANGUAGE.fullmatch(name)) and match[1] not in _NO_LANGUAGE:
                return match[1]
    return ""
