"""Request ids, log lines and figures."""

import json
import logging

import pytest

from api.core import logs
from api.core.db import transaction
from api.core.mail import send_mail

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


def with_route(app):
    @app.get("/things/<int:number>")
    def thing(number):
        if number == 0:
            raise RuntimeError("password=hunter2 pat_0123456789abcdefghij\nforged line")
        logging.getLogger("library").warning("token=%s and more", "abc.def")
        return "thing"

    return app.test_client()


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(autouse=True)
def libraries_log_as_before():
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = before, level


@pytest.mark.parametrize("sent", ["abc", "A.b_c-9", "x" * 128])
def test_a_sane_request_id_is_taken(core, sent):
    assert core.test_client().get("/", headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a\x00b", "é", '"><'])
def test_any_other_is_replaced(core, sent):
    given = core.test_client().get("/", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert given != sent
    assert len(given) == 32


def test_the_request_id_is_in_the_problem_and_in_the_line(capsys, core):
    response = core.test_client().get("/nowhere", headers={"X-Request-Id": "r-1"})
    assert response.json["request_id"] == "r-1"
    (line,) = [entry for entry in lines(capsys) if entry["event"] == "request"]
    assert line["request_id"] == "r-1"


def test_a_request_is_one_line(capsys, core):
    with_route(core).get("/things/7?token=topsecret")
    (line,) = [entry for entry in lines(capsys) if entry["event"] == "request"]
    assert (line["method"], line["route"], line["path"]) == ("GET", "/things/<int:number>", "/things/7")
    assert (line["status"], line["bytes"], line["user_id"]) == (200, 5, None)
    assert line["ms"] >= 0
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_no_secret_reaches_the_log(capsys, core):
    core.testing = False
    client = with_route(core)
    client.get("/things/1?token=topsecret", headers={"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"})
    client.get("/things/0")
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    for secret in ("topsecret", "eyJhbG", "abc.def", "pat_0123", "hunter2"):
        assert secret not in written


def test_nothing_a_client_sends_can_forge_a_line(capsys, make_core):
    app = make_core(log_format="text")
    client = with_route(app)
    client.get("/things/%0Alevel=error%20event=forged%1b[31m%c2%85%e2%80%a8x")
    client.get("/things/0")
    written = capsys.readouterr().err
    for line in written.splitlines():
        assert line.startswith(("20", "    "))
    for control in ("\x1b", "\x85", "\u2028"):
        assert control not in written
    assert "forged%1b" not in written


def test_text_lines_read_well():
    event = {"timestamp": "T", "level": "info", "event": "request", "path": "/t/1", "name": "小明 x", "n": 5}
    assert logs._as_text(None, "", event) == 'T info request path=/t/1 name="小明 x" n=5'


def test_fields_named_like_secrets_are_blanked():
    event = {"event": "sign-in", "password": "x", "refresh_token": "y", "url": "postgres://u:pw@db/f"}
    assert logs._blank_secrets(None, "", event) == {
        "event": "sign-in",
        "password": "[secret]",
        "refresh_token": "[secret]",
        "url": "postgres://[secret]@db/f",
    }


def test_figures_count_requests_by_route(core):
    client = with_route(core)
    client.get("/things/7")
    client.get("/things/8")
    client.get("/nowhere/at/all")
    figures = client.get("/metrics", environ_base=LOCAL).get_data(as_text=True)
    sample = 'parley_request_seconds_count{method="GET",route="%s",status="%s"}'
    assert sample % ("/things/<int:number>", "200") + " 2.0" in figures
    assert sample % ("none", "404") + " 1.0" in figures


def test_figures_count_waiting_jobs_and_mails(core):
    with core.app_context(), transaction() as s:
        send_mail(s, to="a@b.test", subject="x", text="y", purpose="test")
    figures = core.test_client().get("/metrics", environ_base=LOCAL).get_data(as_text=True)
    assert 'parley_jobs{state="todo"} 1.0' in figures
    assert 'parley_mails{state="queued"} 1.0' in figures


def test_figures_are_told_while_the_database_is_away(make_core):
    app = make_core(database_url="postgresql://nobody@/none?host=/nowhere")
    response = app.test_client().get("/metrics", environ_base=LOCAL)
    assert response.status_code == 200
    assert "parley_jobs" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        (STRANGER, {}),
        (LOCAL, {"X-Forwarded-For": "203.0.113.9"}),
        (LOCAL, {"X-Forwarded-For": "127.0.0.1"}),
        (LOCAL, {"Forwarded": "for=203.0.113.9"}),
        ({"REMOTE_ADDR": ""}, {}),
    ],
)
def test_figures_are_for_this_machine_only(core, environ, headers):
    response = core.test_client().get("/metrics", environ_base=environ, headers=headers)
    assert (response.status_code, response.json["code"]) == (404, "not_found")


def test_a_token_opens_the_figures_from_anywhere_and_nothing_else_does(make_core):
    client = make_core(metrics_token="figures-please").test_client()
    right, wrong = {"Authorization": "Bearer figures-please"}, {"Authorization": "Bearer figures"}
    assert client.get("/metrics", environ_base=STRANGER, headers=right).status_code == 200
    assert client.get("/metrics", environ_base=STRANGER, headers=wrong).status_code == 404
    assert client.get("/metrics", environ_base=LOCAL).status_code == 404
