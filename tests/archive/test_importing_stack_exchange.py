import re
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from api.archive.members import NameGiver, display_name
from api.archive.models import COMMENT, POST, ImportMap
from api.archive.queries import list_attributions
from api.archive.refusal import ImportRefusedError
from api.archive.stackexchange import importer
from api.auth.models import UserSecret
from api.core import outbox
from api.core.db import transaction
from api.core.models import Event
from api.text import names
from api.topics.models import Post, PostSearch
from api.users.models import User, Username
from tests.archive.dump_of_ours import USERS, answer, at, comment, question, user, vote

SMALL = [question(10, 0, AcceptedAnswerId=12), answer(11, 10, 5), answer(12, 10, 3)]
COMMENTS = [comment(1, 10, 1), comment(2, 12, 4), comment(3, 11, 9)]


def members(place):
    with place.app.app_context(), transaction() as s:
        statement = select(User).join(ImportMap, (ImportMap.id == User.id) & (ImportMap.kind == "user"))
        source = f"stackexchange:{place.site}"
        return list(s.scalars(statement.where(ImportMap.source == source).order_by(User.id)))


def test_a_question_becomes_a_topic_with_its_answers_and_comments_by_time(place):
    place.write(SMALL, Comments=COMMENTS)
    report = place.take()
    assert dict(report.taken) == {"members": 4, "topics": 1, "answers": 2, "comments": 3}
    topic, replies = place.thread(place.topics()[0])
    assert (topic["title"], topic["created_at"]) == ("Question number 10", "2018-03-12T00:00:00.567Z")
    assert topic["post"]["body_html"] == "<p>What of 10?</p>\n"
    assert topic["author"]["display_name"] == "Ann Lee"
    assert [reply["number"] for reply in replies] == [1, 2, 3, 4, 5]
    assert [reply["body"] for reply in replies] == [
        "Comment 1.",
        "Answer 12.",
        "Comment 2.",
        "Answer 11.",
        "Comment 3.",
    ]
    assert [reply["reply_to"] for reply in replies] == [0, None, 2, None, 4]
    assert replies[2]["reply_to_id"] == replies[1]["id"]
    assert [reply["author"]["username"].split("-")[0] for reply in replies] == [
        "Cai",
        "Ben",
        "Cai",
        "Ben",
        "Cai",
    ]
    assert (topic["answer"], topic["reply_count"], topic["last_number"]) == (2, 5, 5)
    assert (topic["last_activity_at"], topic["last_author"]["display_name"]) == (
        "2018-03-12T00:09:00.567Z",
        "Cai",
    )
    assert (topic["view_count"], topic["tags"], topic["locked"]) == (11, ["bells"], False)


def test_votes_become_a_base_score_that_members_votes_add_to(place, world):
    votes = [vote(1, 10), vote(2, 10), vote(3, 10, 3), vote(4, 11, 3), vote(5, 99), vote(6, 10, 5)]
    place.write(
        [question(10, Score=50), answer(11, 10, 5)], Votes=votes, Comments=[comment(1, 10, 1, Score=4)]
    )
    report = place.take()
    topic, replies = place.thread(place.topics()[0])
    assert (topic["score"], topic["post"]["score"]) == (1, 1)
    assert [reply["score"] for reply in replies] == [4, -1]
    assert report.skipped == {"votes: bookmarks": 1, "votes: on posts that are not in the dump": 1}
    member = world.client(world.member())
    assert member.put(f"/posts/{replies[1]['id']}/vote", {"value": 1})["score"] == 0


def test_without_votes_the_posts_own_scores_count(place):
    place.write([question(10, Score=5), answer(11, 10, 5, Score=-3)])
    place.take()
    topic, replies = place.thread(place.topics()[0])
    assert (topic["score"], replies[0]["score"]) == (5, -3)


def test_a_comment_never_comes_before_what_it_belongs_to(place):
    place.write([question(10, 30), answer(11, 10, 60)], Comments=[comment(1, 11, 40), comment(2, 10, 5)])
    place.take()
    _, replies = place.thread(place.topics()[0])
    assert [(reply["body"], reply["reply_to"]) for reply in replies] == [
        ("Comment 2.", 0),
        ("Answer 11.", None),
        ("Comment 1.", 2),
    ]
    assert replies[2]["created_at"] == "2018-03-12T00:40:00.567Z"


