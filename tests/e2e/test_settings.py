import pytest
from playwright.sync_api import expect


@pytest.fixture
def member(account):
    return account()


@pytest.fixture
def settings(reader, member):
    reader.sign_in(member.username, member.password)
    reader.open("/settings")
    return reader


def test_a_profile_is_changed_and_others_see_it(settings, member, reads):
    settings.field("display_name").fill("林溪 Lin")
    settings.field("about_you").fill("Sets *type* for a living. 喜欢**排版**。")
    settings.button("save").click()
    expect(settings.notice("saved")).to_be_visible()
    with reads() as other:
        other.open(f"/u/{member.username}")
        expect(other.heading).to_contain_text("林溪 Lin")
        expect(other.page.get_by_role("main").locator("strong", has_text="排版")).to_be_visible()


def test_a_theme_is_chosen_and_kept(reader):
    reader.open("/settings?section=appearance")
    paper = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    reader.page.get_by_role("radio", name=reader.words("theme_dark")).check()
    expect(reader.page.locator("body")).not_to_have_css("background-color", paper)
    ink = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    reader.page.reload()
    expect(reader.page.get_by_role("radio", name=reader.words("theme_dark"))).to_be_checked()
    expect(reader.page.locator("body")).to_have_css("background-color", ink)
    reader.banner.get_by_role("button", name=reader.words("switch_theme")).click()
    expect(reader.page.locator("body")).to_have_css("background-color", paper)


def test_density_and_face_are_chosen_and_kept(reader, world, open_category):
    category = open_category()
    author = world.member()
    talk = world.topic(author, category)
    reader.open(f"/c/{category}")
    row = reader.page.get_by_role("listitem").filter(
        has=reader.page.get_by_role("link", name=talk["title"], exact=True)
    )
    comfortable = row.bounding_box()["height"]
    reader.open("/settings?section=appearance")
    reader.page.get_by_role("radio", name=reader.words("compact")).check()
    reader.page.get_by_role("radio", name=reader.words("face_serif"), exact=True).check()
    reader.open(f"/c/{category}")
    expect(row).to_be_visible()
    assert row.bounding_box()["height"] < comfortable
    reader.open(talk["url"])
    assert "serif" in reader.page.locator(".prose").first.evaluate(
        "(node) => getComputedStyle(node).fontFamily.replace('sans-serif', '')"
    )


def test_a_password_is_changed_and_all_other_sessions_end(settings, member, reads):
    with reads() as other:
        other.sign_in(member.username, member.password)
        settings.open("/settings?section=sign-in")
        settings.field("current_password").fill(member.password)
        settings.field("new_password").fill("a sentence of its own")
        settings.button("change_password").click()
        expect(settings.notice("password_changed")).to_be_visible()
        other.expects(401)
        other.page.reload()
        expect(other.banner.get_by_role("link", name=other.words("join"), exact=True)).to_be_visible()


def test_another_session_is_ended_from_the_list(settings, member, reads):
    with reads() as other:
        other.sign_in(member.username, member.password)
        settings.open("/settings?section=sign-in")
        settings.button("end_session").first.click()
        expect(settings.notice("session_ended")).to_be_visible()
        expect(settings.button("end_session")).to_have_count(1)
        settings.button("end_others").click()
        expect(settings.notice("sessions_ended")).to_be_visible()
        expect(settings.button("end_session")).to_have_count(0)
        other.expects(401)
        other.page.reload()
        expect(other.banner.get_by_role("link", name=other.words("join"), exact=True)).to_be_visible()
