import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text.clean import CharacterRefused, fold, is_one_line, nfc, one_line


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


@pytest.mark.parametrize("character", [*"\n\x00\x1b\u0085\u2028\u200e\u200f\u061c\u202a\u202e\u2066\u2069"])
def test_what_breaks_or_turns_a_line_is_left_out_of_one(character):
    assert not is_one_line(f"a {character} b")
    assert one_line(f"a {character} b") == "a b"


@pytest.mark.parametrize("text", ["小明", "שלום עולם", "👩\u200d👩", "می\u200cخواهم", "e\u0301"])
def test_all_else_stays_on_one_line(text):
    assert is_one_line(text)
    assert one_line(f"  {text}\ud800 ") == nfc(text)


def test_folding_forgets_case_width_and_white_space():
    assert fold(" Ｑuantum\n\t ＢＩＴ　ß ") == "quantum bit ss"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