def test_a_closed_question_is_locked(place):
    place.write([question(10, ClosedDate=at(9))])
    place.take()
    assert place.topics()[0]["locked"] is True


def test_what_would_turn_a_line_around_is_left_out_of_titles_and_names(place):
    place.write([question(10, 1, Title="Why \u202eis this\u202c \u2067so\u2069\u0085?")])
    place.take()
    assert place.topics()[0]["title"] == "Why is this so ?"
    assert display_name("A\u202elice\u200f \x1b") == "Alice"


def test_titles_and_tags_get_the_form_that_is_usual_here(place):
    posts = [
        question(10, 1, Title="Hm", Tags="<Bells><c#><bells><two_words>"),
        question(11, 2, Title="A\n  B " + "long " * 60, Tags="|new|form|"),
    ]
    place.write(posts)
    report = place.take()
    first, second = place.topics()
    assert (first["title"], first["tags"]) == ("Hm (question 10)", ["bells", "c#"])
    assert second["title"].startswith("A B long long")
    assert second["title"].endswith("long…")
    assert 190 < len(second["title"]) <= 200
    assert second["tags"] == ["new", "form"]
    assert report.left == {"tags that are none here (bad_character)": ["two_words"]}


def test_members_come_without_address_and_password(place):
    about = "<p>Rings <strong>bells</strong>. <a href='/users/1'>Me</a></p>"
    place.write(SMALL, Users=[*USERS[:2], user(2, "Ben  Ding <b>", AboutMe=about), USERS[3]])
    place.take()
    people = {one.display_name: one for one in members(place)}
    assert set(people) == {"Community", "Ann Lee", "Ben Ding <b>", "Cai"}
    ben = people["Ben Ding <b>"]
    assert ben.username.startswith("Ben_Ding_b")
    assert ben.created_at == datetime(2018, 3, 12, 0, 0, 0, 567000, tzinfo=UTC)
    assert ben.last_seen_at == datetime(2018, 3, 12, 8, 20, 0, 567000, tzinfo=UTC)
    assert ben.about == f"Rings **bells**. [Me](https://{place.site}/users/1)"
    assert "<strong>bells</strong>" in ben.about_html
    assert (people["Community"].bot, ben.bot) == (True, False)
    assert (ben.role, ben.topic_count, ben.reply_count, ben.answer_count) == ("member", 0, 2, 1)
    with place.app.app_context(), transaction() as s:
        ids = [one.id for one in people.values()]
        assert s.scalar(select(func.count()).select_from(UserSecret).where(UserSecret.user_id.in_(ids))) == 0


def test_a_name_that_is_taken_gets_a_number(place, world):
    name = world.name("taken")
    world.member(username=name)
    users = [
        user(n, spelling) for n, spelling in enumerate([name, name.upper(), name, f"{name}-3", "!!", "me"], 1)
    ]
    place.write([question(10)], Users=users)
    place.take()
    found = [one.username for one in members(place)]
    assert len({names.key(one) for one in [name, *found]}) == 7
    assert all(re.fullmatch(rf"{name}(-\d+)+", one, re.IGNORECASE) for one in found[:4])
    assert all(names.check(one).shown == one for one in found)
    assert [one.display_name for one in members(place)] == [one["DisplayName"] for one in users]
    with place.app.app_context(), transaction() as s:
        statement = select(Username.key, User.username).join(User, User.id == Username.user_id)
        keys = s.execute(statement).all()
    assert all(key == names.key(username) for key, username in keys if username in found)


def test_a_long_name_keeps_its_number_within_the_limit(app, world):
    long = world.name("n" * 40)[:40]
    with app.app_context(), transaction() as s:
        given = [one.shown for one in NameGiver().give(s, [long, long, long])]
    assert given[1:] == [given[0][:30] + "-2", given[0][:30] + "-3"]


