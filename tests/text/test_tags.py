import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.refusal import Refused
from api.text.tags import TagRefused, check_tag


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("C++", "c++"),
        ("c#", "c#"),
        (".NET", ".net"),
        ("量子", "量子"),
        (" a-b ", "a-b"),
        ("Ｐｙ３", "py3"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_a_tag_is_lower_case_and_half_width(raw, tag):
    assert check_tag(raw) == tag


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "too_short"),
        ("  ", "too_short"),
        ("x" * 36, "too_long"),
        ("a b", "bad_character"),
        ("a/b", "bad_character"),
        ("a_b", "bad_character"),
        ("..", "bad_character"),
        ("+", "bad_character"),
        ("a\x00", "bad_character"),
        ("a\u200b", "bad_character"),
    ],
)
def test_a_tag_outside_the_rules_is_refused_with_its_code(raw, code):
    with pytest.raises(Refused) as refusal:
        check_tag(raw)
    assert refusal.value.code == code


@given(st.text(max_size=40))
def test_a_checked_tag_checks_to_itself(raw):
    try:
        tag = check_tag(raw)
    except TagRefused:
        return
    except Refused:
        return
    assert check_tag(tag) == tag
