"""Categories as an actor may see them, and the levels that an actor has in them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.categories.models import (
    ADMINS,
    EVERYONE,
    MEMBERS,
    MODERATORS,
    Category,
    CategoryAccess,
    CategoryAlias,
)
from api.categories.rules import among, sees_category
from api.permissions.actor import Actor, Level

_GROUPS = {
    "anonymous": [EVERYONE],
    "member": [EVERYONE, MEMBERS],
    "moderator": [EVERYONE, MEMBERS, MODERATORS],
    "admin": [EVERYONE, MEMBERS, MODERATORS, ADMINS],
}
_LEVELS = select(CategoryAccess.category_id, func.max(CategoryAccess.level)).group_by(
    CategoryAccess.category_id
)


def with_levels(s: Session, actor: Actor) -> Actor:
    """The actor with its Level in every category; read on each request, so a change holds on the next one.

    Whoever is not signed in can only see, whatever a category allows to everyone.
    """
    rows = s.execute(_LEVELS.where(among(CategoryAccess.group_id, _GROUPS[actor.role]))).all()
    most = Level.SEE if actor.role == "anonymous" else Level.MODERATE
    return replace(actor, levels={category_id: min(level, most) for category_id, level in rows})


def list_categories(s: Session, actor: Actor) -> Sequence[Category]:
    """All categories that exist for the actor, in the order of the tree's levels."""
    statement = select(Category).where(sees_category(actor))
    return s.scalars(statement.order_by(Category.position, Category.id)).all()


def get_category(s: Session, actor: Actor, slug: str) -> Category | None:
    """A category by its slug."""
    return s.scalar(select(Category).where(Category.slug == slug, sees_category(actor)))


def get_category_by_id(s: Session, actor: Actor, category_id: int) -> Category | None:
    """A category by its id."""
    return s.scalar(select(Category).where(Category.id == category_id, sees_category(actor)))


def get_renamed_category(s: Session, actor: Actor, slug: str) -> Category | None:
    """The category that had this slug before."""
    statement = select(Category).join(CategoryAlias, CategoryAlias.category_id == Category.id)
    return s.scalar(statement.where(CategoryAlias.slug == slug, sees_category(actor)))


def get_briefs(s: Session, ids: set[int]) -> dict[int, dict[str, Any]]:
    """{slug, name, color, lang, archived} of categories whose visibility was already decided, by id."""
    columns = (Category.id, Category.slug, Category.name, Category.color, Category.lang, Category.archived)
    rows = s.execute(select(*columns).where(among(Category.id, sorted(ids)))).mappings()
    return {row["id"]: {k: v for k, v in row.items() if k != "id"} for row in rows}


def list_subtree(s: Session, actor: Actor, slugs: Sequence[str]) -> list[int]:
    """Ids of the named categories and all below them, as far as they exist for the actor."""
    visible = list_categories(s, actor)
    wanted = {c.id for c in visible if c.slug in slugs}
    # Parents stand at most MAX_DEPTH above, so a few rounds reach every leaf.
    while more := {c.id for c in visible if c.parent_id in wanted} - wanted:
        wanted |= more
    return sorted(wanted)


def is_public(s: Session, category_id: int) -> bool:
    """Whether the category exists for everybody, so that what is in it may be counted where everybody sees it."""
    everyone = (CategoryAccess.category_id == category_id, CategoryAccess.group_id == EVERYONE)
    return s.scalar(select(CategoryAccess.level).where(*everyone)) is not None


def get_access(s: Session, category_id: int) -> dict[int, int]:
    """Group id -> Level of one category."""
    statement = select(CategoryAccess.group_id, CategoryAccess.level)
    return dict(s.execute(statement.where(CategoryAccess.category_id == category_id)).all())
