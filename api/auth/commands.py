"""`parley user`: what an operator does to accounts from the command line.

The functions want an application context and can be called by anything that has one (the launcher, the seed).
"""

import secrets
import sys
import unicodedata

import click
from sqlalchemy.orm import Session

from api.auth import actions
from api.auth.rules import MAX_PASSWORD, MIN_PASSWORD, is_mail_address
from api.core import clock
from api.core.commands import in_app, say
from api.core.db import transaction
from api.core.problems import not_found
from api.core.runtime import settings
from api.permissions.actor import ANONYMOUS, ROLES
from api.text import names
from api.users.actions import give_role
from api.users.models import User
from api.users.queries import get_user


def create_user(
    username: str, *, email: str | None = None, password: str | None = None, role: str = "member"
) -> int:
    """Make a member whose address counts as confirmed; the id. Raises 422, 409 name_taken or email_taken."""
    with transaction() as s:
        return actions.create_member(
            s, username=username, email=email, password=password, role=role, now=clock.now()
        ).id


def invite_user(username: str, *, email: str, password: str | None = None) -> None:
    """Sign somebody up: they become a member when they open the mailed link."""
    # Without a password there is none to guess: the link signs them in, and "forgot" makes one.
    with transaction() as s:
        actions.register(
            s,
            username=username,
            email=email,
            password=password or secrets.token_urlsafe(32),
            locale=None,
            address=None,
            now=clock.now(),
        )


def promote_user(username: str, role: str) -> None:
    """Give a member a role. Raises 404, 409 last_admin."""
    with transaction() as s:
        give_role(s, _user(s, username), role)


def password_link(username: str) -> str:
    """An address at which the member can choose a password, for half an hour. Raises 404."""
    with transaction() as s:
        token = actions.make_reset_token(s, _user(s, username), clock.now())
    return f"{settings().url}/reset#token={token}"


def _user(s: Session, username: str) -> User:
    user = get_user(s, ANONYMOUS, username)
    if user is None:
        raise not_found()
    return user


def _named(username: str) -> str:
    """The name as it would be shown; what cannot be a name is one sentence for the operator."""
    try:
        return names.check(username).shown
    except names.NameRefused as refused:
        raise click.ClickException(
            f"{username} cannot be a name: {refused.code.replace('_', ' ')}."
        ) from refused


@click.group("user")
def user_commands() -> None:
    """Create members, give roles, print password links."""


@user_commands.command("create")
@click.argument("name")
@click.option("--email", help="The member's mail address.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--confirmed", is_flag=True, help="Take the address as confirmed; else a link is mailed to it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_app
def create_command(name: str, email: str | None, role: str, *, confirmed: bool, password_stdin: bool) -> None:
    """Create the member NAME.

    With an address and without --confirmed the member comes to be when the mailed link is opened.
    """
    name = _named(name)
    if email is not None:
        _check_address(email)
    password = _password_from_stdin() if password_stdin else None
    if email is None or confirmed:
        create_user(name, email=email, password=password, role=role)
        link = None if password else password_link(name)
        say("\n".join(filter(None, (f"{name} was created.", link))), {"username": name, "link": link})
        return
    if role != "member":
        raise click.ClickException("Whoever is to have a role must be --confirmed, or be promoted later.")
    invite_user(name, email=email, password=password)
    say(f"A confirmation was mailed to {email}.", {"username": name, "link": None})


def _check_address(email: str) -> None:
    if not is_mail_address(email):
        raise click.ClickException(f"{email} is not a mail address.")


def _password_from_stdin() -> str:
    password = unicodedata.normalize("NFC", sys.stdin.readline().rstrip("\r\n"))
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise click.ClickException(f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    return password


@user_commands.command("promote")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@in_app
def promote_command(name: str, role: str) -> None:
    """Give the member NAME a role; it holds from their next request on."""
    promote_user(name, role)
    say(f"{name} is {role} now.", {"username": name, "role": role})


@user_commands.command("link")
@click.argument("name")
@in_app
def link_command(name: str) -> None:
    """Print an address at which NAME can choose a password; it works once, for half an hour."""
    link = password_link(name)
    say(link, {"username": name, "link": link})
