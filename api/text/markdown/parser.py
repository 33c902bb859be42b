"""The one Markdown parser, configured."""

from functools import lru_cache

from markdown_it import MarkdownIt

from api.text import links
from api.text.markdown.autolinks import autolinks
from api.text.markdown.emphasis import CjkInline
from api.text.markdown.html import HtmlRenderer
from api.text.markdown.mentions import mentions

# Quotes in quotes and lists in lists deeper than this are shown as text; a list and its item count apart. People
# use four or five, and the time that a page of `[` takes grows with it.
MAX_NESTING = 20


class Parser(MarkdownIt):
    """MarkdownIt with our rules on links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the base class's name)
        """A link with a refused address stays visible as the text it was written as."""
        return links.is_allowed(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (the base class's name)
        """An address is shown as it was written: decoding could show another host than it leads to."""
        return link


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser; it holds no state of a post, so one serves all threads."""
    md = Parser(
        "js-default",
        {"html": False, "maxNesting": MAX_NESTING, "tasklists": True, "strikethrough_single_tilde": True},
        renderer_cls=HtmlRenderer,
    )
    md.inline = CjkInline()
    md.use(autolinks)
    md.use(mentions)
    return md
