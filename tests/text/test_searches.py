from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.searches import MAX_QUERY, Query, query


def test_words_are_required_one_by_one():
    assert query("quantum computers").lexemes == (("quantum",), ("comput",))


def test_a_long_chinese_run_is_cut_into_words_and_asked_for_by_bigrams():
    asked = query("量子计算机")
    assert asked.words == ("量子", "计算机")
    assert asked.lexemes == (("量子",), ("计算", "算机"))


def test_a_single_chinese_character_is_asked_for_as_a_prefix():
    assert query("猫").lexemes == (("猫*",),)


def test_function_words_count_only_when_nothing_else_is_asked():
    assert query("the cat").lexemes == (("cat",),)
    assert query("the").lexemes == (("the",),)
    assert query("我的猫").lexemes == (("猫*",),)
    assert query("的").lexemes == (("的*",),)


@pytest.mark.parametrize("text", ['"Machine  Learning"', "“machine learning”", "「Machine Learning」"])
def test_a_quoted_phrase_is_compared_folded(text):
    asked = query(text)
    assert asked.phrases == ("machine learning",)
    assert asked.lexemes == (("machin", "learn"),)


def test_a_minus_excludes_a_word_or_a_phrase():
    asked = query('cat -dog -"black cat"')
    assert asked.excluded == (("dog",),)
    assert asked.excluded_phrases == ("black cat",)
    assert asked.lexemes == (("cat",),)


def test_a_dash_inside_a_word_or_alone_excludes_nothing():
    assert query("e-mail - x").excluded == ()


def test_operators_are_read_apart_from_the_words():
    asked = query(
        'author:小明 category:help tag:c++ tag:"big data" in:title is:answered after:2024-05 before:2024-06-15 猫粮'
    )
    assert asked.authors == ("小明",)
    assert asked.categories == ("help",)
    assert asked.tags == ("c++", "big data")
    assert asked.in_title
    assert asked.answered is True
    assert (asked.after, asked.before) == (date(2024, 5, 1), date(2024, 6, 15))
    assert asked.lexemes == (("猫粮",),)


def test_a_full_width_colon_makes_an_operator_too():
    assert query("author：小明").authors == ("小明",)


def test_unanswered_topics_are_asked_for_with_a_minus():
    assert query("-is:answered").answered is False


@pytest.mark.parametrize(
    "text", ["foo:bar", "before:yesterday", "before:2024-13", "in:body", "is:open", "author:"]
)
def test_unknown_operators_and_impossible_values_are_plain_words(text):
    asked = query(text)
    assert asked.lexemes
    assert asked == Query(lexemes=asked.lexemes, words=asked.words, terms=asked.terms)


def test_nothing_typed_asks_for_nothing():
    assert query("  ") == Query()
    assert query("in:title") != Query()


@given(st.text(max_size=700))
def test_any_text_can_be_read(text):
    query(text)


def test_only_the_first_500_characters_are_read():
    assert query(" " * MAX_QUERY + "cat") == Query()
