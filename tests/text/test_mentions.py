import pytest

from api.text import Mention, names, render
from tests.text.reading import read

MEMBERS = ["小明", "bob", "Alice.B", "jean-luc", "小明明", "Ünal", "x" * 32]


class Members:
    def __init__(self):
        self.asked = []
        self.by_key = {names.key(name): Mention(number, name) for number, name in enumerate(MEMBERS, 1)}

    def __call__(self, keys):
        self.asked.append(list(keys))
        return {key: self.by_key[key] for key in keys if key in self.by_key}


def mentioned(body):
    rendered = render(body, mentions=Members())
    return [
        element.text
        for element in read(rendered.html).all("a")
        if element.attributes.get("class") == "mention"
    ]


@pytest.mark.parametrize(
    ("body", "names_found"),
    [
        ("@bob", ["@bob"]),
        ("@BOB!", ["@bob"]),
        ("@小明你好", ["@小明"]),
        ("@小明明你好", ["@小明明"]),
        ("你好@小明，在吗", ["@小明"]),
        ("@bob你好", ["@bob"]),
        ("（@bob）", ["@bob"]),
        ("@alice.b.", ["@Alice.B"]),
        ("@bob.", ["@bob"]),
        ("@bob-", ["@bob"]),
        ("@jean-luc", ["@jean-luc"]),
        ("@ünal", ["@Ünal"]),
        ("**@bob** and *@小明*", ["@bob", "@小明"]),
        ("> @bob\n\n- @bob", ["@bob", "@bob"]),
        ("@" + "x" * 32, ["@" + "x" * 32]),
    ],
)
def test_a_mention_takes_the_longest_existing_name(body, names_found):
    assert mentioned(body) == names_found


@pytest.mark.parametrize(
    "body",
    [
        "@bobby",
        "@nobody",
        "bob",
        "@ bob",
        "@@bob",
        "foo@bob",
        "foo@bob.example",
        "mailto:foo@bob.example",
        "`@bob`",
        "```\n@bob\n```",
        "    @bob",
        "[@bob](/x)",
        "![@bob](/x.png)",
        "https://example.org/@bob",
        "www.example.org/@bob",
        "/@bob",
        "\\@bob",
        "@" + "x" * 33,
    ],
)
def test_what_is_no_mention_stays_text(body):
    assert mentioned(body) == []


def test_the_text_after_a_mention_is_kept():
    assert render("@小明你好 @bob", mentions=Members()).plain == "@小明你好 @bob"


def test_members_are_counted_once_in_their_order():
    assert render("@bob @小明 @BOB", mentions=Members()).mentions == (2, 1)


def test_names_are_looked_up_once_for_the_whole_post_longest_first():
    members = Members()
    render("@小明你好\n\n@bob @bob", mentions=members)
    assert members.asked == [[names.key(name) for name in ("小明你好", "小明你", "小明", "bob")]]


def test_nobody_is_looked_up_where_no_name_stands():
    members = Members()
    render("foo@bar.example `@bob` no", mentions=members)
    assert members.asked == []


def test_one_post_looks_up_a_bounded_number_of_names():
    members = Members()
    render(" ".join(f"@{'好' * 20}{number}" for number in range(2_000)), mentions=members)
    assert len(members.asked[0]) <= 50 * 31


def test_without_a_resolver_nothing_is_a_mention():
    assert render("@bob").html == "<p>@bob</p>\n"


def test_a_mention_links_to_the_profile_under_the_sites_root():
    html = render("@小明", mentions=Members(), root="/forum").html
    assert read(html).links() == {"@小明": "/forum/u/%E5%B0%8F%E6%98%8E"}
