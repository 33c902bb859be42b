import re

import pytest
from playwright.sync_api import expect

from tests.client import contract_of
from tests.e2e.browsing import read
from tests.servers.stack import serve


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/t/999999999/none", "/c/none-such", "/u/nobody-here"])
def test_a_page_that_is_not_there_boots_the_client_and_leads_on(reader, path):
    reader.expects(404)
    answer = reader.open(path)
    assert answer.status == 404
    expect(reader.heading).to_have_text(reader.words("not_found_title"))
    reader.link("to_all_topics").click()
    expect(reader.page).to_have_url(f"{reader.url}/")
    expect(reader.heading).to_have_text(reader.words("all_topics"))


def test_an_old_slug_leads_to_the_right_address(reader, world):
    topic = world.topic(world.member(), title="A title in time")
    reader.open(f"/t/{topic['id']}/an-older-title")
    expect(reader.page).to_have_url(reader.url + topic["url"])
    expect(reader.heading).to_contain_text("A title in time")


@pytest.mark.parametrize("fragment", ["#%", "#%E9%zz"])
def test_a_badly_written_fragment_breaks_nothing(reader, world, fragment):
    topic = world.topic(world.member())
    reader.open(topic["url"] + fragment)
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(topic["title"])


def test_every_page_has_an_icon(reader):
    reader.open("/tags")
    icon = reader.page.locator("link[rel=icon]").first.get_attribute("href")
    assert reader.page.request.get(reader.url + icon if icon.startswith("/") else icon).status == 200


def test_nothing_is_fetched_from_anywhere_else(reader, world):
    topic = world.topic(world.member())
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open(topic["url"])
    reader.open("/")
    assert [url for url in asked if not url.startswith((reader.url, "data:"))] == []


@pytest.fixture(scope="module")
def below(app, servers_environ, tmp_path_factory):
    """The same servers below /forum."""
    folder, contract = tmp_path_factory.mktemp("below"), contract_of(app)
    with serve(servers_environ, folder, root_path="/forum", contract=contract) as running:
        yield running


def test_below_a_path_the_client_works_and_never_leaves_it(browser, below, account, world):
    member = account()
    topic = world.topic(world.member(), title="Below a path")
    with read(browser, below.url, contract=below.contract) as reader:
        strayed = []
        reader.page.on("request", lambda request: strayed.append(request.url))
        reader.sign_in(member.username, member.password)
        reader.open(f"/t/{topic['id']}/{topic['slug']}")
        expect(reader.heading).to_contain_text("Below a path")
        main = reader.page.get_by_role("main")
        main.get_by_role("button", name=reader.words("reply"), exact=True).last.click()
        reader.field("your_reply").fill("Written below a path.")
        reader.page.keyboard.press("Control+Enter")
        expect(reader.page.locator("#p1")).to_contain_text("Written below a path.")
        reader.banner.get_by_role("link", name=reader.words("tags"), exact=True).click()
        expect(reader.page).to_have_url(f"{below.url}/tags")
        reader.page.keyboard.press("/")
        reader.page.get_by_role("searchbox").fill("below a path")
        hit = reader.page.get_by_role("dialog").get_by_role("link", name="Below a path", exact=True)
        hit.first.click()
        expect(reader.page).to_have_url(re.compile(f"{below.url}/t/{topic['id']}/"))
        reader.page.go_back()
        expect(reader.page).to_have_url(f"{below.url}/tags")
        reader.page.reload()
        you = reader.banner.get_by_role("button", name=reader.words("you"), exact=True)
        expect(you).to_be_visible()
        reader.expects(404)
        assert reader.open("/nowhere").status == 404
        reader.link("to_all_topics").click()
        expect(reader.page).to_have_url(f"{below.url}/")
        you.click()
        reader.button("sign_out").click()
        expect(reader.banner.get_by_role("link", name=reader.words("join"), exact=True)).to_be_visible()
        cookies = reader.context.cookies()
        assert [url for url in strayed if not url.startswith((f"{below.url}/", "data:"))] == []
    assert [cookie for cookie in cookies if not cookie["path"].startswith("/forum/")] == []
