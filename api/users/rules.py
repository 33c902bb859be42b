"""Who may see and change a member, each beside its SQL twin."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement

from api.permissions.actor import Actor
from api.permissions.verdict import ALLOW, NOT_VISIBLE, Verdict, deny, first_refusal
from api.users.models import DELETED, User

# How long a password that was just typed stands for the person in front of the screen.
FRESH_FOR = timedelta(minutes=10)


class Member(Protocol):
    """What a rule needs to know about a member."""

    id: int
    state: int
    role: str


def may_see_user(actor: Actor, user: Member) -> Verdict:
    """Everybody sees every member, suspended ones too; whoever was deleted is gone."""
    return NOT_VISIBLE if user.state == DELETED else ALLOW


def sees_user(actor: Actor) -> ColumnElement[bool]:
    """The SQL twin of may_see_user."""
    return User.state != DELETED


def may_edit_profile(actor: Actor, user: Member) -> Verdict:
    """A profile is its owner's."""
    own = ALLOW if actor.user_id == user.id else deny("not_yours")
    return first_refusal(may_see_user(actor, user), own)


def may_set_role(actor: Actor, user: Member) -> Verdict:
    """Administrators give and take roles, their own included."""
    return first_refusal(may_see_user(actor, user), ALLOW if actor.is_admin else deny("admins_only"))


def has_fresh_sign_in(actor: Actor, now: datetime) -> Verdict:
    """What could lock the owner out wants a password typed in the last ten minutes."""
    fresh = actor.fresh_at is not None and now - actor.fresh_at < FRESH_FOR
    return ALLOW if fresh else deny("reauthentication_required")
