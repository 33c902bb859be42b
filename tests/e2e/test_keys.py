import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def category(world, open_category):
    author = world.member()
    slug = open_category()
    for n in range(1, 4):
        world.topic(author, slug, title=f"Topic number {n}")
    return slug


def topic(reader, n):
    return reader.page.get_by_role("link", name=f"Topic number {n}", exact=True)


def test_j_and_k_walk_the_list_and_enter_opens(reader, category):
    reader.open(f"/c/{category}")
    expect(topic(reader, 3)).to_be_visible()
    keyboard = reader.page.keyboard
    keyboard.press("j")
    expect(topic(reader, 3)).to_be_focused()
    keyboard.press("j")
    keyboard.press("j")
    expect(topic(reader, 1)).to_be_focused()
    keyboard.press("k")
    expect(topic(reader, 2)).to_be_focused()
    keyboard.press("Enter")
    expect(reader.heading).to_contain_text("Topic number 2")


def test_o_opens_and_g_h_goes_home(reader, category):
    reader.open(f"/c/{category}")
    expect(topic(reader, 3)).to_be_visible()
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("o")
    expect(reader.heading).to_contain_text("Topic number 3")
    reader.page.keyboard.press("g")
    reader.page.keyboard.press("h")
    expect(reader.page).to_have_url(f"{reader.url}/")


def test_j_and_k_walk_the_replies(reader, world):
    talk = world.topic(world.member())
    for n in range(1, 4):
        world.reply(world.member(), talk, f"Reply {n}. " + "Many words. " * 200)
    reader.open(talk["url"])
    expect(reader.page.locator("#p3")).to_be_attached()
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("j")
    expect(reader.page.locator("#p2")).to_be_focused()
    expect(reader.page.locator("#p2")).to_be_in_viewport()
    reader.page.keyboard.press("k")
    expect(reader.page.locator("#p1")).to_be_focused()


def test_a_question_mark_shows_all_keys_and_escape_closes_them(reader):
    reader.open("/tags")
    reader.page.keyboard.press("?")
    dialog = reader.page.get_by_role("dialog", name=reader.words("keys"))
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(reader.words("key_search"))
    # While it is open, no key reaches the page below.
    reader.page.keyboard.press("/")
    expect(reader.page.get_by_role("dialog", name=reader.words("search"))).to_have_count(0)
    reader.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_are_letters_while_somebody_types(reader):
    reader.open("/search")
    box = reader.page.get_by_role("searchbox")
    box.click()
    reader.page.keyboard.type("jk?/c")
    expect(box).to_have_value("jk?/c")
    expect(reader.page.get_by_role("dialog")).to_have_count(0)


def test_r_replies_to_the_post_under_the_eyes_and_escape_keeps_the_draft(reader, account, world):
    member = account()
    talk = world.topic(world.member())
    world.reply(world.member(), talk, "A reply to be answered.")
    reader.sign_in(member.username, member.password)
    reader.open(talk["url"])
    expect(reader.page.locator("#p1")).to_be_visible()
    reader.page.keyboard.press("j")
    expect(reader.page.locator("#p1")).to_be_focused()
    reader.page.keyboard.press("r")
    area = reader.field("your_reply")
    expect(area).to_be_focused()
    expect(reader.page.get_by_role("region", name=reader.words("reply"))).to_contain_text("#1")
    reader.page.keyboard.type("Half a thought, j and k")
    reader.page.keyboard.press("Escape")
    expect(area).to_have_count(0)
    reader.page.keyboard.press("r")
    expect(reader.field("your_reply")).to_have_value("Half a thought, j and k")


def test_the_first_tab_stop_leads_past_the_bar(reader):
    reader.open("/tags")
    reader.page.evaluate("document.activeElement.blur()")
    reader.page.reload()
    reader.drawn()
    reader.page.keyboard.press("Tab")
    skip = reader.link("skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reader.page.keyboard.press("Enter")
    expect(reader.page).to_have_url(re.compile("#main$"))


def test_a_navigation_moves_the_focus_to_the_heading(reader, category):
    reader.open(f"/c/{category}")
    topic(reader, 2).click()
    expect(reader.heading).to_contain_text("Topic number 2")
    expect(reader.heading).to_be_focused()
