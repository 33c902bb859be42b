import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text import links, render
from tests.text.reading import read


def found(body):
    return read(render(body).html).links()


@pytest.mark.parametrize(
    ("body", "text", "href"),
    [
        ("https://example.com。好", "https://example.com", "https://example.com"),
        ("（https://example.com/a）", "https://example.com/a", "https://example.com/a"),
        ("“https://example.com/a”、", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/a，https", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/a！？", "https://example.com/a", "https://example.com/a"),
        (
            "看https://example.com/路径吧",
            "https://example.com/路径吧",
            "https://example.com/%E8%B7%AF%E5%BE%84%E5%90%A7",
        ),
        ("见https://example.com/b里的说明", "https://example.com/b", "https://example.com/b"),
        ("去https://example.com看看", "https://example.com", "https://example.com"),
        (
            "https://zh.example.org/wiki/水_(电影)。",
            "https://zh.example.org/wiki/水_(电影)",
            "https://zh.example.org/wiki/%E6%B0%B4_(%E7%94%B5%E5%BD%B1)",
        ),
        ("http://例子.中国/x", "http://例子.中国/x", "http://xn--fsqu00a.xn--fiqs8s/x"),
        ("网址www.example.com。", "www.example.com", "http://www.example.com"),
        ("**https://example.com/x**真", "https://example.com/x", "https://example.com/x"),
        ("邮箱foo@bar.example。", "foo@bar.example", "mailto:foo@bar.example"),
    ],
)
def test_an_address_ends_where_chinese_goes_on(body, text, href):
    assert found(body) == {text: href}


@pytest.mark.parametrize(
    ("body", "href"),
    [
        ("www.example.org/a.b.", "http://www.example.org/a.b"),
        ("(see https://example.org/q?a=(b))", "https://example.org/q?a=(b)"),
        ("https://example.org/q=(b))+ok", "https://example.org/q=(b))+ok"),
        ("https://example.org/?a=b&c=d", "https://example.org/?a=b&c=d"),
        ("https://example.org/?a=b&lt;", "https://example.org/?a=b"),
        ("https://example.org/a<b", "https://example.org/a"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("HTTPS://Example.ORG/X", "HTTPS://Example.ORG/X"),
        ("a.b-c_d@a.b.", "mailto:a.b-c_d@a.b"),
        ("mailto:foo@bar.example", "mailto:foo@bar.example"),
        ("<https://example.org/?q=1>", "https://example.org/?q=1"),
        ("[a](/t/1/x)", "/t/1/x"),
        ("[a](#part)", "#part"),
        ("[a](https://例.cn/b 'title')", "https://xn--fsq.cn/b"),
    ],
)
def test_addresses_become_links(body, href):
    assert list(found(body).values()) == [href]


@pytest.mark.parametrize(
    "body",
    [
        "xhttp://example.org",
        "www.example",
        "http://a_b.c_d",
        "a.b-c_d@a.b-",
        "a.b-c_d@a.b_",
        "node.js README.md example.com",
        "`https://example.org`",
        "ftp://example.org",
        "https://",
        "a@b",
        "[a](javascript:alert(1))",
        "[a](//example.org)",
        "[a](data:text/html,x)",
        "<irc://example.org>",
        "https://example.org/" + "x" * 2_000,
    ],
)
def test_anything_else_stays_text(body):
    assert found(body) == {}


def test_a_link_has_no_links_inside():
    page = read(render("[see https://example.org and foo@bar.example](/x)").html)
    assert [element.attributes["href"] for element in page.all("a")] == ["/x"]


def test_every_link_tells_search_engines_not_to_trust_it():
    for element in read(render("https://a.example [b](/b) <c@d.example> www.e.example").html).all("a"):
        assert element.attributes["rel"] == "ugc nofollow noopener"


def test_an_address_is_shown_as_it_was_written():
    body = "https://example.org/%E9%87%8F?x=%3Cb%3E"
    assert found(body) == {body: body}


def test_images_load_lazily_with_their_description():
    (image,) = read(render('![a *b*](https://example.org/x.png "t")').html).all("img")
    assert image.attributes == {
        "src": "https://example.org/x.png",
        "alt": "a b",
        "title": "t",
        "loading": "lazy",
    }


@pytest.mark.parametrize(
    "address", ["mailto:a@b.example", "javascript:x", "data:image/png;base64,AAAA", "//example.org/x.png"]
)
def test_an_image_from_anywhere_else_is_no_image(address):
    assert read(render(f"![alt]({address})").html).all("img") == []


def test_a_title_that_is_used_many_times_is_short():
    (link,) = read(render(f'[a](/b "{"t" * 5_000}")').html).all("a")
    assert len(link.attributes["title"]) == 300


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org", True),
        ("MAILTO:a@b.example", True),
        ("/path", True),
        ("#here", True),
        ("page?x=1", True),
        ("/a:b", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("blob:x", False),
        ("//example.org", False),
        ("\\\\example.org", False),
        ("/\\example.org", False),
    ],
)
def test_only_harmless_addresses_are_allowed(url, allowed):
    assert links.is_allowed(url) is allowed


@given(st.text("httpsw:/.abc中。，()[]*_~&;?#= ", max_size=60))
def test_an_address_found_in_a_text_is_a_piece_of_it(body):
    page = read(render(body).html)
    for element in page.all("a"):
        assert element.attributes["href"]
