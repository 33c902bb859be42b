import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def topics(app):
    from tests.world import World

    world = World(app)
    author = world.member()
    category = world.category()
    chinese = world.topic(author, category, title="量子纠缠能不能超光速传递信息", body="许多科普书说法不一。")
    english = world.topic(
        author, category, title="Why quantum error correction works", body="Qubits cannot be copied."
    )
    world.reply(author, english, "因为量子态不可克隆，所以要用纠缠。")
    return chinese, english


@pytest.mark.parametrize(("typed", "wanted"), [("量子", 0), ("quantum", 1)])
def test_a_word_of_either_language_is_found_from_anywhere_by_the_slash(reader, topics, typed, wanted):
    title = topics[wanted]["title"]
    reader.open("/tags")
    reader.page.keyboard.press("/")
    dialog = reader.page.get_by_role("dialog", name=reader.words("search"))
    box = dialog.get_by_role("searchbox")
    expect(box).to_be_focused()
    box.press_sequentially(typed)
    hit = dialog.get_by_role("link", name=title, exact=True).first
    expect(hit).to_be_visible()
    expect(dialog.locator("mark").first).to_have_text(re.compile(typed, re.IGNORECASE))
    hit.click()
    expect(reader.heading).to_contain_text(title)
    expect(dialog).to_have_count(0)


def test_a_search_has_an_address_that_can_be_shared(reader, topics):
    reader.open("/search?q=%E9%87%8F%E5%AD%90")
    expect(reader.page.get_by_role("searchbox")).to_have_value("量子")
    main = reader.page.get_by_role("main")
    expect(main.get_by_role("link", name=topics[0]["title"], exact=True).first).to_be_visible()
    expect(main.get_by_role("link", name=topics[1]["title"], exact=True).first).to_be_visible()
    reader.page.get_by_role("searchbox").fill("quantum correction in:title")
    expect(main.get_by_role("link", name=topics[0]["title"], exact=True)).to_have_count(0)
    expect(main.get_by_role("link", name=topics[1]["title"], exact=True).first).to_be_visible()
    expect(reader.page).to_have_url(re.compile(r"q=quantum(\+|%20)correction"))
    reader.button("remove_filter", text="in:title").click()
    expect(reader.page.get_by_role("searchbox")).to_have_value("quantum correction")
    reader.page.reload()
    expect(reader.page.get_by_role("searchbox")).to_have_value("quantum correction")


def test_nothing_found_is_said(reader):
    reader.open("/search?q=zzzzqqqq")
    expect(reader.page.get_by_role("main")).to_contain_text(reader.words("nothing_found", q="zzzzqqqq"))


def test_typing_asks_when_it_pauses_and_not_for_each_letter(reader, topics):
    asked = []
    reader.page.on(
        "request", lambda request: asked.append(request.url) if "/api/v1/search" in request.url else None
    )
    reader.open("/search")
    field = reader.page.get_by_role("searchbox")
    field.press_sequentially("paper and ink and much more")
    expect(reader.page.get_by_role("main").locator(".sum")).not_to_contain_text(reader.words("search_hint"))
    assert len(asked) < 5
