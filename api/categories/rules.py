"""Who may see and shape categories."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from api.categories.models import Category
from api.permissions.actor import Actor, Level
from api.permissions.verdict import ALLOW, NOT_VISIBLE, Verdict, deny


def among(column: SQLColumnExpression[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """`column = any(ids)` with the ids as one array, so that the statement is the same for any number."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def may_see_category(actor: Actor, category: Category) -> Verdict:
    """A category exists for those who have a level in it."""
    return ALLOW if actor.level(category.id) >= Level.SEE else NOT_VISIBLE


def sees_category(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of may_see_category."""
    return among(Category.id, actor.visible_categories)


def may_post_in(actor: Actor, category: Category) -> Verdict:
    """Opening topics wants the level for it, and a category that still takes some."""
    seen = may_see_category(actor, category)
    if not seen:
        return seen
    if actor.level(category.id) < Level.POST:
        return deny("may_not_post_here") if actor.is_member else deny("members_only")
    if category.archived and actor.level(category.id) < Level.MODERATE:
        return deny("category_archived")
    return ALLOW


def may_shape_categories(actor: Actor) -> Verdict:
    """Only administrators make, change, order and archive categories."""
    return ALLOW if actor.is_admin else deny("admins_only")
