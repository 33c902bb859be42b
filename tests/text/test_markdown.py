import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text import RENDERER_VERSION, render
from tests.text.reading import read

MARKS = st.text("*_~`[]()<>!#>-+|\\\n\t &;:@/.w\"'0a中，“”", max_size=120)


def html(body):
    return render(body).html


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "*a* _b_ **c** __d__ ***e***",
            "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <em><strong>e</strong></em></p>\n",
        ),
        ("a\nb", "<p>a\nb</p>\n"),
        ("a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>\n"),
        ("`` a ` b ``", "<p><code>a ` b</code></p>\n"),
        ("~~gone~~ ~too~", "<p><del>gone</del> <del>too</del></p>\n"),
        ("> quoted\nlazily", "<blockquote>\n<p>quoted\nlazily</p>\n</blockquote>\n"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n'),
        ("***", "<hr>\n"),
        ("    code <b>", "<pre><code>code &lt;b&gt;\n</code></pre>\n"),
        ("\\*a\\* &amp; &copy; &#35;", "<p>*a* &amp; © #</p>\n"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
        ("<!-- no comment -->", "<p>&lt;!-- no comment --&gt;</p>\n"),
    ],
)
def test_markdown_becomes_html(body, expected):
    assert html(body) == expected


@pytest.mark.parametrize(
    ("body", "emphasised"),
    [
        ("foo*bar*baz", ["bar"]),
        ("foo_bar_baz", []),
        ("a * b * c", []),
        ("*(*foo*)*", ["(foo)", "foo"]),
        ("_(bar)_.", ["(bar)"]),
        ('a*"foo"*', []),
        ("пристаням_стремятся_", []),
        ("*foo *", []),
        ("*foo**bar**baz*", ["foobarbaz"]),
        ("*foo", []),
    ],
)
def test_emphasis_without_chinese_follows_commonmark(body, emphasised):
    assert read(html(body)).texts("em") == emphasised


@pytest.mark.parametrize(
    ("body", "strong"),
    [
        ("**真，**她", ["真，"]),
        ("**“引号”**字", ["“引号”"]),
        ("他说**“好”**。", ["“好”"]),
        ("这是**重点。**然后", ["重点。"]),
        ("**《书名》**的作者", ["《书名》"]),
        ("用**（括号）**包住", ["（括号）"]),
        ("看**`代码`**吧", ["代码"]),
        ("**他——**她", ["他——"]),
        ("**この文！**残念", ["この文！"]),
        ("**이 용어(This term)**를", ["이 용어(This term)"]),
        ("__真，__她", []),
        ("__真，__ 她", ["真，"]),
        ("a**真**b **c，**d", ["真", "c，"]),
        ("中文 ** 不是 ** 强调", []),
    ],
)
def test_emphasis_works_beside_chinese_punctuation(body, strong):
    assert read(html(body)).texts("strong") == strong


def test_strikethrough_works_beside_chinese_punctuation():
    assert read(html("~~错了。~~对的")).texts("del") == ["错了。"]


def test_headings_begin_below_those_of_the_page():
    page = read(html("# a\n## b\n### c\n#### d\n###### f\n\nx\n==="))
    assert [element.tag for element in page.elements] == ["h3", "h4", "h5", "h6", "h6", "h3"]


def test_a_table_keeps_its_alignment_without_styles():
    page = read(html("|a|b|c|\n|:-|:-:|-:|\n|1|`x\\|y`|3|"))
    assert [cell.attributes.get("align") for cell in page.all("td")] == ["left", "center", "right"]
    assert page.texts("td") == ["1", "x|y", "3"]
    assert "style" not in html("|a|\n|:-|\n")


def test_task_lists_have_boxes_that_cannot_be_ticked():
    boxes = read(html("- [ ] a\n- [x] b\n- c")).all("input")
    assert [("checked" in box.attributes, box.attributes["type"]) for box in boxes] == [
        (False, "checkbox"),
        (True, "checkbox"),
    ]
    assert all("disabled" in box.attributes for box in boxes)


def test_plain_text_has_code_and_image_descriptions_but_no_markup():
    body = "# Title\n\nA *b* `c` [d](http://e.f/g)\nnext ![an image](/x.png)\n\n- [x] done\n\n```python\nx = 1\n```\n\n|h|\n|-|\n|z|"
    assert render(body).plain == "Title\nA b c d\nnext an image\ndone\nx = 1\nh\nz"


def test_plain_text_of_one_word_in_two_styles_is_one_word():
    assert render("foo**bar**").plain == "foobar"


def test_a_short_text_is_its_own_excerpt():
    assert render("a\n\nb  *c*").excerpt == "a b c"


def test_a_long_excerpt_ends_between_words():
    excerpt = render("word " * 100).excerpt
    assert excerpt.endswith("word…")
    assert 150 < len(excerpt) <= 201


def test_a_long_chinese_excerpt_ends_after_any_character():
    assert render("量" * 500).excerpt == "量" * 200 + "…"


def test_an_excerpt_does_not_cut_a_character_in_two():
    family = "👨‍👩‍👧‍👦"
    assert render("a" + family * 100).excerpt.removesuffix("…").removeprefix("a").replace(family, "") == ""


def test_one_endless_word_is_cut_all_the_same():
    assert render("x" * 500).excerpt == "x" * 200 + "…"


def test_an_empty_post_is_empty():
    assert render("") == render(" \n ")
    assert (render("").html, render("").plain, render("").excerpt) == ("", "", "")


def test_the_renderer_has_a_version():
    assert RENDERER_VERSION >= 1


@given(MARKS)
def test_any_text_renders_to_balanced_html_twice_the_same(body):
    rendered = render(body)
    assert read(rendered.html).balanced
    assert render(body) == rendered


@given(st.text(max_size=200))
def test_any_unicode_renders(body):
    assert read(render(body).html).balanced
