from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD


def you(reader):
    return reader.banner.get_by_role("button", name=reader.words("you"), exact=True)


def join(reader, name, email, password=PASSWORD):
    reader.field("username").fill(name)
    reader.field("email").fill(email)
    reader.field("password").fill(password)
    reader.page.get_by_role("main").get_by_role("button", name=reader.words("join"), exact=True).click()


def test_a_newcomer_joins_by_the_mailed_link_and_stays_signed_in(reader, world, mailed_link):
    name = world.name("newcomer")
    email = f"{name}@example.org"
    reader.open("/")
    reader.banner.get_by_role("link", name=reader.words("join"), exact=True).click()
    join(reader, name, email)
    expect(reader.heading).to_have_text(reader.words("look_into_mail"))
    expect(reader.page.get_by_role("main")).to_contain_text(email)

    reader.open(mailed_link(email))
    # The token is for this page alone: it leaves the address, so that no history and no log keeps it.
    expect(reader.page).to_have_url(f"{reader.url}/confirm")
    reader.button("confirm_button").click()
    expect(reader.notice("confirmed_notice")).to_be_visible()
    expect(reader.page).to_have_url(f"{reader.url}/")
    expect(you(reader)).to_be_visible()

    reader.page.reload()
    you(reader).click()
    reader.link("your_page").click()
    expect(reader.page).to_have_url(f"{reader.url}/u/{name}")
    expect(reader.heading).to_contain_text(name)


def test_a_spent_link_says_so(reader, world, mailed_link):
    name = world.name("newcomer")
    email = f"{name}@example.org"
    reader.open("/signup")
    join(reader, name, email)
    expect(reader.heading).to_have_text(reader.words("look_into_mail"))
    link = mailed_link(email)
    reader.open(link)
    reader.button("confirm_button").click()
    expect(you(reader)).to_be_visible()
    reader.expects(400, 404, 409, 410, 422)
    reader.open("/")
    reader.open(link)
    reader.button("confirm_button").click()
    expect(reader.page.get_by_role("alert")).to_have_text(reader.words("problem_link_spent"))


def test_what_is_wrong_with_a_registration_stands_beside_its_field(reader, account):
    taken = account().username
    reader.expects(409, 422)
    reader.open("/signup")
    join(reader, taken, "somebody@example.org")
    expect(reader.field("username")).to_have_accessible_description(reader.words("problem_name_taken"))
    join(reader, "Nobody Yet", "somebody@example.org")
    expect(reader.field("username")).to_have_accessible_description(reader.words("field_invalid_name"))
    join(reader, "nobody-yet", "somebody@example.org", "password")
    expect(reader.field("password")).to_have_accessible_description(reader.words("field_common_password"))
    expect(reader.field("username")).to_have_value("nobody-yet")


def test_a_wrong_password_is_refused_beside_the_field_and_the_right_one_goes_back_to_the_page(
    reader, world, account
):
    member = account()
    topic = world.topic(world.member())
    reader.open(topic["url"])
    reader.link("sign_in_to_reply").click()
    expect(reader.heading).to_have_text(reader.words("sign_in"))
    reader.expects(401)
    main = reader.page.get_by_role("main")
    reader.field("name_or_email").fill(member.username)
    reader.field("password").fill("wrong, quite wrong")
    main.get_by_role("button", name=reader.words("sign_in"), exact=True).click()
    expect(reader.field("password")).to_have_accessible_description(
        reader.words("problem_invalid_credentials")
    )
    reader.field("password").fill(member.password)
    main.get_by_role("button", name=reader.words("sign_in"), exact=True).click()
    expect(reader.page).to_have_url(reader.url + topic["url"])
    expect(main.get_by_role("button", name=reader.words("reply"), exact=True).last).to_be_visible()


def test_signing_out_ends_it_in_every_tab_and_for_good(reader, account):
    member = account()
    reader.sign_in(member.username, member.password)
    other = reader.new_page()
    reader.open("/tags", other)
    joining = other.get_by_role("banner").get_by_role("link", name=reader.words("join"), exact=True)
    expect(other.get_by_role("banner").get_by_role("button", name=reader.words("you"))).to_be_visible()

    you(reader).click()
    reader.button("sign_out").click()
    expect(reader.banner.get_by_role("link", name=reader.words("join"), exact=True)).to_be_visible()
    expect(joining).to_be_visible()
    other.reload()
    expect(joining).to_be_visible()


def test_a_forgotten_password_is_set_anew_by_the_mailed_link(reader, account, mailed_link):
    member = account()
    reader.open("/signin")
    reader.link("forgot_it").click()
    reader.field("email").fill(member.email)
    reader.button("send_link").click()
    expect(reader.page.get_by_role("main")).to_contain_text(reader.words("reset_sent", email=member.email))
    reader.open(mailed_link(member.email))
    reader.field("new_password").fill("another forty two pages")
    reader.button("set_password").click()
    expect(you(reader)).to_be_visible()
    you(reader).click()
    reader.button("sign_out").click()
    expect(reader.banner.get_by_role("link", name=reader.words("join"), exact=True)).to_be_visible()
    reader.sign_in(member.username, "another forty two pages")


def test_a_sign_out_that_the_server_does_not_hear_is_not_claimed(reader, account):
    member = account()
    reader.sign_in(member.username, member.password)
    reader.page.route("**/auth/logout", lambda route: route.abort())
    complaints = len(reader.complaints)
    you(reader).click()
    reader.button("sign_out").click()
    expect(reader.page.get_by_role("alert")).to_have_text(reader.words("problem_offline"))
    expect(you(reader)).to_be_visible()
    del reader.complaints[complaints:]  # Chromium tells of the lost connection
