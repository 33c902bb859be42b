import re

from playwright.sync_api import expect

from tests.e2e.words import EN, ZH, Words


def foot(reader, name):
    return reader.page.get_by_role("contentinfo").get_by_role("button", name=name, exact=True)


def test_a_visitor_switches_the_language_and_finds_it_again(reader):
    reader.open("/tags")
    expect(reader.page.locator("html")).to_have_attribute("lang", EN)
    foot(reader, "简体中文").click()
    chinese = Words(ZH)
    expect(reader.page.locator("html")).to_have_attribute("lang", ZH)
    expect(reader.heading).to_have_text(chinese("tags"))
    expect(reader.banner.get_by_role("link", name=chinese("sign_in"), exact=True)).to_be_visible()
    reader.page.reload()
    expect(reader.heading).to_have_text(chinese("tags"))
    expect(foot(reader, "简体中文")).to_have_attribute("aria-current", "true")
    foot(reader, "English").click()
    expect(reader.heading).to_have_text(Words(EN)("tags"))


def test_a_chinese_browser_is_answered_in_chinese_from_the_first_byte(reads):
    with reads(locale=ZH) as reader:
        answer = reader.open("/signup")
        assert re.search(r'<html[^>]* lang="zh-Hans"', answer.text())
        expect(reader.page.locator("html")).to_have_attribute("lang", ZH)
        expect(reader.heading).to_have_text(reader.words("join_title"))
        expect(reader.page).to_have_title(re.compile(reader.words("join_title")))


def test_a_members_language_goes_with_them_to_another_computer(reader, reads, account):
    member = account()
    reader.sign_in(member.username, member.password)
    reader.open("/settings?section=language")
    saved = reader.page.expect_response(
        lambda answer: answer.request.method == "PATCH" and answer.url.endswith("/users/me")
    )
    with saved as answer:
        reader.page.get_by_role("radio", name="简体中文").check()
    assert answer.value.status == 200
    expect(reader.heading).to_have_text(Words(ZH)("settings_language"))
    with reads() as other:
        other.open("/signin")
        other.field("name_or_email").fill(member.username)
        other.field("password").fill(member.password)
        other.page.get_by_role("main").get_by_role("button", name=other.words("sign_in"), exact=True).click()
        expect(other.page.locator("html")).to_have_attribute("lang", ZH)
        expect(other.banner.get_by_role("button", name=Words(ZH)("you"), exact=True)).to_be_visible()


def test_both_languages_say_the_same_things():
    from tests.e2e.words import _catalogue

    english, chinese = _catalogue(EN), _catalogue(ZH)
    assert english.keys() == chinese.keys()
    assert [name for name, text in chinese.items() if not text] == []


def test_what_a_post_is_furnished_with_follows_the_language(reader, world):
    text = "```python\nprint()\n```\n\n| a |\n|---|\n| 1 |\n"
    reader.open(world.topic(world.member(), body=text)["url"])
    opening = reader.page.get_by_role("article").first
    for name, locale in (("简体中文", ZH), ("English", EN)):
        foot(reader, name).click()
        words = Words(locale)
        expect(opening.locator("figure.code button")).to_have_text(words("copy"))
        expect(opening.get_by_role("group", name=words("table"), exact=True)).to_have_count(1)
        expect(opening.locator(".scroll-x")).to_have_count(1)
