"""What a page says in its head."""

from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.test import TestResponse


@dataclass
class Page:
    """The parts of a page that tests look at."""

    lang: str = ""
    title: str = ""
    root: str = ""
    canonical: str = ""
    robots: str = ""
    description: str = ""
    script: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.in_title = False

    def handle_starttag(self, tag: str, attrs) -> None:
        values = dict(attrs)
        self.in_title = tag == "title"
        if tag == "html":
            self.page.lang = values["lang"]
        elif tag == "link" and values.get("rel") == "canonical":
            self.page.canonical = values["href"]
        elif tag == "script":
            self.page.script = values["src"]
        elif tag == "meta":
            name = {"parley-root": "root"}.get(values.get("name"), values.get("name"))
            if name in ("root", "robots", "description"):
                setattr(self.page, name, values["content"])

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.page.title += data


def read(response: TestResponse) -> Page:
    """The head of an HTML answer."""
    assert response.mimetype == "text/html", response.mimetype
    reader = _Reader()
    reader.feed(response.get_data(as_text=True))
    return reader.page
