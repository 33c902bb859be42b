import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.text import lexemes
from api.text.lexemes import MAX_LEXEME, MAX_LEXEMES, Query, index, query, tsquery, tsvector

CHINESE = "我们在讨论量子计算机的未来，机器学习和猫。"
HAN = st.text("我们在讨论量子计算机的未来器学习和猫看电影北京大清华", min_size=1, max_size=8)
ENGLISH = st.sampled_from(
    [
        "The",
        "running",
        "foxes",
        "don't",
        "jump",
        "over",
        "node.js",
        "foo_bar",
        "C++",
        "c#",
        "e-mail",
        "3.14",
        "café",
        "naïve",
        "İx",
        "Ⅷ",
    ]
)
TEXTS = st.lists(st.one_of(HAN, ENGLISH, st.text(max_size=6)), min_size=1, max_size=12).map(" ".join)


def finds(asked: Query, text: str) -> bool:
    """What Postgres does with the tsquery of `asked` and the tsvector of `text`."""
    there = set(index(text))

    def has(lexeme: str) -> bool:
        return any(one.startswith(lexeme[:-1]) for one in there) if lexeme.endswith("*") else lexeme in there

    required = [lexeme for group in asked.lexemes for lexeme in group]
    excluded = any(all(has(lexeme) for lexeme in group) for group in asked.excluded)
    return bool(required) and all(map(has, required)) and not excluded


@given(TEXTS)
@example("¸0")
def test_every_word_of_a_text_finds_the_text(text):
    for segment in lexemes.segments(text):
        assert finds(query(segment.text), text), segment.text


@given(HAN, st.data())
def test_every_two_characters_side_by_side_find_the_text(run, data):
    at = data.draw(st.integers(0, len(run) - 1))
    assert finds(query(run[at : at + 2]), f"前缀，{run}。")


@given(HAN)
def test_every_single_chinese_character_finds_the_text(run):
    assert all(finds(query(character), f"abc{run}def") for character in run)


@given(TEXTS)
def test_the_whole_text_quoted_finds_the_text(text):
    asked = query('"' + text.replace('"', " ") + '"')
    assert not asked.phrases or finds(asked, text)


@given(st.text(max_size=400))
def test_lexemes_are_unique_folded_and_bounded(text):
    found = index(text)
    assert len(found) == len(set(found))
    assert all(0 < len(lexeme) <= MAX_LEXEME and not lexeme.isspace() for lexeme in found)


@pytest.mark.parametrize(
    "word", ["量子", "计算", "算机", "计算机", "未来", "猫", "量", "量子计算机", "机器学习"]
)
def test_chinese_words_are_found_inside_longer_ones(word):
    assert finds(query(word), CHINESE)


@pytest.mark.parametrize("word", ["狗", "量机", "电影", "quantum"])
def test_what_is_not_in_a_text_does_not_find_it(word):
    assert not finds(query(word), CHINESE)


def test_chinese_words_apart_from_each_other_are_found():
    assert finds(query("北京旅游"), "北京三日旅游攻略")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("run", "They were running"),
        ("RUNNING", "a run"),
        ("theories", "One theory"),
        ("computer", "COMPUTERS"),
    ],
)
def test_english_words_are_found_in_any_inflection_and_case(asked, text):
    assert finds(query(asked), text)


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("node.js", "Use Node.js here", True),
        ("node", "Use Node.js here", True),
        ("foo_bar", "call foo_bar()", True),
        ("bar", "call foo_bar()", True),
        ("c++", "I write C++ and C.", True),
        ("c++", "I write C.", False),
        ("c#", "I write C#.", True),
        ("c#", "I write C++.", False),
        ("c++", "since C++11", True),
        ("issue", "see issue#5", True),
        ("3.14", "pi is 3.14", True),
        ("e-mail", "an e-mail", True),
        ("Ｑｕａｎｔｕｍ", "quantum", True),
        ("语言", "C语言", True),
        ("서울", "서울에서 만나요", True),
        ("東京", "東京タワー", True),
        ("タワー", "東京タワー", True),
    ],
)
def test_identifiers_numbers_and_mixed_scripts_are_found(asked, text, found):
    assert finds(query(asked), text) is found


def test_long_garbage_is_cut_the_same_way_on_both_sides():
    assert finds(query("x" * 400), "x" * 400)
    assert max(map(len, index("x" * 400))) == MAX_LEXEME


def test_a_text_has_at_most_20000_lexemes():
    text = "".join(chr(0x4E00 + at) + chr(0x4E00 + other) for other in range(150) for at in range(200))
    assert len(index(text)) == MAX_LEXEMES


def test_a_tsvector_quotes_what_postgres_would_read():
    assert tsvector(["don't", "a\\b", "量子", "c++"]) == "'don''t' 'a\\\\b' '量子' 'c++'"
    assert tsvector([]) == ""


def test_a_tsquery_requires_everything_and_leaves_out_what_is_excluded():
    assert tsquery(query("node.js 猫 don't -dog")) == "'node' & 'js' & '猫':* & 'don''t' & !('dog')"


@pytest.mark.parametrize("text", ["", "   ", "!!!", "-dog", "is:answered", "😀"])
def test_a_search_without_words_has_an_empty_tsquery(text):
    assert tsquery(query(text)) == ""


@given(st.text(max_size=100))
def test_a_tsquery_has_balanced_quotes(text):
    assert tsquery(query(text)).count("'") % 2 == 0
