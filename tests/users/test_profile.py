import pytest


def test_members_see_their_own_account(client, world):
    person = world.member()
    own = client.as_(person).get("/users/me")
    assert own["username"] == person.username
    assert own["viewer"]["can"] == {"edit": True, "set_role": False}
    assert {"email", "about", "locale"} <= set(own)
    client.refused("GET", "/users/me", 401, "unauthorized")


def test_only_what_is_sent_changes(client, world):
    here = client.as_(world.member())
    first = here.request("PATCH", "/users/me", 200, json={"display_name": "小明 Ming", "about": "**hello**"})
    assert first.json["display_name"] == "小明 Ming"
    assert first.json["about_html"].strip() == "<p><strong>hello</strong></p>"
    assert first.json["version"] == 2
    assert first.headers["ETag"].startswith('"2-')
    second = here.patch("/users/me", {"locale": "zh-Hans", "lang": "zh-Hans"})
    assert second["display_name"] == "小明 Ming"
    assert (second["locale"], second["lang"], second["version"]) == ("zh-Hans", "zh-Hans", 3)


def test_null_empties_and_what_is_equal_changes_nothing(client, world):
    here = client.as_(world.member())
    given = {"display_name": "Ming", "about": "hello", "locale": "en", "lang": "en"}
    here.patch("/users/me", given)
    assert here.patch("/users/me", given)["version"] == 2
    assert here.patch("/users/me", {})["version"] == 2
    emptied = here.patch("/users/me", dict.fromkeys(given))
    assert [emptied[name] for name in ("display_name", "about", "about_html", "locale", "lang")] == [
        "",
        "",
        "",
        None,
        None,
    ]
    assert emptied["version"] == 3


def test_of_two_who_edit_one_version_the_second_learns_of_it(client, world):
    here = client.as_(world.member())
    tag = here.request("GET", "/users/me", 200).headers["ETag"]
    here.patch("/users/me", {"display_name": "first"}, headers={"If-Match": tag})
    lost = here.request("PATCH", "/users/me", 412, json={"display_name": "second"}, headers={"If-Match": tag})
    assert lost.json["code"] == "version_mismatch"
    assert lost.headers["ETag"] == '"2"'
    assert here.get("/users/me")["display_name"] == "first"
    for matching in ('"2"', 'W/"2-anything-gz"', "*"):
        here.patch("/users/me", {"display_name": "first"}, headers={"If-Match": matching})


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"display_name": "x" * 65}, "/display_name", "too_long"),
        ({"display_name": "two\nlines"}, "/display_name", "bad_character"),
        ({"display_name": "\u202eecilA"}, "/display_name", "bad_character"),
        ({"display_name": "nul\x00"}, "/display_name", "bad_character"),
        ({"display_name": 5}, "/display_name", "invalid_type"),
        ({"about": "x" * 5_001}, "/about", "too_long"),
        ({"about": ["x"]}, "/about", "invalid_type"),
        ({"locale": "fr"}, "/locale", "unknown_value"),
        ({"lang": "not a tag"}, "/lang", "invalid"),
        ({"username": "other"}, "/username", "unknown_field"),
        ({"role": "admin"}, "/role", "unknown_field"),
        ({"version": 7}, "/version", "unknown_field"),
        ({"topic_count": 7}, "/topic_count", "unknown_field"),
        ({"about_html": "<script>"}, "/about_html", "unknown_field"),
        ({"email": "a@example.org"}, "/email", "unknown_field"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changes(client, world, body, pointer, code):
    here = client.as_(world.member())
    problem = here.refused(
        "PATCH", "/users/me", 422, "invalid_input", json=body | {"lang": body.get("lang", "en")}
    )
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in problem["errors"]]
    assert here.get("/users/me")["version"] == 1


def test_a_profile_holds_no_script(client, world):
    person = world.member()
    here = client.as_(person)
    here.patch(
        "/users/me",
        {"about": "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"},
    )
    html = client.get(f"/users/{person.username}")["about_html"]
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_text_comes_back_as_it_was_sent(client, world):
    here = client.as_(world.member())
    text = "  leading, 👩‍👩‍👧‍👦, \u202eright to left\u202c, tab\t, zero\u200bwidth, ﷽, Ω≈ç√∫\n\n尾  \n"
    assert here.patch("/users/me", {"about": text})["about"] == text


def test_a_profile_mentions_members(client, world):
    person, other = world.member(), world.member()
    here = client.as_(person)
    html = here.patch("/users/me", {"about": f"friend of @{other.username}"})["about_html"]
    assert f'href="/u/{other.username}"' in html
