"""Categories as an actor may see them, and the levels that an actor has in them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
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
from api.categories.rules import sees_category
from api.core.prepared import Prepared, among_parameter
from api.permissions.actor import Actor, Level

_GROUPS = {
    "anonymous": [EVERYONE],
    "member": [EVERYONE, MEMBERS],
    "moderator": [EVERYONE, MEMBERS, MODERATORS],
    "admin": [EVERYONE, MEMBERS, MODERATORS, ADMINS],
}
_LEVELS = Prepared(
    lambda: (
        select(CategoryAccess.category_id, func.max(CategoryAccess.level).label("level"))
        .where(among_parameter(CategoryAccess.group_id, "groups"))
        .group_by(CategoryAccess.category_id)
    )
)
_TREE = Prepared(
    lambda: select(Category.id, Category.slug, Category.parent_id).where(
        among_parameter(Category.id, "visible")
    )
)
_BRIEFS = Prepared(
    lambda: select(
        Category.id, Category.slug, Category.name, Category.color, Category.lang, Category.archived
    ).where(among_parameter(Category.id, "ids"))
)


def levels_of(role: SQLColumnExpression[str]) -> ColumnElement[Any]:
    """Pairs of category id and Level for a member's role, the highest Level of a category last."""
    groups = case({name: literal(ids, ARRAY(BigInteger)) for name, ids in _GROUPS.items()}, value=role)
    pair = array([CategoryAccess.category_id, cast(CategoryAccess.level, BigInteger)])
    pairs = select(func.array_agg(aggregate_order_by(pair, CategoryAccess.level)))
    return pairs.where(CategoryAccess.group_id == any_(groups)).scalar_subquery()


def with_levels(s: Session, actor: Actor) -> Actor:
    """The actor with its Level in every category; read on each request, so a change holds on the next one.

    Whoever is not signed in can only see, whatever a category allows to everyone.
    """
    rows = _LEVELS.all(s, {"groups": _GROUPS[actor.role]})
    most = Level.SEE if actor.role == "anonymous" else Level.MODERATE
    return replace(actor, levels={category_id: min(level, most) for category_id, level in rows})


def list_categories(s: Session, actor: Actor) -> Sequence[Category]:
    """All categories that exist for the actor, in the order of the tree's levels."""
    statement = select(Category).where(sees_category(actor))
    return s.scalars(statement.order_by(Category.position, Category.id)).all()


def get_category(s: Session, actor: Actor, slug: str) -> Category | None:
    """A category by its slug."""
    return s.scalar(select(Category).where(Category.slug == slug, sees_category(actor)))


def get_renamed_category(s: Session, actor: Actor, slug: str) -> Category | None:
    """The category that had this slug before."""
    statement = select(Category).join(CategoryAlias, CategoryAlias.category_id == Category.id)
    return s.scalar(statement.where(CategoryAlias.slug == slug, sees_category(actor)))


def brief_columns() -> list[ColumnElement[Any]]:
    """What `brief` takes, from the category joined to the rows of another table."""
    columns = (Category.slug, Category.name, Category.color, Category.lang, Category.archived)
    return [column.label(f"category_{column.key}") for column in columns]


def brief(slug: str, name: str, color: int, lang: str | None, archived: bool) -> dict[str, Any]:
    """CategoryBrief, ready for JSON."""
    return {"slug": slug, "name": name, "color": color, "lang": lang, "archived": archived}


def get_briefs(s: Session, ids: set[int]) -> dict[int, dict[str, Any]]:
    """{slug, name, color, lang, archived} of categories whose visibility was already decided, by id."""
    return {row[0]: brief(*row[1:]) for row in _BRIEFS.all(s, {"ids": sorted(ids)})}


def list_subtree(s: Session, actor: Actor, slugs: Sequence[str]) -> list[int]:
    """Ids of the named categories and all below them, as far as they exist for the actor."""
    visible = _TREE.all(s, {"visible": actor.visible_categories})
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