def test_authors_without_a_row_are_members_too(place):
    posts = [
        question(10, OwnerUserId=None, OwnerDisplayName="user77"),
        answer(11, 10, 1, OwnerUserId=99),
        answer(12, 10, 2, OwnerUserId=None),
        answer(13, 10, 3, OwnerUserId=-1),
    ]
    place.write(posts, Comments=[comment(1, 10, 4, UserId=None, UserDisplayName="user77")])
    place.take()
    topic, replies = place.thread(place.topics()[0])
    assert topic["author"]["display_name"] == "user77"
    authors = [reply["author"] and reply["author"]["display_name"] for reply in replies]
    assert authors == ["user99", None, "Community", "user77"]
    assert replies[3]["author"]["id"] == topic["author"]["id"]


def test_a_mention_means_somebody_in_the_topic_and_nobody_else(place, world):
    stranger = world.member()
    ben = world.name("Ben")
    place.write(
        [question(10), answer(11, 10, 1)],
        Users=[*USERS[:2], user(2, ben), USERS[3]],
        Comments=[
            comment(1, 11, 2, Text=f"@{ben} and @{stranger.username}: *yes*, see [it](http://a.example/x_y).")
        ],
    )
    place.take()
    _, replies = place.thread(place.topics()[0])
    assert f'<a class="mention" href="/u/{ben}"' in replies[1]["body_html"]
    assert f"@{stranger.username}" in replies[1]["body_html"]
    assert f"/u/{stranger.username}" not in replies[1]["body_html"]
    assert "<em>yes</em>" in replies[1]["body_html"]
    assert 'href="http://a.example/x_y"' in replies[1]["body_html"]


def test_history_becomes_revisions(place, world):
    def entry(id_, kind, group, minute, text, **more):
        row = {
            "Id": id_,
            "PostHistoryTypeId": kind,
            "PostId": 10,
            "RevisionGUID": group,
            "CreationDate": at(minute),
        }
        return {**row, "UserId": 1, "Text": text, **more}

    history = [
        entry(1, 2, "a", 0, "What\r\nof it?"),
        entry(2, 1, "a", 0, "First title"),
        entry(3, 3, "a", 0, "<bells>"),
        entry(4, 10, "b", 1, "closed"),
        entry(5, 4, "c", 2, "Question number 10", UserId=2),
        entry(6, 5, "d", 3, "What of *10*?", UserId=None, UserDisplayName="user5"),
        entry(7, 8, "e", 4, "What of 10?"),
    ]
    place.write([question(10, LastEditDate=at(4), LastEditorUserId=1)], PostHistory=history)
    report = place.take()
    assert (report.taken["revisions"], report.skipped) == (3, {"history that changed no text, of kind 10": 1})
    topic = place.topics()[0]
    post = place.thread(topic)[0]["post"]
    assert (post["revision"], post["edited_at"]) == (4, "2018-03-12T00:04:00.567Z")
    revisions = world.client(world.member("admin")).get(f"/posts/{post['id']}/revisions")["items"]
    assert [(one["revision"], one["body"]) for one in revisions] == [
        (4, "What of 10?"),
        (3, "What of *10*?"),
        (2, "What\nof it?"),
        (1, "What\nof it?"),
    ]
    assert [one["editor"]["display_name"] for one in revisions] == ["Ann Lee", "user5", "Ben", "Ann Lee"]


def test_the_origin_and_licence_of_every_text_are_kept(place):
    place.write(
        [question(10, ContentLicense="CC BY-SA 4.0"), answer(11, 10, 1)], Comments=[comment(7, 11, 2)]
    )
    place.take()
    topic, replies = place.thread(place.topics()[0])
    ids = [topic["post"]["id"], *(reply["id"] for reply in replies)]
    with place.app.app_context(), transaction() as s:
        credit = list_attributions(s, [POST, COMMENT], ids)
    assert [credit[i] for i in ids] == [
        (f"https://{place.site}/q/10", "CC BY-SA 4.0"),
        (f"https://{place.site}/a/11", "CC BY-SA 3.0"),
        (f"https://{place.site}/questions/10#comment7_11", "CC BY-SA 3.0"),
    ]


def test_the_category_is_made_and_names_the_source(place, client):
    place.write([question(10)])
    place.take()
    found = [one for one in client.get("/categories")["items"] if one["slug"] == place.category]
    assert f"https://{place.site}" in str(found[0])
    assert (found[0]["topic_count"], found[0]["reply_count"]) == (1, 0)


