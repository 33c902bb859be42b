import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.clean import CharacterRefused, fold, nfc


def test_text_is_composed():
    assert nfc("e\u0301") == "\u00e9"


@pytest.mark.parametrize(("text", "at"), [("a\x00", 1), ("\ud800", 0), ("ab\udfff", 2)])
def test_what_cannot_be_stored_is_refused_with_its_place(text, at):
    with pytest.raises(CharacterRefused) as refusal:
        nfc(text)
    assert refusal.value.code == "bad_character"
    assert refusal.value.params["position"] == at


@pytest.mark.parametrize("text", ["\u202e\u200d\ufeff", "👩‍👩‍👧‍👦", "Z̧̛͔a", "\x1b[0m", "\U0010ffff", ""])
def test_any_other_character_is_kept(text):
    assert nfc(nfc(text)) == nfc(text)


def test_folding_forgets_case_width_and_white_space():
    assert fold(" Ｑuantum\n\t ＢＩＴ　ß ") == "quantum bit ss"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
