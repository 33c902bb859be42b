"""Who the policy is shown for and tested with: one actor of each kind, around one category and one author."""

from collections.abc import Mapping

from api.permissions.actor import Actor, Level


def personas(*, category_id: int = 1, author_id: int = 1, stranger_id: int = 2) -> Mapping[str, Actor]:
    """Actors by name. `author_id` wrote what is looked at, `stranger_id` wrote nothing of it.

    All but the outsiders have a level in the category; none has one in any other.
    """

    def member(level: Level | None, *, user_id: int = stranger_id, role: str = "member") -> Actor:
        levels = {} if level is None else {category_id: int(level)}
        return Actor(user_id=user_id, username=role, role=role, scopes=None, levels=levels)

    return {
        "visitor": Actor(levels={category_id: int(Level.SEE)}),
        "visitor, outside": Actor(),
        "member, may see": member(Level.SEE),
        "member, may reply": member(Level.REPLY),
        "member": member(Level.POST),
        "member, outside": member(None),
        "author": member(Level.POST, user_id=author_id),
        "author, may only see": member(Level.SEE, user_id=author_id),
        "author, outside": member(None, user_id=author_id),
        "moderator": member(Level.MODERATE, role="moderator"),
        "administrator": member(Level.MODERATE, role="admin"),
        "administrator, outside": member(None, role="admin"),
    }