def test_a_category_that_exists_is_used(place, world, client):
    slug = world.category()
    place.write([question(10)])
    assert place.take(category=slug).category == slug
    assert len(client.get("/topics", query_string={"category": slug})["items"]) == 1


def test_a_second_run_adds_nothing(place):
    place.write(SMALL, Comments=COMMENTS)
    place.take()
    before = place.thread(place.topics()[0])
    report = place.take()
    assert dict(report.taken) == {}
    assert dict(report.already) == {"members": 4, "topics": 1, "answers": 2, "comments": 3}
    assert place.thread(place.topics()[0]) == before


def test_what_a_later_dump_has_more_is_added_behind(place, app):
    place.write(SMALL[:2], Comments=COMMENTS[2:])
    place.take()
    place.write([*SMALL, question(20, 30)], Comments=COMMENTS)
    report = place.take()
    assert dict(report.taken) == {"topics": 1, "answers": 1, "comments": 2}
    topic, replies = place.thread(place.topics()[0])
    assert [(reply["number"], reply["body"], reply["reply_to"]) for reply in replies] == [
        (1, "Answer 11.", None),
        (2, "Comment 3.", 1),
        (3, "Comment 1.", 0),
        (4, "Answer 12.", None),
        (5, "Comment 2.", 4),
    ]
    assert (topic["answer"], topic["last_number"], topic["reply_count"]) == (4, 5, 5)
    with app.app_context(), transaction() as s:
        events = s.scalars(select(Event).where(Event.topic_id == topic["id"]).order_by(Event.id)).all()
    assert [event.type for event in events] == ["topic.opened"] + ["post.created"] * 3
    assert all(event.data == {"imported": True} for event in events)


def test_what_comes_later_to_a_hidden_topic_is_told_to_moderators_only(place, app, world):
    place.write(SMALL[:2])
    place.take()
    topic = place.topics()[0]
    world.client(world.member("moderator")).delete(f"/topics/{topic['id']}")
    place.write(SMALL)
    assert dict(place.take().taken) == {"answers": 1}
    with app.app_context(), transaction() as s:
        late = select(Event.audience).where(Event.topic_id == topic["id"], Event.type == "post.created")
        assert s.scalars(late).all() == [outbox.MODERATORS]


def test_a_long_topic_is_written_in_pieces(place, monkeypatch):
    monkeypatch.setattr(importer, "POSTS_AT_ONCE", 2)
    place.write(
        [*SMALL, question(20, 1), question(30, 2)], Comments=[comment(n, 12, n) for n in range(5, 12)]
    )
    report = place.take()
    assert report.taken["comments"] == 7
    topic, replies = place.thread(place.topics()[0])
    assert [reply["number"] for reply in replies] == list(range(1, 10))
    assert (topic["reply_count"], topic["last_number"], topic["answer"]) == (9, 9, 1)
    assert {reply["reply_to"] for reply in replies} == {None, 1}


def test_two_imports_at_once_take_everything_once(place, monkeypatch):
    monkeypatch.setattr(importer, "POSTS_AT_ONCE", 2)
    place.write(
        [question(10 * n, n) for n in range(1, 6)], Comments=[comment(n, 10, n + 10) for n in range(1, 6)]
    )
    place.write([], Users=[])
    place.take()  # makes the category
    place.write(
        [question(10 * n, n) for n in range(1, 6)], Comments=[comment(n, 10, n + 10) for n in range(1, 6)]
    )
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(place.take())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = reports[0].taken + reports[1].taken
    assert (taken["members"], taken["topics"], taken["comments"]) == (4, 5, 5)
    assert [topic["reply_count"] for topic in place.topics()] == [5, 0, 0, 0, 0]


