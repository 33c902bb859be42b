import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.archive.faithful import faithful_markdown
from api.archive.html_difference import difference
from api.archive.html_to_markdown import html_to_markdown
from api.archive.stackexchange.comment_markup import comment_html

WRITTEN = [
    ("paragraphs", "<p>One</p>\n\n<p>Two\nlines</p>", "One\n\nTwo\nlines"),
    (
        "emphasis",
        "<p><em>a</em> <strong>b</strong> <del>c</del> <strike>d</strike></p>",
        "*a* **b** ~~c~~ ~~d~~",
    ),
    (
        "nested emphasis",
        "<p><strong><em>a</em></strong> and <em>b <strong>c</strong></em></p>",
        "***a*** and *b **c***",
    ),
    ("spaces move out of emphasis", "<p>a<strong> b </strong>c</p>", "a **b** c"),
    ("punctuation moves out of emphasis", "<p><strong>Note:</strong>this</p>", "**Note**:this"),
    ("touching emphasis", "<p><strong>a</strong><em>b</em>.</p>", "__a__*b*."),
    ("a heading", "<h2>One #</h2><h3>2</h3>", "## One \\#\n\n### 2"),
    ("a link", '<p><a href="http://a.test/x" title="T">a [b]</a></p>', '[a \\[b\\]](http://a.test/x "T")'),
    ("a bare link", '<p><a href="http://a.test/x">http://a.test/x</a></p>', "<http://a.test/x>"),
    ("brackets in a link", '<p><a href="http://a.test/x_(y)">l</a></p>', "[l](http://a.test/x_(y))"),
    ("unbalanced brackets", '<p><a href="http://a.test/x)y">l</a></p>', "[l](<http://a.test/x)y>)"),
    (
        "an image in a link",
        '<a href="/b"><img src="/a.png" alt="x"></a>',
        "[![x](http://a.test/a.png)](http://a.test/b)",
    ),
    (
        "an exclamation mark before a link",
        '<p>Hey!<a href="http://a.test">l</a></p>',
        "Hey\\![l](http://a.test)",
    ),
    ("code", "<p><code>a*b_`c</code></p>", "``a*b_`c``"),
    ("code that begins with a backtick", "<p><code>`a</code></p>", "`` `a ``"),
    ("a code block", "<pre><code>a\n  b\n</code></pre>", "```\na\n  b\n```"),
    (
        "a language",
        '<pre class="lang-py prettyprint-override"><code>a = 1\n</code></pre>',
        "```py\na = 1\n```",
    ),
    ("fences in code", "<pre><code>```\nx\n```\n</code></pre>", "````\n```\nx\n```\n````"),
    ("a tight list", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
    ("a loose list", "<ol start='3'><li><p>a</p></li><li><p>b</p></li></ol>", "3. a\n\n4. b"),
    ("two lists", "<ul><li>a</li></ul>\n<ul><li>b</li></ul>", "- a\n\n+ b"),
    (
        "code in a list",
        "<ul><li><p>a</p><pre><code>b\n\nc\n</code></pre></li></ul>",
        "- a\n\n  ```\n  b\n\n  c\n  ```",
    ),
    ("a quote", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ("a quote with a list", "<blockquote><ul><li>a</li></ul></blockquote>", "> - a"),
    ("breaks", "<p>a<br>b<br/><br/>c<br></p>", "a\\\nb\\\n\\\nc"),
    ("a rule", "<p>a</p><hr><p>b</p>", "a\n\n***\n\nb"),
    (
        "a table",
        "<table><thead><tr><th>a</th><th style='text-align: right;'>b|c</th></tr></thead><tbody><tr><td><code>x|y</code></td><td>2</td></tr></tbody></table>",
        "| a | b\\|c |\n| --- | --: |\n| `x\\|y` | 2 |",
    ),
    ("a table without headings", "<table><tr><td>a</td></tr></table>", "| |\n| --- |\n| a |"),
    ("formulas", "<p>$a_1*b_2$ and $\\{x\\}\\\\y$</p>", "$a_1\\*b_2$ and $\\\\{x\\\\}\\\\\\y$"),
    ("harmless signs", "<p>2 * 3 < 4 & a_b #1 - 5. e.g. ~ x</p>", "2 * 3 < 4 & a_b #1 - 5. e.g. ~ x"),
    ("entities", "<p>&amp;lt; &lt;b&gt; &#60;i> AT&amp;T</p>", "\\&lt; \\<b> \\<i> AT&T"),
    ("scripts", "<p>a</p><script>alert(1)</script><style>b{}</style><!-- c -->", "a"),
]


@pytest.mark.parametrize(("html", "markdown"), [pytest.param(*case[1:], id=case[0]) for case in WRITTEN])
def test_html_is_written_as_readable_markdown(html, markdown, render):
    written = html_to_markdown(html, base_url="http://a.test")
    assert written == markdown
    assert difference(html, render(written), base_url="http://a.test") == []


SHOWN = [
    "<p># a</p><p>## b ##</p><p>+ c</p><p>- d</p><p>* e</p><p>1. f</p><p>12) g</p><p>&gt; h</p><p>~~~</p>",
    "<p>a\n# b\n- c\n1. d\n&gt; e\n===\n---\n***\n___\n```\n| f |\n|---|\n[g]: http://a.test\n    h</p>",
    "<p>a | b\n--- | ---\nc | d</p>",
    "<p>[ ] a</p><ul><li>[ ] b</li><li>[x] c</li></ul>",
    "<p>[a](http://a.test) ![b](c) [d] [e][f] [^1]</p>",
    "<p>`a` ``b`` **c** __d__ *e* _f_ ~~g~~ <b></b>***h***</p>",
    "<p>\\a \\* \\\\ \\\n b \\</p>",
    "<p>http://a.test/b_c_d and www.a.test and a@b.test and a.com</p>",
    "<p>a<em>b</em>c <em>d</em><strong>e</strong> f<strong>(g)</strong>h</p>",
    "<p>真<strong>，真。</strong>她<em>“好”</em>的</p>",
    "<p><em>a<em>b</em></em> <s>c<s>d</s></s> <b><strong>e</strong></b></p>",
    "<p>a<strong><a href='http://a.test'>b</a></strong>c</p><p>a<sup><strong>1</strong></sup>b</p>",
    "<p>x<sub>1</sub> y<sup>2</sup> <kbd>Ctrl</kbd></p>",
    "<p><a href='http://a.test/ b c'>d</a><a href='http://a.test/&lt;e&gt;'>f</a><a href='http://a.test/\\*'>g</a></p>",
    "<p><a href='http://a.test/?a=1&amp;copy=2&amp;lt;=3'>d</a> <a href='http://a.test'>\n d \n</a>e</p>",
    "<p><a href='http://a.test'>http://b.test</a> <a href='http://a.test'></a></p>",
    "<p><a href='http://a.test/%E9%87%8F'>http://a.test/%E9%87%8F</a></p>",
    "<p><a href='mailto:a@b.test' title='say \"hi\" \\ `'>mail</a></p>",
    "<p><img src='http://a.test/a.png' alt='a ] [ * `b`'><img src='http://a.test/b.png'></p>",
    "<ul><li></li><li><ul><li>a</li></ul></li><li><hr></li><li><h2>b</h2></li><li><pre>c</pre></li></ul>",
    "<ol start='5'><li>a<ol start='3'><li>b</li></ol></li></ol><ol><li>c</li></ol><p>d</p><ul><li>e</li></ul>",
    "<ul><li>a<p>b</p>c<blockquote>d<p>e</p></blockquote></li></ul>",
    "<ul>a<li>b</li><ul><li>c</li></ul></ul><li>d</li>",
    "<blockquote><pre><code>a\n\n  b\n</code></pre></blockquote><blockquote><h1>c</h1></blockquote>",
    "<pre><code>\n\na\n\n</code></pre><pre>b<sup>2</sup> &lt;c&gt;</pre><pre></pre>",
    "<h1>a<br>b</h1><h2># c</h2><h3><a href='http://a.test'>d</a></h3><h4></h4>",
    "<table><caption>a</caption><tr><th colspan='2'>b</th></tr><tr><td>c<br>d</td><td><p>e</p><p>f</p></td></tr></table>",
    "<dl><dt>a</dt><dd>b</dd></dl><details><summary>c</summary><p>d</p></details>",
    "<div>a<div>b<p>c</p></div>d</div><span>e<p>f</p>g</span>",
    "a<p>b</p>c",
    "<p>a&nbsp;b\u3000c\u2028d</p>",
    "<p>1986\\. A great year</p><p>3<em>.</em> a</p><p>-<em> a</em></p><p>a &amp<em>lt;</em></p>",
    "<p>a\x00b</p>",
    "",
]


@pytest.mark.parametrize("html", SHOWN)
def test_the_readable_form_shows_the_same(html, render):
    written = html_to_markdown(html)
    assert difference(html, render(written)) == [], written


@pytest.mark.parametrize("html", SHOWN)
def test_the_fully_escaped_form_shows_the_same(html, render):
    written = html_to_markdown(html, full=True, emphasis=False)
    assert difference(html, render(written)) == [], written


MARKS = st.text(alphabet=list("aZ1量。 \n*_`~[]()<>!#+-=|\\.:&;$^\"'@/x{}"), max_size=40)


@given(MARKS)
@settings(max_examples=300, deadline=None)
def test_any_text_survives(render, text):
    html = "<p>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    converted = faithful_markdown(html, render)
    assert converted.differences == [], converted.markdown


TAGS = st.sampled_from(["em", "strong", "s", "code", "sup", "b", "i"])
INLINE = st.recursive(
    MARKS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=6,
)


@given(st.lists(INLINE, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_text_survives_between_any_inline_tags(render, parts):
    converted = faithful_markdown("<p>" + "".join(parts) + "</p>", render)
    assert [said for said in converted.differences if said.startswith("text")] == [], converted.markdown


def test_a_text_that_the_readable_form_does_not_hold_is_escaped_in_full():
    calls = []

    def render(markdown):
        calls.append(markdown)
        return "<p>a.b</p>" if "\\." in markdown else "<p><a href='http://a.b'>a.b</a></p>"

    converted = faithful_markdown("<p>a.b</p>", render)
    assert (converted.markdown, converted.differences, len(calls)) == ("a\\.b", [], 2)


def test_a_text_that_no_form_holds_comes_with_what_differs():
    converted = faithful_markdown("<p>a</p>", lambda _: "<p>b</p>")
    assert converted.markdown == "a"
    assert converted.differences == ["text: 'a' became 'b' after ''"]


def test_differences_are_named_by_kind():
    html = '<p>a <a href="http://a.test">b</a> <code>c</code><img src="http://a.test/d.png"></p>'
    assert difference(html, html) == []
    said = difference(html, "<p>a b <code>x</code></p>")
    assert [line.split(":")[0] for line in said] == ["text", "links", "code", "images"]


def test_what_does_not_show_makes_no_difference():
    html = "<h2>a  b</h2><p>c\nd</p><pre>e  </pre>"
    assert difference(html, "<h4>a b</h4>\n\n<p><em>c</em> d</p><pre><code>e\n</code></pre>") == []
    assert (
        difference("<a href='/x y'>a</a>", "<a href='http://a.test/x%20y'>a</a>", base_url="http://a.test")
        == []
    )
    assert difference("<p>@b</p>", '<p><a class="mention" href="/u/b">@b</a></p>') == []


@pytest.mark.parametrize(
    "html",
    [
        "<em>" * 5000 + "a",
        "<blockquote>" * 5000 + "a",
        "<ul><li>" * 3000 + "a",
        "<p>" + "*a " * 20000,
        "[" * 20000,
    ],
)
def test_a_hostile_text_is_converted_all_the_same(html):
    assert "a" in html_to_markdown(html) or html.startswith("[")


COMMENTS = [
    ("plain @Blue, see #1", "plain @Blue, see #1"),
    ("*a* _b_ **c** `d*e`", "*a* *b* **c** `d*e`"),
    ('see [the faq](http://a.test/faq_(x) "T").', 'see [the faq](http://a.test/faq_(x) "T").'),
    ("see http://a.test/b_c. Or (http://a.test/d)!", "see <http://a.test/b_c>. Or (<http://a.test/d>)!"),
    ("# not a heading", "\\# not a heading"),
    ("a <b>c</b> [tag:x]", "a \\<b>c\\</b> \\[tag:x\\]"),
    ("$a*b*c$ costs $5 or *6*", "$a\\*b\\*c$ costs $5 or *6*"),
    ("snake_case_name 2*3*4", "snake_case_name 2\\*3\\*4"),
    ("one\n\n> two\nthree", "one\n\n\\> two\\\nthree"),
]


@pytest.mark.parametrize(("text", "markdown"), COMMENTS)
def test_a_comment_keeps_its_small_markup_and_no_other(text, markdown, render):
    html = comment_html(text)
    converted = faithful_markdown(html, render)
    assert converted.markdown == markdown
    assert converted.differences == []
