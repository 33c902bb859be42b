"""Texts that make careless parsers stall or grow: asserted by what comes out, since a clock would tell of the machine."""

import pytest

from api.text import lexemes, render
from api.text.rendering import MAX_HTML
from tests.text.reading import read

LIMIT = 50_000


def filled(pattern):
    return (pattern * (LIMIT // len(pattern) + 1))[:LIMIT]


PATTERNS = [
    ">",
    "> ",
    "- ",
    "1. ",
    "* ",
    "[",
    "![",
    "[a](",
    "![a](",
    "[a]",
    "*",
    "_",
    "**a ",
    "*a _b ",
    "`",
    "` ",
    "~~",
    "<",
    "<a ",
    "<!--",
    "&",
    "\\",
    "|",
    "|-|\n",
    "#",
    "```\n",
    "@",
    "@a ",
    "@小明",
    "a@b.c ",
    "http://",
    "https://a.b/(",
    "www.",
    ":",
    "\n",
    "\t",
    "- [ ] ",
    "> - ",
    "**“",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_post_full_of_one_pattern_renders_within_bounds(pattern):
    rendered = render(filled(pattern), mentions=lambda keys: {})
    assert len(rendered.html) < 2 * MAX_HTML
    assert len(rendered.plain) <= 2 * LIMIT
    assert read(rendered.html).balanced


@pytest.mark.parametrize("pattern", ["> ", "- ", "1. ", "> - "])
def test_nesting_ends_at_its_limit(pattern):
    html = render(filled(pattern) + "a").html
    assert html.count("<blockquote>") + html.count("<ul>") + html.count("<ol>") <= 20


@pytest.mark.parametrize(
    "definition", ["[a]: /" + "u" * 1_900, "[a]: /" + "u" * 25_000, '[a]: /u "' + "t" * 25_000 + '"']
)
def test_one_definition_used_thousands_of_times_does_not_grow_the_page(definition):
    assert len(render(f"{definition}\n\n" + "[a]" * 8_000).html) < 2 * MAX_HTML


def test_a_table_of_thousands_of_columns_does_not_grow_the_page():
    wide = "|".join("a" * 6_000) + "\n" + "|".join("-" * 6_000) + "\n" + "|\n" * 6_000
    assert len(render(wide[:LIMIT]).html) < 2 * MAX_HTML


def test_a_page_that_would_grow_too_large_is_shown_as_its_source():
    body = "[a]: /" + "u" * 1_900 + "\n\n" + "[a]" * 8_000
    assert read(render(body).html).texts("code") == [body]


@pytest.mark.parametrize("pattern", ["中", "a.", "a'", "c+", "#", "a_", "猫a", "\u0301", "x"])
def test_a_text_full_of_one_pattern_is_indexed_within_bounds(pattern):
    found = lexemes.index(filled(pattern))
    assert len(found) <= 10
    assert lexemes.query(filled(pattern))