def test_what_has_no_place_is_left_and_named(place):
    posts = [
        question(10),
        question(10, Title="Twice"),
        answer(11, 99, 1),
        answer(12, 10, 2, Body=""),
        {"Id": 20, "PostTypeId": 4, "CreationDate": at(1), "Body": "<p>About bells.</p>"},
        {"Id": 21, "PostTypeId": 6, "CreationDate": at(1)},
        {"Id": 22, "PostTypeId": 1},
    ]
    comments = [comment(1, 10, 3), comment(2, 11, 3), comment(3, 20, 3), comment(4, 77, 3), comment(5, 12, 3)]
    place.write(
        posts, Comments=comments, PostLinks=[{"Id": 1, "PostId": 10, "RelatedPostId": 9, "LinkTypeId": 3}]
    )
    report = place.take()
    assert report.left == {
        "rows that the dump has twice": ["posts 10"],
        "posts without text": ["post 12"],
        "descriptions of tags": ["post 20"],
        "posts of kind 6": ["post 21"],
        "answers whose question is not in the dump": ["post 11 on 99"],
        "comments on what was not taken": ["comment 2 on 11", "comment 3 on 20", "comment 4 on 77"],
        "unreadable rows: CreationDate is missing": ["Posts.xml line 9"],
    }
    assert report.skipped == {"marks as a duplicate": 1}
    assert report.missing_files == ["Tags", "Votes", "PostHistory"]
    _, replies = place.thread(place.topics()[0])
    assert [(reply["body"], reply["reply_to"]) for reply in replies] == [("Comment 1.", 0), ("Comment 5.", 0)]


def test_an_opening_post_without_text_gets_its_title(place):
    place.write([question(10, Body="<p> </p>")])
    report = place.take()
    assert place.thread(place.topics()[0])[0]["post"]["body_html"] == "<p>Question number 10</p>\n"
    assert list(report.changed) == ["opening posts without text: they got their title"]


def test_malformed_xml_is_named_and_what_stood_before_is_imported(place):
    place.write([question(10), question(20)], Comments=[comment(1, 10, 1), comment(2, 10, 2)])
    for name, cut in (("Posts", 'Id="20"'), ("Comments", 'Id="2"')):
        path = place.folder / f"{name}.xml"
        path.write_text(path.read_text("utf-8").replace(cut, "<" + cut), "utf-8")
    report = place.take()
    assert [(damage["file"], damage["line"], damage["kept_rows"]) for damage in report.damage] == [
        ("Posts.xml", 4, 1),
        ("Comments.xml", 4, 1),
    ]
    assert (report.taken["topics"], report.taken["comments"]) == (1, 1)


def test_texts_that_look_different_are_listed(place):
    place.write([question(10, Body='<p><a href="gopher://a.example/">old</a></p>'), question(20)])
    report = place.take()
    assert [entry["what"] for entry in report.differing] == ["post 10"]
    assert report.likeness == 50.0
    assert "old (gopher" in place.thread(place.topics()[0])[0]["post"]["body_html"]


def test_imported_texts_are_found(place, client, world):
    word = world.name("kitsune").replace("-", "")
    place.write([question(10), answer(11, 10, 1, Body=f"<p>The <b>{word}</b> 纠缠的量子</p>")])
    place.take()
    for q in (word, f"{word} 量子"):
        found = client.get("/search", query_string={"q": q})["items"]
        assert [item["post"]["number"] for item in found if item["post"]] == [1]
    with place.app.app_context(), transaction() as s:
        rows = s.execute(
            select(PostSearch.created_at, Post.created_at).join(Post, Post.id == PostSearch.post_id)
        )
        assert all(searched == written for searched, written in rows)


def test_counters_are_right_when_the_import_ends(place, client):
    place.write(SMALL, Comments=COMMENTS)
    place.take()
    ann, ben = members(place)[1:3]
    assert client.get(f"/users/{ann.username}")["topic_count"] == 1
    found = client.get(f"/users/{ben.username}")
    assert (found["reply_count"], found["answer_count"]) == (2, 1)
    (category,) = [one for one in client.get("/categories")["items"] if one["slug"] == place.category]
    assert (category["topic_count"], category["reply_count"]) == (1, 5)


def test_an_import_tells_one_event_for_each_topic(place, app):
    place.write([*SMALL, question(20)], Comments=COMMENTS)
    place.take()
    topics = [topic["id"] for topic in place.topics()]
    with app.app_context(), transaction() as s:
        types = s.scalars(select(Event.type).where(Event.topic_id.in_(topics)).order_by(Event.id)).all()
    assert types == ["topic.opened", "topic.opened"]


def test_a_folder_that_is_no_dump_is_refused(place):
    with pytest.raises(ImportRefusedError, match="is not a folder"):
        place.take()
    place.folder.mkdir()
    with pytest.raises(ImportRefusedError, match="not a Stack Exchange dump"):
        place.take()
