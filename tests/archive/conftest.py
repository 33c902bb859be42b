import pytest
from markdown_it import MarkdownIt


@pytest.fixture(scope="session")
def render():
    md = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(
        ["table", "strikethrough", "linkify"]
    )
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return md.render
