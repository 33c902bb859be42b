import pytest
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from api.text import highlight, render
from tests.text.reading import read


def fence(code, language="python"):
    return f"```{language}\n{code}\n```\n"


def spans(body):
    return read(render(body).html).all("span")


def test_code_is_coloured_by_short_classes_only():
    found = spans(fence('def f():\n    return "<b>"  # why'))
    assert {element.attributes["class"] for element in found} >= {"k", "nf", "c1"}
    assert all(set(element.attributes) == {"class"} for element in found)


def test_a_block_names_its_language():
    page = read(render(fence("x = 1")).html)
    assert page.all("pre")[0].attributes == {"data-language": "python"}
    assert page.all("code")[0].attributes == {"class": "language-python"}


@pytest.mark.parametrize(
    "language", ["py", "PYTHON", "js", "c++", "C#", "php", "ts", "sh", "go", "rs", "sql"]
)
def test_languages_have_the_names_people_write(language):
    assert spans(fence("if (x) return 1; // 'a' # \"b\"", language))


@pytest.mark.parametrize("language", ["make", "java", "perl", "yaml", "ini", "console", "unknown", ""])
def test_languages_without_a_trusted_lexer_stay_plain(language):
    assert spans(fence("x = 1", language)) == []


@pytest.mark.parametrize(
    "code", ['x = "<b>&"', "\t tab\n\n\n", "", "  leading", "\ufeffmark", "中文 = '字'", "a\fb"]
)
def test_colouring_never_changes_the_code(code):
    page = read(render(fence(code)).html)
    assert page.texts("code") == [f"{code}\n" if code else "\n"]


def test_a_block_above_8000_characters_stays_plain():
    line = "x = 1\n"
    assert spans(fence(line * (8_000 // len(line))))
    assert spans(fence(line * (8_000 // len(line) + 1))) == []


def test_code_beyond_20000_characters_of_a_post_stays_plain():
    # With time to spare, since the machine of the tests may be slow.
    budget = highlight.Budget(seconds=60)
    block = "x = 1\n" * 1_100
    coloured = ["<span" in highlight.highlight(block, "python", budget) for _ in range(5)]
    assert coloured == [True, True, True, False, False]


def test_a_block_of_nothing_but_signs_has_a_bounded_number_of_spans():
    assert spans(fence("1+" * 3_900)) == []


def test_a_post_without_time_left_stays_plain():
    assert highlight.highlight("x = 1", "python", highlight.Budget(seconds=0)) == "x = 1"


def test_a_lexer_that_is_stopped_half_way_leaves_the_code_whole():
    budget = highlight.Budget(seconds=1e-9)
    assert highlight.highlight("x = 1\n" * 50, "python", budget) == "x = 1\n" * 50
    assert budget.seconds < 0


def test_every_name_on_the_list_has_a_lexer():
    for lexer in set(highlight.LEXERS.values()):
        assert get_lexer_by_name(lexer)


def test_every_class_of_pygments_passes_the_sanitiser():
    from api.text.sanitise import sanitise

    for name in filter(None, STANDARD_TYPES.values()):
        assert sanitise(f'<span class="{name}">x</span>') == f'<span class="{name}">x</span>'


def test_a_language_with_markup_in_its_name_is_escaped():
    page = read(render(fence("x", '"><script>alert(1)</script>')).html)
    assert [element.tag for element in page.elements] == ["pre", "code"]
