import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好，世界", "zh-Hans"),
        ("这个问题应该怎么解决？", "zh-Hans"),
        ("這個問題應該怎麼解決？", "zh-Hant"),
        ("用 Python 写的 Flask 程序怎么部署", "zh-Hans"),
        ("こんにちは、世界。これは本です", "ja"),
        ("안녕하세요 세계", "ko"),
        ("Hello world", "en"),
        ("How do I measure a qubit without destroying it?", "en"),
        ("Wie kann ich das machen und warum ist es nicht gut?", None),
        ("Comment est-ce que je peux faire pour les deux dans le même", None),
        ("Что это такое", None),
        ("12345 !!!", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_guessed(text, language):
    assert guess(text) == language


def test_english_with_a_chinese_name_stays_english():
    assert guess("The book of the year was written by 刘慈欣 and it is translated") == "en"


def test_chinese_that_names_a_japanese_title_stays_chinese():
    assert (
        guess("我最喜欢的动画是となりのトトロ，小时候看过很多很多遍，现在还是觉得非常好看，推荐给大家")
        == "zh-Hans"
    )


@given(st.text())
def test_any_text_has_a_guess_or_none(text):
    assert guess(text) in {"zh-Hans", "zh-Hant", "ja", "ko", "en", None}
