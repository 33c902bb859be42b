import re

import pytest
from playwright.sync_api import expect

DRAFTS = "Object.keys(localStorage).filter((name) => name.includes('draft'))"


@pytest.fixture
def member(account):
    return account()


@pytest.fixture
def writer(reader, member):
    reader.sign_in(member.username, member.password)
    return reader


def drafts(reader):
    return reader.page.evaluate(DRAFTS)


def posts(reader):
    return reader.page.get_by_role("article")


def reply_to(reader, topic):
    reader.open(topic["url"])
    reader.page.get_by_role("main").get_by_role("button", name=reader.words("reply"), exact=True).last.click()
    expect(reader.field("your_reply")).to_be_focused()


def test_a_member_opens_a_topic_and_sees_it_set(writer, world):
    category = world.category()
    writer.open(f"/c/{category}")
    writer.banner.get_by_role("button", name=writer.words("new_topic"), exact=True).click()
    title = f"纸与墨 Paper and ink {world.name()}"
    writer.field("title").fill(title)
    writer.field("category").select_option(category)
    writer.field("tags").fill("typography 排版")
    writer.field("your_text").fill("先说**“重点”**。\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    preview = writer.page.get_by_role("group", name=writer.words("preview"), exact=True)
    expect(preview.locator("strong")).to_have_text("“重点”")
    writer.button("open_topic").click()
    expect(writer.heading).to_contain_text(title)
    expect(writer.page).to_have_url(re.compile(rf"{writer.url}/t/\d+/"))
    opening = posts(writer).first
    expect(opening.locator("strong")).to_have_text("“重点”")
    expect(opening.get_by_role("cell", name="2")).to_have_css("text-align", re.compile("right|end"))
    expect(writer.page.get_by_role("link", name="排版").first).to_be_visible()
    assert drafts(writer) == []
    # What the server sends to somebody without script is the same page.
    assert writer.page.reload().status == 200
    assert title in writer.page.title()


def test_what_is_wrong_with_a_topic_stands_beside_its_field_and_the_text_stays(writer, world):
    category = world.category()
    writer.expects(422)
    writer.open(f"/new?category={category}")
    writer.field("title").fill("no")
    writer.field("your_text").fill("A text that stays.")
    writer.button("open_topic").click()
    expect(writer.field("title")).to_have_accessible_description(writer.words("field_too_short", min=3))
    expect(writer.field("your_text")).to_have_value("A text that stays.")
    expect(writer.field("category")).to_have_value(category)


def test_signing_out_leaves_no_draft_to_the_next_at_this_computer(writer, world):
    topic = world.topic(world.member())
    reply_to(writer, topic)
    writer.field("your_reply").fill("For nobody else's eyes.")
    assert len(drafts(writer)) == 1
    writer.banner.get_by_role("button", name=writer.words("you"), exact=True).click()
    writer.button("sign_out").click()
    expect(writer.banner.get_by_role("link", name=writer.words("join"), exact=True)).to_be_visible()
    expect(writer.field("your_reply")).to_have_count(0)
    assert drafts(writer) == []


def test_a_draft_survives_a_reload_and_goes_only_after_the_201(writer, world):
    topic = world.topic(world.member())
    reply_to(writer, topic)
    text = f"A reply worth keeping {world.name()}"
    writer.field("your_reply").fill(text)
    reply_to(writer, topic)
    expect(writer.field("your_reply")).to_have_value(text)

    held = []
    writer.page.route("**/replies", lambda route: held.append(route))  # noqa: PLW0108 (its signature is looked at)
    writer.page.keyboard.press("Control+Enter")
    expect(writer.page.get_by_role("status").get_by_text(writer.words("sending"))).to_be_visible()
    assert len(held) == 1
    assert len(drafts(writer)) == 1
    held[0].continue_()
    expect(posts(writer).get_by_text(text)).to_be_visible()
    expect(writer.field("your_reply")).to_have_count(0)
    assert drafts(writer) == []
    expect(writer.page).to_have_url(f"{writer.url}{topic['url']}#p1")


def test_a_reply_that_could_not_be_sent_is_kept_and_sent_once(writer, world):
    topic = world.topic(world.member())
    reply_to(writer, topic)
    text = f"Sent into a tunnel {world.name()}"
    writer.field("your_reply").fill(text)
    keys = []

    def lose_the_answer(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # it arrives, and only the answer is lost
            route.abort()
        else:
            route.continue_()

    writer.page.route("**/replies", lose_the_answer)
    complaints = len(writer.complaints)
    writer.page.keyboard.press("Control+Enter")
    # It is tried again by itself or by the writer; either way under the same key.
    again = writer.page.get_by_role("region", name=writer.words("reply"), exact=True)
    alert = again.get_by_role("alert")
    posted = posts(writer).get_by_text(text)
    expect(alert.or_(posted).first).to_be_visible()
    if alert.is_visible():
        expect(writer.field("your_reply")).to_have_value(text)
        again.get_by_role("button", name=writer.words("reply"), exact=True).click()
    expect(posted).to_have_count(1)
    assert len(set(keys)) == 1
    assert world.client(world.member()).get(f"/topics/{topic['id']}")["last_number"] == 1
    del writer.complaints[complaints:]  # Chromium tells of the lost connection


def test_a_preview_is_the_servers_own(writer, world):
    reply_to(writer, world.topic(world.member()))
    writer.field("your_reply").fill("她说**真，**然后 <script>alert(1)</script>")
    preview = writer.page.get_by_role("group", name=writer.words("preview"), exact=True)
    expect(preview.locator("strong")).to_have_text("真，")
    expect(preview.locator("script")).to_have_count(0)


def test_an_edit_that_lost_the_race_keeps_both_texts(writer, member, world):
    topic = world.topic(world.member())
    post = world.reply(member.person, topic, "First words.")
    writer.open(topic["url"])
    reply = posts(writer).filter(has_text="First words.")
    reply.get_by_role("button", name=writer.words("more"), exact=True).click()
    writer.page.get_by_role("button", name=writer.words("edit"), exact=True).last.click()
    area = writer.field("your_text")
    expect(area).to_have_value("First words.")
    world.client(member.person).patch(f"/posts/{post['id']}", {"body": "Words from elsewhere."})
    writer.expects(412)
    area.fill("My own words.")
    writer.button("save_changes").click()
    conflict = writer.page.get_by_role("alert", name=writer.words("conflict_title"))
    expect(conflict).to_contain_text("Words from elsewhere.")
    expect(area).to_have_value("My own words.")
    conflict.get_by_role("button", name=writer.words("conflict_mine")).click()
    expect(posts(writer).get_by_text("My own words.")).to_be_visible()
    assert drafts(writer) == []


def test_a_reply_to_a_reply_quotes_it_in_place(writer, world):
    topic = world.topic(world.member())
    world.reply(world.member(), topic, "Something to be quoted.")
    writer.open(topic["url"])
    first = posts(writer).filter(has_text="Something to be quoted.")
    first.get_by_role("button", name=writer.words("quote"), exact=True).click()
    area = writer.field("your_reply")
    expect(area).to_have_value(re.compile("^> Something to be quoted.\n"))
    area.press("End")
    writer.page.keyboard.type("And an answer.")
    area.press("Control+Enter")
    second = writer.page.locator("#p2")
    expect(second.locator("blockquote")).to_contain_text("Something to be quoted.")
    expect(second).to_contain_text("#1")


def test_a_deleted_reply_leaves_a_stub_and_can_be_put_back(writer, member, world):
    topic = world.topic(world.member())
    world.reply(member.person, topic, "Not meant so.")
    writer.open(topic["url"])
    reply = writer.page.locator("#p1")
    reply.get_by_role("button", name=writer.words("more"), exact=True).click()
    writer.page.get_by_role("button", name=writer.words("delete_reply"), exact=True).click()
    expect(reply).to_contain_text(writer.words("reply_deleted"))
    writer.button("undo").click()
    expect(reply).to_contain_text("Not meant so.")


def test_a_vote_counts_at_once_and_stays(writer, world):
    topic = world.topic(world.member())
    world.reply(world.member(), topic, "Worth a vote.")
    writer.open(topic["url"])
    reply = writer.page.locator("#p1")
    reply.get_by_role("button", name=writer.words("vote_up_n", n=0), exact=True).first.click()
    voted = reply.get_by_role("button", name=writer.words("vote_up_n", n=1), exact=True).first
    expect(voted).to_have_attribute("aria-pressed", "true")
    expect(voted).to_be_enabled()
    writer.open("/tags")
    writer.open(topic["url"])
    expect(voted).to_have_attribute("aria-pressed", "true")


def test_nobody_is_offered_a_vote_on_their_own_words(writer, member, world):
    topic = world.topic(world.member())
    world.reply(member.person, topic, "My own words.")
    writer.open(topic["url"])
    name = writer.words("vote_up_n", n=0)
    expect(writer.page.locator("#p1").get_by_role("button", name=name).first).to_be_disabled()
    expect(writer.page.locator("#p0").get_by_role("button", name=name).first).to_be_enabled()


def test_a_refused_vote_is_taken_back_with_a_sentence(writer, world):
    author = world.member()
    topic = world.topic(author)
    reply = world.reply(author, topic, "Soon gone.")
    writer.expects(404)
    writer.open(topic["url"])
    vote = writer.page.locator("#p1").get_by_role("button", name=writer.words("vote_up_n", n=0)).first
    expect(vote).to_be_enabled()
    world.client(author).delete(f"/posts/{reply['id']}")
    vote.click()
    expect(writer.page.get_by_role("alert")).to_contain_text(writer.words("problem_not_found"))
    expect(vote).to_have_attribute("aria-pressed", "false")


def test_an_accepted_answer_is_set_under_the_question(writer, member, world):
    topic = world.topic(member.person)
    world.reply(world.member(), topic, "First guess.")
    world.reply(world.member(), topic, "The right answer.")
    writer.open(topic["url"])
    writer.page.locator("#p2").get_by_role("button", name=writer.words("more"), exact=True).click()
    writer.page.get_by_role("button", name=writer.words("accept"), exact=True).last.click()
    answer = writer.page.get_by_role("region", name=writer.words("accepted_answer"))
    expect(answer).to_contain_text("The right answer.")


def open_edit(writer, topic, text):
    writer.open(topic["url"])
    reply = posts(writer).filter(has_text=text)
    reply.get_by_role("button", name=writer.words("more"), exact=True).click()
    writer.page.get_by_role("button", name=writer.words("edit"), exact=True).last.click()


def test_a_kept_draft_of_an_edit_does_not_overwrite_what_changed_since(writer, member, world):
    topic = world.topic(world.member())
    post = world.reply(member.person, topic, "First words.")
    open_edit(writer, topic, "First words.")
    writer.field("your_text").fill("My own words.")
    writer.page.keyboard.press("Escape")
    world.client(member.person).patch(f"/posts/{post['id']}", {"body": "Words from elsewhere."})
    open_edit(writer, topic, "Words from elsewhere.")
    expect(writer.field("your_text")).to_have_value("My own words.")
    writer.expects(412)
    writer.button("save_changes").click()
    conflict = writer.page.get_by_role("alert", name=writer.words("conflict_title"))
    expect(conflict).to_contain_text("Words from elsewhere.")


def test_what_is_under_way_takes_no_more_words_and_leaves_the_next_draft_open(writer, world):
    topic = world.topic(world.member())
    reply_to(writer, topic)
    writer.field("your_reply").fill("Sent over a slow line.")
    held = []
    writer.page.route("**/replies", lambda route: held.append(route))  # noqa: PLW0108 (its signature is looked at)
    writer.page.keyboard.press("Control+Enter")
    expect(writer.field("your_reply")).to_have_attribute("readonly", "")
    writer.page.keyboard.press("Escape")
    writer.banner.get_by_role("button", name=writer.words("new_topic"), exact=True).click()
    writer.field("your_text").fill("Something else.")
    with writer.page.expect_response("**/replies"):
        held[0].continue_()
    expect(posts(writer).get_by_text("Sent over a slow line.")).to_be_visible()
    expect(writer.field("your_text")).to_have_value("Something else.")
    assert len(drafts(writer)) == 1
