import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from api.text import confusables, names, scripts

CYRILLIC_A, CYRILLIC_O, CYRILLIC_S = "\u0430", "\u043e", "\u0441"


@pytest.mark.parametrize(
    "name",
    [
        "bob",
        "小明",
        "Bob小明",
        "東京タワー",
        "김철수abc",
        "ㄅㄆㄇ注音",
        "नमस्ते",
        "Аня",
        "jean-luc_p.2",
        "m3",
        "Ünal",
        "สมชาย",
    ],
)
def test_names_of_any_script_are_taken_as_they_are(name):
    assert names.check(name).shown == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "too_short"),
        ("a", "too_short"),
        ("猫", "too_short"),
        ("x" * 33, "too_long"),
        ("ad min", "bad_character"),
        ("a/b", "bad_character"),
        ("小明！", "bad_character"),
        ("bob\u200b1", "bad_character"),
        ("bob\u3164x", "bad_character"),
        ("a\x00b", "bad_character"),
        ("a\ud800b", "bad_character"),
        ("e" + "\u0301" * 9, "bad_character"),
        ("-bob", "bad_edge"),
        ("bob.", "bad_edge"),
        ("_bob", "bad_edge"),
        ("bo..b", "double_dot"),
        (f"p{CYRILLIC_A}ypal", "mixed_scripts"),
        ("Аня小", "mixed_scripts"),
        ("한글かな", "mixed_scripts"),
        ("me", "reserved_name"),
        ("Admin", "reserved_name"),
        ("ＡＬＬ", "reserved_name"),
        ("sTaFf", "reserved_name"),
    ],
)
def test_a_name_outside_the_rules_is_refused_with_its_code(name, code):
    with pytest.raises(names.NameRefused) as refusal:
        names.check(name)
    assert refusal.value.code == code


def test_a_refusal_says_what_a_sentence_about_it_needs():
    with pytest.raises(names.NameRefused) as refusal:
        names.check("x" * 40)
    assert refusal.value.params == {"max": 32, "actual": 40}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob", "bob"),
        ("Ｂｏｂ", "bob"),
        ("Straße", "STRASSE"),
        (CYRILLIC_S + CYRILLIC_O + CYRILLIC_S + CYRILLIC_O, "coco"),
        ("user1", "userl"),
        ("modern", "modem"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_names_that_look_alike_have_one_key(one, other):
    assert names.key(one) == names.key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("bob", "rob"), ("小明", "小朋"), ("anna", "anne"), ("a.b", "ab")]
)
def test_names_that_look_different_have_different_keys(one, other):
    assert names.key(one) != names.key(other)


def test_the_shown_name_is_composed():
    assert names.check("Andre\u0301").shown == "Andr\u00e9"


@given(st.text(max_size=40))
def test_the_key_of_a_key_is_itself(text):
    assert names.key(names.key(text)) == names.key(text)


@given(st.text(max_size=60))
def test_every_foreign_display_name_becomes_a_legal_one(original):
    derived = names.derive(original)
    assert names.check(derived).shown == derived


@pytest.mark.parametrize(
    ("original", "derived"),
    [
        ("John Smith", "John_Smith"),
        ("user123...", "user123"),
        ("O’Neil & Sons", "ONeil__Sons"),
        ("猫", "member"),
        ("!!!", "member"),
        ("", "member"),
        ("admin", "admin-1"),
        ("张三 (Zhang)", "张三_Zhang"),
        ("x" * 50, "x" * 32),
    ],
)
def test_a_foreign_display_name_keeps_what_it_can(original, derived):
    assert names.derive(original) == derived


def test_of_mixed_scripts_the_best_represented_stay():
    assert names.derive("Дмитрий abc") == "Дмитрий"


def test_every_letter_of_unicode_belongs_to_a_script_we_know():
    known = "".join(rf"\p{{scx={code}}}" for code in scripts.SCRIPTS)
    unknown = regex.compile(rf"(?V1)[\p{{L}}--[{known}\p{{scx=Zyyy}}\p{{scx=Zinh}}]]")
    everything = "".join(chr(point) for point in range(0x20000) if not 0xD800 <= point < 0xE000)
    assert unknown.findall(everything) == []


def test_the_table_of_look_alikes_is_built_from_unicodes_lines():
    lines = [
        "# a comment",
        "",
        "0430 ;\t0061 ;\tMA\t# ( а → a )",
        "1D41A ;\t0061 ;\tMA\t# a mathematical letter: normalising deals with it",
        "006D ;\t0072 006E ;\tMA\t# ( m → rn )",
        "217F ;\t0072 006E ;\tMA\t# a Roman numeral: normalising deals with it",
        "0031 ;\t006C ;\tMA",
        "0030 ;\t004F ;\tMA",
        "2026 ;\t002E 002E 002E ;\tMA\t# no character of names",
    ]
    assert confusables.build(lines) == "30\t6F\n31\t6C\n6D\t72 6E\n430\t61\n"
