"""axe on every page, light and dark, in both languages, on a desk and on a phone."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.browsing import DESKTOP, PHONE, read
from tests.e2e.conftest import make_account
from tests.e2e.words import EN, LOCALES
from tests.world import World

DEVICES = {"desktop": DESKTOP, "phone": PHONE}
# In the dark every rule is asked in one language on one device; elsewhere the structure is the same again, and what can
# differ is what these look at.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
AXE = Axe()

VISITOR_PAGES = {
    "home": "/",
    "top of the year": "/?sort=top&period=year",
    "category": "/c/{category}",
    "tag": "/tag/typography",
    "tags": "/tags",
    "categories": "/categories",
    "topic": "{topic}",
    "search": "/search?q=paper",
    "search for members": "/search?q=reader&type=users",
    "sign in": "/signin",
    "sign up": "/signup",
    "forgot": "/forgot",
    "confirm": "/confirm#token=x",
    "reset": "/reset#token=x",
    "member": "/u/{name}",
    "members": "/members",
    "settings of a visitor": "/settings",
    "not found": "/nowhere",
    "guide to the API": "/api/docs",
    "chapter of the guide": "/api/docs/sign-in",
    "chapter with tables": "/api/docs/errors",
}
MEMBER_PAGES = {
    "home": "/",
    "topic": "{topic}",
    "composer": "/new?category={category}",
    "profile settings": "/settings",
    "sign-in settings": "/settings?section=sign-in",
    "appearance settings": "/settings?section=appearance",
    "language settings": "/settings?section=language",
    "own page": "/u/{name}",
}


@dataclass
class Places:
    """What the addresses above are filled with."""

    account: object
    values: dict[str, str]


@pytest.fixture(scope="module")
def places(app, open_category):
    world = World(app)
    member = make_account(app, world)
    category = open_category()
    text = (
        "Some **words** with [a link](https://example.org/), `code` and a list:\n\n- one\n- two\n\n"
        "> A quotation, @" + member.username + "\n\n```python\nprint('paper')  # a comment\n```\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n先说**“重点”**。\n\n- [x] done\n- [ ] not done\n"
    )
    more = {"tags": ["typography", "排版"], "category": category}
    talk = world.topic(member.person, title="Paper and ink 纸与墨", body=text, **more)
    other = world.member()
    world.reply(other, talk, "An answer.")
    world.reply(member.person, talk, "A reply to it.", reply_to=1)
    gone = world.reply(other, talk, "To be deleted.")
    world.client(other).delete(f"/posts/{gone['id']}")
    world.client(member.person).put(f"/topics/{talk['id']}/answer", {"number": 1})
    world.topic(other, title="另一个话题：屏幕上的字", body="短短的正文。", **more)
    return Places(member, {"category": category, "topic": talk["url"], "name": member.username})


@pytest.fixture(scope="module", params=LOCALES)
def locale(request):
    return request.param


@pytest.fixture(scope="module", params=DEVICES)
def device(request):
    return DEVICES[request.param]


@pytest.fixture(scope="module")
def visitor(browser, stack, locale, device):
    with read(browser, stack.url, locale=locale, viewport=device, contract=stack.contract) as found:
        found.expects(404)
        yield found


@pytest.fixture(scope="module")
def member(browser, stack, locale, device, places):
    with read(browser, stack.url, locale=locale, viewport=device, contract=stack.contract) as found:
        found.open("/signin")
        found.field("name_or_email").fill(places.account.username)
        found.field("password").fill(places.account.password)
        found.page.get_by_role("main").get_by_role("button", name=found.words("sign_in"), exact=True).click()
        expect(found.heading).to_have_text(found.words("all_topics"))
        yield found


def faults(page, rules=None):
    """What axe found, one line for each element."""
    options = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        for node in rule["nodes"]
    ]


def assert_no_violations(reader):
    reader.page.emulate_media(color_scheme="light")
    assert faults(reader.page) == []
    reader.page.emulate_media(color_scheme="dark")
    everything = reader.words.locale == EN and reader.page.viewport_size == DESKTOP
    assert faults(reader.page, None if everything else OF_COLOUR) == []


@pytest.mark.parametrize("name", VISITOR_PAGES)
def test_axe_finds_nothing_on_a_visitors_page(visitor, places, name):
    visitor.open(VISITOR_PAGES[name].format(**places.values))
    visitor.settled()
    assert_no_violations(visitor)


@pytest.mark.parametrize("name", MEMBER_PAGES)
def test_axe_finds_nothing_on_a_members_page(member, places, name):
    member.open(MEMBER_PAGES[name].format(**places.values))
    member.settled()
    assert_no_violations(member)


def test_axe_finds_nothing_in_what_opens_over_a_page(member, places, device):
    member.open(places.values["topic"])
    member.settled()
    member.page.keyboard.press("/")
    member.page.get_by_role("searchbox").fill("paper")
    expect(member.page.get_by_role("dialog").locator("mark").first).to_be_visible()
    assert_no_violations(member)
    member.page.keyboard.press("Escape")
    expect(member.page.get_by_role("searchbox")).to_have_count(0)
    member.page.keyboard.press("?")
    expect(member.page.get_by_role("dialog", name=member.words("keys"))).to_be_visible()
    assert_no_violations(member)
    member.page.keyboard.press("Escape")
    opening = member.page.get_by_role("article").first
    opening.get_by_role("button", name=member.words("more"), exact=True).click()
    expect(member.page.get_by_role("button", name=member.words("edit"), exact=True).last).to_be_visible()
    assert_no_violations(member)
    member.page.get_by_role("button", name=member.words("edit"), exact=True).last.click()
    expect(member.field("your_text")).to_be_visible()
    member.field("your_text").fill("Some **words** in a preview.")
    preview = member.page.get_by_role("group", name=member.words("preview"), exact=True)
    expect(preview.locator("strong")).to_be_attached()
    assert_no_violations(member)
    member.page.keyboard.press("Escape")
