"""The whole policy on one page: who may call each route, and what each rule says to each persona in each state."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.app import BLUEPRINTS
from api.categories import rules as categories
from api.categories.models import Category
from api.core.api import Access
from api.permissions.actor import Actor
from api.permissions.personas import personas
from api.permissions.verdict import NOT_VISIBLE, Verdict
from api.topics import rules as topics
from api.topics.models import BY_AUTHOR, BY_MODERATOR, HELD
from api.users import rules as users
from api.users.models import ACTIVE, DELETED, SUSPENDED

CATEGORY_ID, ELSEWHERE_ID, AUTHOR_ID = 1, 2, 1

INTRODUCTION = """# Who may do what

Written by `parley permissions` from the declarations of the routes and the rules themselves; a test compares the two.

Three things decide, in this order: the **route** (who may call it at all, and the scope a token needs), what the actor **may
see** (what it may not see does not exist: `404`), and the **rule** of the act, which answers with a reason.
A category gives each group a level (see, reply, post, moderate), and an actor has the highest of its groups. Scopes are
a ceiling, never a grant.
"""

CONVERTER = re.compile(r"(?<=<)\w+:")
Rule = Callable[[Actor], Verdict]


@dataclass
class SampleTopic:
    """A topic as far as rules look at it."""

    category_id: int = CATEGORY_ID
    author_id: int | None = AUTHOR_ID
    hidden: int = 0
    locked: bool = False


@dataclass
class SamplePost:
    """A post as far as rules look at it."""

    author_id: int | None = AUTHOR_ID
    hidden: int = 0
    number: int | None = 1


@dataclass
class SampleMember:
    """A member as far as rules look at them."""

    id: int = AUTHOR_ID
    state: int = ACTIVE
    role: str = "member"


TOPICS = {
    "open": SampleTopic(),
    "locked": SampleTopic(locked=True),
    "withdrawn by its author": SampleTopic(hidden=BY_AUTHOR),
    "hidden by a moderator": SampleTopic(hidden=BY_MODERATOR),
    "withdrawn and hidden": SampleTopic(hidden=BY_AUTHOR | BY_MODERATOR),
}
POSTS = {
    "a reply": (SampleTopic(), SamplePost()),
    "a reply in a locked topic": (SampleTopic(locked=True), SamplePost()),
    "a reply withdrawn by its author": (SampleTopic(), SamplePost(hidden=BY_AUTHOR)),
    "a reply hidden by a moderator": (SampleTopic(), SamplePost(hidden=BY_MODERATOR)),
    "a reply withdrawn and hidden": (SampleTopic(), SamplePost(hidden=BY_AUTHOR | BY_MODERATOR)),
    "a reply held for review": (SampleTopic(), SamplePost(hidden=HELD, number=None)),
    "a reply in a hidden topic": (SampleTopic(hidden=BY_MODERATOR), SamplePost()),
    "the opening post": (SampleTopic(), SamplePost(number=0)),
}
MEMBERS = {
    "active": SampleMember(),
    "suspended": SampleMember(state=SUSPENDED),
    "deleted": SampleMember(state=DELETED),
}


def document() -> str:
    """docs/permissions.md: the routes by tag, then topics, posts, categories and members by state."""
    return "\n".join(
        [
            INTRODUCTION,
            "## Routes\n",
            *_routes(),
            "## Topics\n\nThe author is the one who opened it.\n",
            *(_matrix(f"A topic that is {state}", _topic_rules(topic)) for state, topic in TOPICS.items()),
            _matrix(
                "In an archived category",
                {"reply": lambda a: topics.may_reply(a, SampleTopic(), archived=True)},
            ),
            "## Posts\n\nThe author is the one who wrote the post, and the topic.\n",
            *(_matrix(state.capitalize(), _post_rules(*sample)) for state, sample in POSTS.items()),
            "## Categories\n",
            *(
                _matrix(name, _category_rules(archived))
                for name, archived in (("Open", False), ("Archived", True))
            ),
            "## Members\n\nThe author is the member that is looked at.\n",
            *(_matrix(state.capitalize(), _member_rules(member)) for state, member in MEMBERS.items()),
        ]
    )


def write_document(path: Path) -> bool:
    """Write the page; True when it changed."""
    text = document()
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _routes() -> Iterable[str]:
    for blueprint in BLUEPRINTS:
        rows = [
            (
                operation,
                f"`{method} {CONVERTER.sub('', rule)}`",
                _who(declaration.access),
                _scope(declaration.access),
            )
            for operation, (method, rule, declaration) in blueprint.operations.items()
        ]
        heading = ("operation", "call", "who", "scope of a token")
        yield f"### {blueprint.name}\n\n{_table(heading, rows)}"


def _who(access: Access) -> str:
    names = {"anyone": "anyone", "member": "members", "moderator": "moderators", "admin": "administrators"}
    return names[access.who]


def _scope(access: Access) -> str:
    if not access.reads_token:
        return "none is read"
    return f"`{access.scope}`" if access.tokens else "no personal token"


def _matrix(title: str, abilities: Mapping[str, Rule]) -> str:
    """One table: a row for each persona, a column for each ability."""
    rows = [
        (name, *(_cell(rule(actor)) for rule in abilities.values()))
        for name, actor in personas(category_id=CATEGORY_ID, author_id=AUTHOR_ID).items()
    ]
    return f"### {title}\n\n{_table(('', *abilities), rows)}"


def _cell(verdict: Verdict) -> str:
    if verdict:
        return "yes"
    return "404" if verdict == NOT_VISIBLE else f"`{verdict.code}`"


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(heading)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _topic_rules(topic: SampleTopic) -> Mapping[str, Rule]:
    return {
        "see": lambda actor: topics.may_see_topic(actor, topic),
        "reply": lambda actor: topics.may_reply(actor, topic),
        "edit": lambda actor: topics.may_edit_topic(actor, topic),
        "delete": lambda actor: topics.may_delete_topic(actor, topic),
        "restore": lambda actor: topics.may_restore_topic(actor, topic),
        "lock, pin": lambda actor: topics.may_moderate_topic(actor, topic),
        "accept answer": lambda actor: topics.may_accept_answer(actor, topic),
        "move elsewhere": lambda actor: topics.may_move_topic(actor, topic, ELSEWHERE_ID),
    }


def _post_rules(topic: SampleTopic, post: SamplePost) -> Mapping[str, Rule]:
    def removed(actor: Actor) -> Verdict:
        return Verdict(None) if topics.may_see_removed(actor, topic, post) else NOT_VISIBLE

    rules: dict[str, Rule] = {
        "see its place": lambda actor: topics.may_see_post(actor, topic, post),
        "read it": lambda actor: topics.may_read_post(actor, topic, post),
        "edit": lambda actor: topics.may_edit_post(actor, topic, post),
        "delete": lambda actor: topics.may_delete_post(actor, topic, post),
        "restore": lambda actor: topics.may_restore_post(actor, topic, post),
        "vote": lambda actor: topics.may_vote(actor, topic, post),
    }
    return rules | {"read the removed text": removed} if post.hidden else rules


def _category_rules(archived: bool) -> Mapping[str, Rule]:
    category = Category(id=CATEGORY_ID, archived=archived)
    return {
        "see": lambda actor: categories.may_see_category(actor, category),
        "open a topic": lambda actor: categories.may_post_in(actor, category),
        "change it": categories.may_shape_categories,
    }


def _member_rules(member: SampleMember) -> Mapping[str, Rule]:
    return {
        "see": lambda actor: users.may_see_user(actor, member),
        "edit the profile": lambda actor: users.may_edit_profile(actor, member),
        "give a role": lambda actor: users.may_set_role(actor, member),
    }
