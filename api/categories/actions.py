"""What administrators do to the tree of categories."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.categories.models import ADMINS, MAX_DEPTH, Category, CategoryAccess, CategoryAlias
from api.categories.queries import get_access
from api.categories.rules import may_shape_categories
from api.core import counters, outbox, problems
from api.core.etags import NO_PRECONDITION, Precondition
from api.core.problems import Problem, invalid, require
from api.permissions.actor import Actor, Level

problems.register(
    {
        "slug_taken": "Another category has this slug",
        "category_archived": "The category takes no more topics",
        "may_not_post_here": "You may not open topics in this category",
        "members_only": "Sign in to do this",
    },
    {"uq_categories_slug": (409, "slug_taken")},
)
counters.register("category_topics", "categories", "topic_count")
counters.register("category_replies", "categories", "reply_count")


def create_category(
    s: Session,
    actor: Actor,
    *,
    slug: str,
    name: str,
    access: Mapping[int, int],
    now: datetime,
    description: str = "",
    lang: str | None = None,
    color: int = 1,
    parent_id: int | None = None,
    position: int = 0,
) -> Category:
    """A new category; administrators always moderate it."""
    require(may_shape_categories(actor))
    _refuse_former_slug(s, slug, None)
    _check_depth(s, None, parent_id)
    category = Category(
        slug=slug,
        name=name,
        description=description,
        lang=lang,
        color=color,
        parent_id=parent_id,
        position=position,
        created_at=now,
    )
    s.add(category)
    s.flush()
    _set_access(s, category.id, access)
    outbox.emit(s, "category.created", actor_id=actor.user_id, category_id=category.id, version=1, now=now)
    return category


def change_category(
    s: Session,
    actor: Actor,
    category: Category,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    if_match: Precondition = NO_PRECONDITION,
) -> Category:
    """Apply the given columns (and `access`); what is equal changes nothing."""
    require(may_shape_categories(actor))
    s.refresh(category, with_for_update=True)
    if_match.check(category.version)
    access = _changed_access(s, category.id, changes.get("access"))
    columns = {k: v for k, v in changes.items() if k != "access" and getattr(category, k) != v}
    if not columns and access is None:
        return category
    if "parent_id" in columns:
        _check_depth(s, category.id, columns["parent_id"])
    if "slug" in columns:
        _refuse_former_slug(s, columns["slug"], category.id)
        s.execute(delete(CategoryAlias).where(CategoryAlias.slug == columns["slug"]))
        s.add(CategoryAlias(slug=category.slug, category_id=category.id))
    for name, value in columns.items():
        setattr(category, name, value)
    category.version += 1
    s.flush()
    if access is not None:
        _set_access(s, category.id, access)
    outbox.emit(
        s,
        "category.changed",
        actor_id=actor.user_id,
        category_id=category.id,
        version=category.version,
        now=now,
    )
    return category


def _refuse_former_slug(s: Session, slug: str, owner_id: int | None) -> None:
    former = s.scalar(select(CategoryAlias.category_id).where(CategoryAlias.slug == slug))
    if former is not None and former != owner_id:
        raise Problem(409, "slug_taken")


def _changed_access(
    s: Session, category_id: int, access: Mapping[int, int] | None
) -> Mapping[int, int] | None:
    """The rights to set; None where none were given, or they are what holds already."""
    if access is None or {**access, ADMINS: Level.MODERATE} == get_access(s, category_id):
        return None
    return access


def _set_access(s: Session, category_id: int, access: Mapping[int, int]) -> None:
    s.execute(delete(CategoryAccess).where(CategoryAccess.category_id == category_id))
    levels = {**access, ADMINS: Level.MODERATE}
    s.add_all(
        CategoryAccess(category_id=category_id, group_id=g, level=int(v)) for g, v in sorted(levels.items())
    )
    s.flush()


def _check_depth(s: Session, category_id: int | None, parent_id: int | None) -> None:
    """Refuse loops, and trees deeper than MAX_DEPTH."""
    if parent_id is None and category_id is None:
        return
    parents: dict[int, int | None] = {
        row.id: row.parent_id for row in s.execute(select(Category.id, Category.parent_id))
    }
    if parent_id is not None and parent_id not in parents:
        raise invalid("/parent", "no_such_category", "There is no such category.")
    # A new category is 0 until it has an id.
    parents[category_id or 0] = parent_id
    for above in parents.values():
        depth, here = 1, above
        while here is not None:
            depth, here = depth + 1, parents[here]
            if depth > MAX_DEPTH:
                raise invalid(
                    "/parent", "too_deep", f"Categories nest at most {MAX_DEPTH} deep.", max=MAX_DEPTH
                )
