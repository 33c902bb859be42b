"""What becomes of a mail, by what a real mail server says."""

import email
import email.policy
import socket
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.core.db import transaction
from api.core.mail import send_mail
from api.core.models import Mail
from api.core.worker import run_pending

from .smtp_server import smtp_server

EVER = timedelta(days=30)


@pytest.fixture
def server():
    with smtp_server() as found:
        yield found


@pytest.fixture
def mailer(core, make_core, server):
    return make_core(mail_backend="smtp", mail_host="127.0.0.1", mail_port=server.port)


def queue(app):
    with app.app_context(), transaction() as s:
        send_mail(s, to="alice@forum.test", subject="量子 reset", text="Follow\n.\nthis", purpose="reset")


def row(app):
    with app.app_context(), transaction() as s:
        return s.scalars(select(Mail)).one()


def test_the_server_gets_what_was_written(mailer, server):
    queue(mailer)
    run_pending(mailer)
    parsed = email.message_from_bytes(server.messages[0], policy=email.policy.default)
    assert (parsed["Subject"], parsed["To"]) == ("量子 reset", "alice@forum.test")
    assert parsed["From"] == "Parley <parley@localhost>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert row(mailer).state == "sent"


@pytest.mark.parametrize(
    "replies",
    [
        {"CONNECT": "421 too busy"},
        {"MAIL": "421 closing"},
        {"RCPT": "450 greylisted"},
        {"DATA": "451 later"},
        {"END": "452 disk full"},
        {"EHLO": None},
        {"MAIL": None},
    ],
)
def test_what_passes_is_tried_again(mailer, server, replies):
    server.replies = replies
    queue(mailer)
    run_pending(mailer)
    assert (row(mailer).state, row(mailer).attempts) == ("queued", 1)
    server.replies = {}
    server.messages.clear()
    run_pending(mailer, ahead=EVER)
    assert row(mailer).state == "sent"
    assert len(server.messages) == 1


@pytest.mark.parametrize(
    "replies", [{"RCPT": "550 nobody here"}, {"END": "554 spam"}, {"MAIL": "553 not you"}]
)
def test_what_is_refused_for_good_is_not_tried_again(mailer, server, replies):
    server.replies = replies
    queue(mailer)
    run_pending(mailer, ahead=EVER)
    assert (row(mailer).state, row(mailer).attempts, row(mailer).text) == ("failed", 1, "")


@pytest.mark.parametrize("farewell", [None, "500 what?", "rubbish"])
def test_an_accepted_mail_is_sent_whatever_the_server_says_at_the_end(mailer, server, farewell):
    server.replies = {"QUIT": farewell}
    queue(mailer)
    run_pending(mailer, ahead=EVER)
    assert (row(mailer).state, len(server.messages)) == ("sent", 1)


def test_a_closed_port_leaves_the_mail_waiting(core, make_core):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app = make_core(mail_backend="smtp", mail_host="127.0.0.1", mail_port=port)
    queue(app)
    run_pending(app)
    assert row(app).state == "queued"
    assert "ConnectionRefusedError" in row(app).error


def test_tls_is_demanded_when_it_is_set(core, make_core, server):
    app = make_core(mail_backend="smtp", mail_host="127.0.0.1", mail_port=server.port, mail_tls=True)
    queue(app)
    run_pending(app)
    assert server.messages == []
    assert row(app).state != "sent"
