from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.lexemes import query
from api.text.segments import segments, stem
from api.text.snippets import snippet

LONG = "序言。" * 80 + "我们讨论量子计算机，Quantum computers are <b>running</b> & winning。" + "尾声。" * 80


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.marked = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", []))

    def handle_data(self, data):
        self.text += data
        if self.tags and self.tags[-1][0] == "mark":
            self.marked.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("量子", ["量子"]),
        ("computer", ["computers"]),
        ("RUN", ["running"]),
        ('"quantum computers"', ["Quantum computers"]),
        ("quantum 量子", ["量子", "Quantum"]),
        ("讨", ["讨"]),
        ("absent", []),
    ],
)
def test_matches_are_marked_in_any_inflection(asked, marked):
    assert read(snippet(LONG, query(asked).terms)).marked == marked


def test_the_text_around_is_escaped():
    html = snippet(LONG, query("running").terms)
    assert "&lt;b&gt;<mark>running</mark>&lt;/b&gt; &amp; winning" in html


def test_the_window_shows_as_many_different_terms_as_it_can():
    text = "cat " * 100 + "x " * 100 + "cat and dog" + " y" * 200
    assert set(read(snippet(text, query("cat dog").terms)).marked) == {"cat", "dog"}


def test_without_a_match_it_is_the_beginning():
    assert snippet(LONG, query("absent").terms).startswith("序言。")
    assert snippet("short", []) == "short"
    assert snippet("", query("x").terms) == ""


def test_full_width_letters_match_and_stay_as_they_were_written():
    assert read(snippet("关于ＱＵＡＮＴＵＭ的书", query("quantum").terms)).marked == ["ＱＵＡＮＴＵＭ"]


def test_letters_that_grow_in_folding_do_not_shift_the_marks():
    assert read(snippet("Straße İstanbul ﬁne quantum", query("quantum").terms)).marked == ["quantum"]


@given(st.text(max_size=500), st.text(max_size=40))
def test_a_snippet_has_no_tag_but_mark_and_only_text_of_the_text(text, asked):
    reader = read(snippet(text, query(asked).terms))
    assert [tag for tag, _ in reader.tags] == ["mark", "/mark"] * (len(reader.tags) // 2)
    shown = "".join(reader.text.split()).strip("…")
    # A parser of HTML replaces NUL and lone carriage returns, which no stored text has.
    if "\x00" not in text and "&" not in text:
        assert shown in "".join(text.split()) or "…" in text


@pytest.mark.parametrize(
    "word",
    ["dying", "skies", "news", "inning", "early", "yes", "using", "organisations", "flies", "'tis", "ugly"],
)
def test_a_stem_begins_with_the_letter_of_its_word(word: str) -> None:
    """By this letter the words that may match are found."""
    first = next(iter(segments(word)))
    assert all(stem(part)[0] == part[0] for part in first.parts)


def test_a_part_of_a_joined_word_is_marked() -> None:
    assert "<mark>" in snippet("Written with node.js and snake_case_names", ("js",))
    assert "<mark>" in snippet("Written with node.js and snake_case_names", ("name",))
