import json
from contextlib import contextmanager

import click
import pytest
from click.testing import CliRunner

from api.auth.commands import create_user, password_link, user_commands
from api.core.commands import Target
from api.core.db import transaction
from api.core.problems import Problem
from api.users.actions import create_user as create_imported_user
from tests.auth.people import PASSWORD


@pytest.fixture
def parley(app):
    """Runs `parley user ..` on the test's installation; hands back exit code and output."""

    def run(*arguments, as_json=False, input=None):
        @contextmanager
        def opened():
            yield app

        result = CliRunner().invoke(
            user_commands,
            arguments,
            obj=Target(open=opened, json=as_json),
            input=input,
            catch_exceptions=False,
        )
        return result.exit_code, result.output.strip()

    return run


def test_an_operator_makes_an_administrator_and_hands_over_a_link(parley, visitor, world):
    name = world.name("boss")
    code, output = parley("create", name, "--role", "admin")
    assert code == 0
    created, link = output.splitlines()
    assert created == f"{name} was created."
    assert link.startswith("http://127.0.0.1:8000/reset#token=")
    given = {"token": link.partition("=")[2], "password": PASSWORD}
    body = visitor.post("/auth/password/reset", given, 200)
    assert body["user"]["role"] == "admin"
    assert body["user"]["email"] is None
    visitor.post("/auth/login", {"login": name, "password": PASSWORD}, 200)


def test_a_password_comes_from_standard_input(parley, visitor, world):
    name, email = world.name("typed"), f"{world.name('box')}@example.org"
    code, output = parley(
        "create", name, "--email", email, "--confirmed", "--password-stdin", input=PASSWORD + "\n"
    )
    assert (code, output) == (0, f"{name} was created.")
    assert (
        visitor.post("/auth/login", {"login": email, "password": PASSWORD}, 200)["user"]["username"] == name
    )


def test_an_unconfirmed_address_gets_the_link_that_makes_the_member(parley, visitor, world, post):
    name, email = world.name("invited"), f"{world.name('box')}@example.org"
    assert parley("create", name, "--email", email) == (0, f"A confirmation was mailed to {email}.")
    visitor.refused("GET", f"/users/{name}", 404, "not_found")
    visitor.post("/auth/confirm", {"token": post.token(email)}, 200)
    visitor.get(f"/users/{name}")


def test_a_role_is_given_and_taken(parley, visitor, world):
    person = world.member()
    assert parley("promote", person.username, "moderator") == (0, f"{person.username} is moderator now.")
    assert visitor.get(f"/users/{person.username}")["role"] == "moderator"
    parley("promote", person.username, "member")
    assert visitor.get(f"/users/{person.username}")["role"] == "member"


def test_a_member_without_address_gets_a_link_and_the_facts_come_as_json(parley, app, visitor, world):
    from api.core.clock import now

    name = world.name("imported")
    with app.app_context(), transaction() as s:
        create_imported_user(s, username=name, now=now())
    code, output = parley("link", name, as_json=True)
    facts = json.loads(output)
    assert code == 0
    assert facts["username"] == name
    given = {"token": facts["link"].partition("=")[2], "password": PASSWORD}
    visitor.post("/auth/password/reset", given, 200)
    visitor.post("/auth/login", {"login": name, "password": PASSWORD}, 200)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("link", "nobody-at-all"), "There is nothing here (not_found)"),
        (("promote", "nobody-at-all", "admin"), "There is nothing here (not_found)"),
        (("create", "x"), "x cannot be a name: too short."),
        (("create", "admin"), "admin cannot be a name: reserved name."),
        (("create", "someone", "--email", "nonsense"), "nonsense is not a mail address."),
        (("create", "someone", "--email", "a@example.org", "--role", "admin"), "Whoever is to have a role"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_1(parley, arguments, sentence):
    code, output = parley(*arguments)
    assert code == 1
    assert output.removeprefix("Error: ").startswith(sentence)
    assert len(output.splitlines()) == 1


def test_taken_names_and_addresses_are_said(parley, world, sign_up):
    joined = sign_up()
    assert "name_taken" in parley("create", joined.username)[1]
    taken = parley("create", world.name("other"), "--email", joined.email, "--confirmed")
    assert "email_taken" in taken[1]
    weak = parley("create", world.name("other"), "--password-stdin", input="password1\n")
    assert "first passwords" in weak[1]
    short = parley("create", world.name("other"), "--password-stdin", input="x\n")
    assert short[1] == "Error: A password has 8 to 1024 characters."


def test_the_launcher_s_functions_need_no_command_line(app, world):
    name = world.name("first")
    with app.app_context():
        assert create_user(name, role="admin") > 0
        assert "#token=" in password_link(name)
        with pytest.raises(Problem, match="not_found"):
            password_link(world.name("nobody"))
    assert isinstance(user_commands, click.Group)
