import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.slugs import MAX_SLUG, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Why does 量子 matter?", "why-does-量子-matter"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ！", "full-width"),
        ("C++ & C#", "c-c"),
        ("Straße Ⅷ", "strasse-viii"),
        ("हिन्दी में", "हिन्दी-में"),
        ("  --a--b--  ", "a-b"),
        ("../../etc", "etc"),
        ("❤️", "topic"),
        ("", "topic"),
        ("\u3164", "topic"),
    ],
)
def test_a_slug_keeps_letters_marks_and_digits_of_any_script(title, slug):
    assert slugify(title) == slug


def test_a_slug_is_cut_at_80_characters_without_a_trailing_dash():
    assert slugify("a" * 79 + " b") == "a" * 79
    assert len(slugify("量" * 200)) == MAX_SLUG


@given(st.text(max_size=200))
def test_a_slug_is_safe_in_a_path_and_the_slug_of_itself(title):
    slug = slugify(title)
    assert 1 <= len(slug) <= MAX_SLUG
    assert not set(slug) & set("/\\?#%. ")
    assert slugify(slug) == slug
