"""Who asks: everything a rule may know about the caller, and nothing it would have to look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """What a category allows a group to do; each level contains those below it."""

    SEE = 1
    REPLY = 2
    POST = 3
    MODERATE = 4


ROLES = ("member", "moderator", "admin")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The caller of one request. `levels` maps category ids to Level; what is not in it does not exist."""

    user_id: int | None = None
    username: str | None = None
    role: str = "anonymous"
    scopes: frozenset[str] | None = frozenset({"read"})
    session_id: str | None = None
    fresh_at: datetime | None = None
    levels: Mapping[int, int] = field(default_factory=dict)
    locale: str | None = None

    @property
    def is_member(self) -> bool:
        """Signed in, in any role."""
        return self.user_id is not None

    @property
    def is_moderator(self) -> bool:
        """Moderator or administrator."""
        return self.role in ("moderator", "admin")

    @property
    def is_admin(self) -> bool:
        """Administrator."""
        return self.role == "admin"

    @property
    def visible_categories(self) -> list[int]:
        """Ids of the categories that exist for this actor, ascending."""
        return sorted(self.levels)

    def level(self, category_id: int) -> int:
        """The actor's Level in a category, 0 where it does not exist for the actor."""
        return self.levels.get(category_id, 0)

    def may_use(self, scope: str) -> bool:
        """Whether the credential reaches this scope: a ceiling, never a grant. A session reaches all."""
        return self.scopes is None or scope in self.scopes or (scope == "read" and "write" in self.scopes)


ANONYMOUS = Actor()
