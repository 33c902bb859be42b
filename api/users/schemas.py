"""Members in JSON."""

import unicodedata
from typing import Any
from urllib.parse import quote

from marshmallow import fields

from api.core.api.answers import page_path
from api.core.api.schema import (
    Choice,
    In,
    Items,
    Number,
    Out,
    Query,
    Text,
    Time,
    count,
    known_values,
    matching,
    object_id,
    page_of,
    refuse,
)
from api.core.clock import to_wire
from api.permissions.actor import ROLES, Actor
from api.users.models import User
from api.users.rules import may_edit_profile, may_set_role

LOCALES = ("en", "zh-Hans")
MAX_DISPLAY_NAME = 64
MAX_ABOUT = 5_000
# BCP 47 as far as a forum needs it: a language, perhaps a script, perhaps a region.
LANGUAGE_TAG = matching(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", "Not a language tag.")


def one_line(text: str | None) -> None:
    """Refuse line breaks and other control characters in what is shown on one line."""
    if text and any(unicodedata.category(character) == "Cc" for character in text):
        raise refuse("Contains a control character.", "bad_character")


class UserBriefOut(Out):
    """A member as lists and topics name them."""

    says = {
        "username": "The unique name.",
        "display_name": "The name to show; empty for the username.",
        "avatar_url": "The address of a picture; null for none.",
        "role": "What the member is in the whole forum.",
        "bot": "Whether a program writes under this name.",
    }

    id = object_id()
    username = fields.String()
    display_name = fields.String()
    avatar_url = fields.String(allow_none=True)
    role = known_values(*ROLES)
    bot = fields.Boolean()


class UserCanOut(Out):
    """What the caller may do with a member."""

    edit = fields.Boolean()
    set_role = fields.Boolean()


class UserViewerOut(Out):
    """The caller's own relation to a member."""

    can = fields.Nested(UserCanOut)


class UserOut(Out):
    """A member as everybody sees them. `display_name` may be empty: then show the username."""

    says = {
        "username": "The unique name.",
        "display_name": "The name to show; empty for the username.",
        "avatar_url": "The address of a picture; null for none.",
        "about_html": "What the member says about themselves, as sanitised HTML.",
        "role": "What the member is in the whole forum.",
        "bot": "Whether a program writes under this name.",
        "state": "`suspended` members cannot sign in.",
        "last_seen_at": "When the member last asked for something, to a few minutes; null if never.",
        "topic_count": "Topics that everybody can read.",
        "reply_count": "Replies that everybody can read.",
        "answer_count": "Replies that were accepted as the answer.",
    }

    id = object_id()
    username = fields.String()
    url = fields.String()
    display_name = fields.String()
    avatar_url = fields.String(allow_none=True)
    about_html = fields.String()
    role = known_values(*ROLES)
    bot = fields.Boolean()
    state = known_values("active", "suspended")
    lang = fields.String(allow_none=True)
    created_at = Time()
    last_seen_at = Time(allow_none=True)
    topic_count = count()
    reply_count = count()
    answer_count = count()
    version = count()
    viewer = fields.Nested(UserViewerOut)


UserPageOut = page_of(UserOut, "UserPageOut")


class UserListQuery(Query):
    """Which members, in which order. With `q` the order is by name unless told otherwise."""

    says = {"id": "These members, in this order; repeat it for several."}

    q = Text(minimum=1, maximum=32, metadata={"description": "The beginning of the name."})
    id = Items(Number(minimum=1, maximum=2**53 - 1), load_default=list)
    sort = Choice("new", "name")
    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048)


class UserPatch(In):
    """Changes to one's own profile; null empties a field."""

    says = {
        "display_name": "The name to show; null for the username.",
        "lang": "The language that the member mostly writes, as a BCP 47 tag.",
    }

    display_name = Text(maximum=MAX_DISPLAY_NAME, allow_none=True, validate=one_line)
    about = Text(maximum=MAX_ABOUT, trim=False, allow_none=True, metadata={"description": "Markdown."})
    locale = Choice(
        *LOCALES, allow_none=True, metadata={"description": "The language of mails and of the client."}
    )
    lang = Text(maximum=16, allow_none=True, validate=LANGUAGE_TAG, metadata={"example": "zh-Hans"})


class RoleChange(In):
    """The role to give."""

    says = {"role": "What the member shall be in the whole forum."}

    role = Choice(*ROLES, required=True)


def user_json(user: User, actor: Actor) -> dict[str, Any]:
    """A member in the shape of UserOut."""
    return {
        "id": user.id,
        "username": user.username,
        "url": page_path(f"/u/{quote(user.username)}"),
        "display_name": user.display_name,
        "avatar_url": None,
        "about_html": user.about_html,
        "role": user.role,
        "bot": user.bot,
        "state": "suspended" if user.state else "active",
        "lang": user.lang,
        "created_at": to_wire(user.created_at),
        "last_seen_at": to_wire(user.last_seen_at) if user.last_seen_at else None,
        "topic_count": user.topic_count,
        "reply_count": user.reply_count,
        "answer_count": user.answer_count,
        "version": user.version,
        "viewer": {
            "can": {
                "edit": bool(may_edit_profile(actor, user)),
                "set_role": bool(may_set_role(actor, user)),
            }
        },
    }
