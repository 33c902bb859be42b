import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text import Mention, render
from api.text.sanitise import sanitise
from tests.text.reading import active_parts

# Our own list: a line for each way we know of to make a page run what somebody wrote.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>x",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<details open ontoggle=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--><script>alert(1)</script>-->",
    "<?php echo 1 ?><!DOCTYPE x>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<input autofocus onfocus=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](< javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](\\\\evil.example)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](/&#9;/evil.example)",
    "[x](https://a.example 'x\" onmouseover=\"alert(1)')",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]: <javascript:alert(1)>\n\n[y]",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    '![" onerror="alert(1)](https://a.example/x.png)',
    "![x](https://a.example/x.png '\" onload=\"alert(1)')",
    "![x](x onerror=alert(1))",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "javascript://a.example/%0aalert(1)",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'onmouseover='alert(1)",
    "www.a.example/<script>alert(1)</script>",
    "a@b.example<script>alert(1)</script>",
    '```"><script>alert(1)</script>\nx\n```',
    '``` x" onclick="alert(1)\ny\n```',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    '|a|\n|:-:"onclick=alert(1)|\n',
    "- [x](javascript:1) <input onfocus=alert(1)>",
    "- [ ] <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)\\</script>",
    "**<b onclick=alert(1)>x**</b>",
    "@<script>alert(1)</script>",
    "\u2028<script>alert(1)</script>",
    "<ſcript>alert(1)</ſcript>",
    "＜script＞alert(1)＜/script＞",
]
CONTEXTS = [
    "{}",
    "> {}",
    "- {}",
    "1. {}",
    "# {}",
    "**{}**",
    "~~{}~~",
    "[{}](/x)",
    "![{}](/x.png)",
    '[a](/b "{}")',
    "|h|\n|-|\n|{}|",
    "`{}`",
    "```\n{}\n```",
    "a\n\n{}\n\nb",
    "@{}",
    "https://a.example/{}",
]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_active_comes_out_of_a_post(payload, context):
    assert active_parts(render(context.replace("{}", payload)).html) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sanitiser_alone_lets_nothing_active_through(payload):
    assert active_parts(sanitise(payload)) == []


@given(
    st.lists(
        st.sampled_from(
            [*PAYLOADS, "<", ">", '"', "'", "`", "[", "](", ")", "\n", "\n\n", "> ", "- ", "|", "*", "&"]
        ),
        max_size=8,
    )
)
def test_nothing_active_comes_out_of_any_mixture(pieces):
    assert active_parts(render("".join(pieces)).html) == []


def test_a_hostile_name_of_a_member_cannot_leave_its_place():
    member = Mention(1, '"><script>alert(1)</script>')
    html = render("@bob", mentions=lambda keys: dict.fromkeys(keys, member)).html
    assert active_parts(html) == []


@pytest.mark.parametrize(
    "html",
    [
        '<span class="k evil">x</span>',
        '<a class="button" href="/x">x</a>',
        '<li class="modal">x</li>',
        '<input type="password">',
        '<img src="/x" loading="eager">',
        '<td align="javascript:x">x</td>',
    ],
)
def test_the_sanitiser_knows_the_values_of_attributes_too(html):
    cleaned = sanitise(html)
    assert not any(word in cleaned for word in ("evil", "button", "modal", "password", "eager", "javascript"))


def test_raw_html_is_shown_as_it_was_written():
    assert render("<b>x</b> <!-- y -->").plain == "<b>x</b> <!-- y -->"


@pytest.mark.parametrize("reference", ["&#0;", "&#x0;", "&#xD800;", "&#xDFFF;", "&#x110000;", "\x00"])
def test_no_character_reference_brings_in_what_cannot_be_stored(reference):
    rendered = render(f"a{reference}b `{reference}` [x](/y '{reference}')")
    for text in (rendered.html, rendered.plain):
        assert "\x00" not in text
        assert text.encode()
