"""A small forum with two members and an administrator, in which every operation is used at least once."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from api.app import create_app
from api.auth.actions import open_session
from api.core import clock, counters, outbox
from api.core.db import transaction
from api.users.actions import create_user
from tests.auth.people import Post
from tests.conftest import settings_for
from tests.examples.recorder import Recorder

PASSWORD, NEXT_PASSWORD = "three quiet rivers", "four loud waterfalls"
QUESTION = "**uWSGI** starts, but nobody can reach it through nginx.\n\n```sh\nuwsgi --ini uwsgi.ini\n```"
REPLY = "Does `curl http://127.0.0.1:8000/healthz` answer? Then nginx looks elsewhere."


def record(database_url: str, data: Path) -> dict[str, Any]:
    """The examples that the application gives on a new database, by operation: {request, answers}."""
    app = create_app(settings_for(database_url, data, PARLEY_URL="https://forum.example"))
    recorder = Recorder(app)
    with patch.object(clock, "now", recorder.ticking):
        play(recorder)
    app.extensions["parley"].database.engine.dispose()
    return recorder.examples()


def play(recorder: Recorder) -> None:
    """The whole scenario, on a forum in which nothing happened yet."""
    ask = recorder.ask
    admin = _administrator(recorder)
    ming = _sign_up(recorder, "小明", "ming@example.org")
    _places(ask, admin)
    topic = _talk(ask, admin, ming)
    _states(ask, admin, ming, topic)
    _moderation(ask, admin, ming, topic)
    _fold(recorder)
    _reading(recorder, admin, ming, topic)
    _accounts(recorder, admin, ming)


def _administrator(recorder: Recorder) -> str:
    with recorder.app.app_context(), transaction() as s:
        user = create_user(s, username="ada", display_name="Ada", role="admin", now=recorder.ticking())
        return open_session(
            s, user, agent="curl/8.5.0", address="192.0.2.1", now=recorder.ticking()
        ).access_token


def _sign_up(recorder: Recorder, username: str, email: str) -> str:
    ask = recorder.ask
    body = {"username": username, "email": email, "password": PASSWORD, "locale": "zh-Hans"}
    ask("registerUser", body=body)
    ask("registerUser", body=body | {"username": "ada"}, status=409)
    ask("registerUser", body=body | {"username": "a", "password": "short"}, status=422)
    ask("resendConfirmation", body={"email": email, "locale": "zh-Hans"})
    ask("confirmRegistration", body={"token": "a token of yesterday"}, status=422)
    ask("confirmRegistration", body={"token": Post(recorder.app).token(email)})
    ask("login", body={"login": username, "password": NEXT_PASSWORD}, status=401)
    signed_in = ask("login", body={"login": username, "password": PASSWORD})
    ask("refreshSession", body={"refresh_token": "not one of ours"}, status=401)
    refreshed = ask("refreshSession", body={"refresh_token": signed_in["refresh_token"]})
    token: str = refreshed["access_token"]
    return token


def _places(ask: Any, admin: str) -> None:
    help_ = {
        "slug": "help",
        "name": "Help",
        "description": "Questions and answers.",
        "lang": "en",
        "color": 3,
    }
    ask("createCategory", admin, body=help_)
    ask("createCategory", admin, body=help_, status=409)
    ask("createCategory", admin, body={"slug": "中文", "name": "中文", "lang": "zh-Hans", "color": 5})
    ask("changeCategory", admin, slug="help", body={"description": "Ask here; say what you tried."})
    ask("changeCategory", admin, slug="help", body={"name": "Questions"}, if_match='"1"', status=412)
    ask("getCategory", slug="nowhere", status=404)


def _talk(ask: Any, admin: str, ming: str) -> dict[str, Any]:
    body = {"title": "nginx answers 502", "body": QUESTION, "category": "help", "tags": ["nginx", "uwsgi"]}
    ask("createTopic", body=body, status=401)
    ask("createTopic", ming, body=body | {"title": "?"}, status=422)
    topic: dict[str, Any] = ask("createTopic", ming, body=body)
    ask("createTopic", ming, body={"title": "大家好", "body": "第一次来，请多关照。", "category": "中文"})
    ask("createReply", admin, topic_id=1, body={"body": REPLY})
    ask("createReply", ming, topic_id=1, body={"body": "It did! The socket was another.", "reply_to": 1})
    ask("createReply", ming, topic_id=99, body={"body": "Is anybody here?"}, status=404)
    ask("voteOnPost", ming, post_id=3, body={"value": 1})
    ask("voteOnPost", admin, post_id=3, body={"value": 1}, status=403)
    ask("previewPost", ming, body={"body": "**Bold**, `code` and 中文。"})
    return topic


def _states(ask: Any, admin: str, ming: str, topic: dict[str, Any]) -> None:
    ask("acceptAnswer", ming, topic_id=1, body={"number": 9}, status=422)
    ask("acceptAnswer", ming, topic_id=1, body={"number": 1})
    ask("unacceptAnswer", ming, topic_id=1)
    ask("acceptAnswer", ming, topic_id=1, body={"number": 1})
    title = {"title": "nginx answers 502 although uWSGI runs"}
    ask("changeTopic", ming, topic_id=1, body=title, if_match=f'"{topic["version"]}"', status=412)
    ask("changeTopic", ming, topic_id=1, body=title)
    ask("lockTopic", ming, topic_id=1, status=403)
    ask("lockTopic", admin, topic_id=1)
    ask("createReply", ming, topic_id=1, body={"body": "Thanks!"}, status=403)
    ask("unlockTopic", admin, topic_id=1)
    ask("pinTopic", admin, topic_id=1)
    ask("unpinTopic", admin, topic_id=1)
    ask("countTopicView", topic_id=1)


def _moderation(ask: Any, admin: str, ming: str, topic: dict[str, Any]) -> None:
    ask("changePost", ming, post_id=4, body={"body": "It did! The socket was another: `/run/api.sock`."})
    ask("changePost", ming, post_id=3, body={"body": "Mine now."}, status=403)
    ask("deletePost", ming, post_id=topic["post"]["id"], status=409)
    ask("deletePost", ming, post_id=4)
    ask("restorePost", ming, post_id=4)
    ask("restorePost", ming, post_id=4, status=409)
    ask("deleteTopic", admin, topic_id=2, query="?reason=spam")
    ask("getTopic", topic_id=2, status=404)
    ask("restoreTopic", admin, topic_id=2)


def _fold(recorder: Recorder) -> None:
    """Wait for the counters and for the log, which jobs of the running server bring up to date."""
    with recorder.app.app_context(), transaction() as s:
        counters.fold(s)
    while True:
        with recorder.app.app_context(), transaction() as s:
            if not outbox.unsettled(s):
                return


def _reading(recorder: Recorder, admin: str, ming: str, topic: dict[str, Any]) -> None:
    ask = recorder.ask
    ask("getMeta")
    ask("listCategories")
    ask("getCategory", slug="help")
    ask("listTopics", query="?limit=1")
    ask("listTopics", query="?limit=0", status=422)
    ask("listTopics", query="?cursor=made-up", status=400)
    ask("getTopic", topic_id=1)
    ask("getTopicOutline", topic_id=1)
    ask("listReplies", topic_id=1)
    ask("getReply", topic_id=1, number=1)
    ask("getReply", topic_id=1, number=9, status=404)
    ask("getPost", ming, post_id=topic["post"]["id"], query="?include=body")
    ask("getPost", post_id=99, status=404)
    ask("listPostRevisions", ming, post_id=topic["post"]["id"])
    ask("searchForum", query="?q=nginx&limit=1")
    ask("searchForum", query="?q=nginx&sort=hot", status=422)
    ask("listTags")
    ask("getTag", name="nginx")
    ask("getTag", name="apache", status=404)
    ask("listUsers", query="?limit=2")
    ask("getUser", username="ada")
    ask("getUser", username="nobody", status=404)
    ask("listEvents", query="?limit=5")
    ask("listEvents", query="?after=made-up", status=400)
    ask("streamEvents", status=501)


def _accounts(recorder: Recorder, admin: str, ming: str) -> None:
    ask = recorder.ask
    ask("getOwnUser", ming)
    ask("getOwnUser", status=401)
    ask("changeOwnUser", ming, body={"display_name": "小明", "about": "写 *Python*。", "lang": "zh-Hans"})
    ask("setUserRole", ming, username="ada", body={"role": "member"}, status=403)
    ask("setUserRole", admin, username="小明", body={"role": "moderator"})
    ask("reauthenticate", ming, body={"password": PASSWORD})
    devices = ask("listSessions", ming)["items"]
    other = next(device["id"] for device in devices if not device["current"])
    ask("endSession", ming, session_id=other)
    ask("endSession", ming, session_id=other, status=404)
    ask("endOtherSessions", ming)
    ask("changePassword", ming, body={"current_password": PASSWORD, "password": NEXT_PASSWORD})
    ask("logout", ming)
    ask("forgotPassword", body={"email": "ming@example.org", "locale": "zh-Hans"})
    token = Post(recorder.app).token("ming@example.org")
    signed_in = ask("resetPassword", body={"token": token, "password": PASSWORD})
    ask("logout", body={"refresh_token": signed_in["refresh_token"]})
