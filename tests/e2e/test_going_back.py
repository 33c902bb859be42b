import re

import pytest
from playwright.sync_api import expect

from tests.world import World

NEAR = 3  # px: rounding of positions


@pytest.fixture(scope="module")
def crowded(app, open_category):
    """A category with two pages of topics, and a topic with two pages of replies."""
    world = World(app)
    author = world.member()
    category = open_category()
    topics = [world.topic(author, category, title=f"Topic number {n:02}") for n in range(45)]
    for n in range(1, 36):
        world.reply(author, topics[0], f"Reply number {n}.")
    return category, topics


def titles(reader):
    return reader.page.get_by_role("main").get_by_role("heading", level=2).all_inner_texts()


def scroll_to(reader, place):
    """Bring something to the middle of the screen, as a reader does, and say where the page stands."""
    place.evaluate("(node) => node.scrollIntoView({block: 'center'})")
    return reader.scroll()


def stands_again_at(reader, scroll):
    reader.wait(f"(scroll) => Math.abs(window.scrollY - scroll) <= {NEAR}", scroll)


def test_back_from_a_topic_shows_the_list_as_it_was_left(reader, crowded, world):
    category, _ = crowded
    reader.open(f"/c/{category}")
    link = reader.page.get_by_role("link", name="Topic number 30", exact=True)
    expect(link).to_be_attached()
    before = titles(reader)
    scroll = scroll_to(reader, link)
    assert scroll > 100
    link.click()
    expect(reader.heading).to_contain_text("Topic number 30")
    assert reader.scroll() == 0
    # What happens meanwhile does not move what the reader left.
    world.topic(world.member(), category, title="A newer one")
    reader.page.go_back()
    expect(link).to_be_in_viewport()
    stands_again_at(reader, scroll)
    assert titles(reader) == before
    reader.page.go_forward()
    expect(reader.heading).to_contain_text("Topic number 30")


def test_back_from_a_topic_of_the_second_page_stays_on_it(reader, crowded):
    category, _ = crowded
    reader.open(f"/c/{category}")
    reader.link("older_topics").click()
    link = reader.page.get_by_role("link", name="Topic number 04", exact=True)
    expect(link).to_be_attached()
    expect(reader.page).to_have_url(re.compile("cursor="))
    before = titles(reader)
    scroll = scroll_to(reader, link)
    link.click()
    expect(reader.heading).to_contain_text("Topic number 04")
    reader.page.go_back()
    expect(link).to_be_in_viewport()
    stands_again_at(reader, scroll)
    assert titles(reader) == before
    reader.page.go_back()
    expect(reader.page.get_by_role("link", name="Topic number 30", exact=True)).to_be_attached()


def test_back_to_a_topic_keeps_the_place_among_its_replies(reader, crowded):
    _, topics = crowded
    reader.open(topics[0]["url"])
    post = reader.page.locator("#p20")
    expect(post).to_be_attached()
    scroll = scroll_to(reader, post)
    post.get_by_role("link").first.click()
    expect(reader.page).to_have_url(re.compile("/u/"))
    reader.page.go_back()
    expect(post).to_be_in_viewport()
    stands_again_at(reader, scroll)


def test_a_reload_keeps_the_place(reader, crowded):
    category, _ = crowded
    reader.open(f"/c/{category}")
    link = reader.page.get_by_role("link", name="Topic number 30", exact=True)
    expect(link).to_be_attached()
    scroll = scroll_to(reader, link)
    reader.page.reload()
    expect(link).to_be_in_viewport()
    stands_again_at(reader, scroll)


def test_an_address_with_a_number_opens_the_reply_on_its_page(reader, crowded):
    _, topics = crowded
    reader.open(f"{topics[0]['url']}#p33")
    expect(reader.page.locator("#p33")).to_be_in_viewport()
    expect(reader.page.locator("#p33")).to_contain_text("Reply number 33.")
    expect(reader.page.locator("#p20")).to_have_count(0)


def test_a_switch_of_tabs_is_an_address_and_back_undoes_it(reader, crowded):
    category, _ = crowded
    reader.open(f"/c/{category}")
    reader.page.get_by_role("link", name=reader.words("sort_new"), exact=True).click()
    expect(reader.page).to_have_url(re.compile("sort=new"))
    reader.page.go_back()
    expect(reader.page).to_have_url(f"{reader.url}/c/{category}")
