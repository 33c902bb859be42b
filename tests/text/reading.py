"""Reads rendered HTML the way a browser would come upon its active parts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page:
    elements: list[Element] = field(default_factory=list)
    text: str = ""
    balanced: bool = True

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def texts(self, tag: str) -> list[str]:
        return [element.text for element in self.all(tag)]

    def links(self) -> dict[str, str | None]:
        return {element.text: element.attributes["href"] for element in self.all("a")}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.page.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop().tag != tag:
            self.page.balanced = False

    def handle_data(self, data: str) -> None:
        self.page.text += data
        for element in self.open:
            element.text += data


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.balanced &= not reader.open
    return reader.page


def active_parts(html: str) -> list[str]:
    """Everything in the HTML that could run, load or send something but a link and an image; empty when safe."""
    found = []
    for element in read(html).elements:
        if element.tag not in SAFE_TAGS:
            found.append(f"<{element.tag}>")
        for name, value in element.attributes.items():
            if name not in SAFE_ATTRIBUTES:
                found.append(f"{element.tag}@{name}")
            if name in ("href", "src") and not _is_harmless(value or ""):
                found.append(f"{element.tag}@{name}={value}")
    return found


SAFE_TAGS = {
    "p",
    "br",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "span",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "input",
}
SAFE_ATTRIBUTES = {
    "href",
    "title",
    "class",
    "rel",
    "src",
    "alt",
    "loading",
    "start",
    "align",
    "type",
    "checked",
    "disabled",
    "data-language",
}


def _is_harmless(address: str) -> bool:
    # What a browser makes of an address: white space and control characters go, a backslash is a slash.
    bare = "".join(character for character in address if character > " ").replace("\\", "/").lower()
    if bare.startswith("//"):
        return False
    scheme, colon, _ = bare.partition(":")
    if not colon or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum():
        return True
    return scheme in ("http", "https", "mailto")
