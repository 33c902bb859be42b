"""Categories over HTTP."""

from typing import Any

from sqlalchemy.orm import Session

from api.categories import actions, queries
from api.categories.models import EVERYONE, MEMBERS, MODERATORS, Category
from api.categories.rules import may_shape_categories
from api.categories.schemas import (
    CategoryCreate,
    CategoryOut,
    CategoryPatch,
    CategoryTreeOut,
    access_from_json,
    category_json,
    tree_json,
)
from api.core.api import Answer, Blueprint, Call, Query, admin, anyone
from api.core.api.answers import api_path, moved_permanently
from api.core.api.schema import Choice, Items
from api.core.db import current_session, transaction
from api.core.problems import Problem, invalid, not_found
from api.permissions.actor import Level

bp = Blueprint(
    "categories",
    "The places for topics, and who may do what in them",
    path={"slug": "The category's name in addresses; a former one leads to the present one."},
)
OPEN_TO_ALL = {EVERYONE: Level.SEE, MEMBERS: Level.POST, MODERATORS: Level.MODERATE}


class CategoryQuery(Query):
    """What to add to the answer."""

    include = Items(Choice("access"), maximum=1, load_default=list)


@bp.operation(
    "GET", "/categories", access=anyone(), answer=(200, CategoryTreeOut), caching="shared", ready=True
)
def list_categories(call: Call) -> dict[str, Any]:
    """List the tree of categories."""
    return tree_json(queries.list_categories(current_session(), call.actor), call.actor)


@bp.operation(
    "POST", "/categories", access=admin(), body=CategoryCreate, answer=(201, CategoryOut), idempotent=True,
    located=True, ready=True, problems=(409,),
)  # fmt: skip
def create_category(call: Call) -> Answer:
    """Create a category."""
    given = dict(call.body)
    parent = given.pop("parent")
    access = access_from_json(given.pop("access")) if "access" in given else OPEN_TO_ALL
    with transaction() as s:
        parent_id = _parent_id(s, call, parent)
        category = actions.create_category(
            s, call.actor, access=access, parent_id=parent_id, now=call.now, **given
        )
        actor = queries.with_levels(s, call.actor)
        body = category_json(category, actor, queries.list_categories(s, actor))
    return Answer(body, location=api_path(f"/categories/{category.slug}"))


@bp.operation(
    "GET", "/categories/<slug>", access=anyone(), query=CategoryQuery, answer=(200, CategoryOut),
    caching="shared", ready=True, problems=(301, 404),
)  # fmt: skip
def get_category(call: Call, slug: str) -> Any:
    """Get a category."""
    s = current_session()
    category = queries.get_category(s, call.actor, slug)
    if category is None:
        renamed = queries.get_renamed_category(s, call.actor, slug)
        if renamed is None:
            raise not_found()
        return moved_permanently(api_path(f"/categories/{renamed.slug}"))
    access = None
    if "access" in call.query["include"]:
        if not may_shape_categories(call.actor):
            raise Problem(403, "admins_only")
        access = queries.get_access(s, category.id)
    return category_json(category, call.actor, queries.list_categories(s, call.actor), access)


@bp.operation(
    "PATCH", "/categories/<slug>", access=admin(), body=CategoryPatch, answer=(200, CategoryOut),
    if_match=True, ready=True, problems=(404, 409),
)  # fmt: skip
def change_category(call: Call, slug: str) -> dict[str, Any]:
    """Change a category: its names, place, rights, or archive it."""
    changes = dict(call.body)
    with transaction() as s:
        category = queries.get_category(s, call.actor, slug)
        if category is None:
            raise not_found()
        if "parent" in changes:
            changes["parent_id"] = _parent_id(s, call, changes.pop("parent"))
        if "access" in changes:
            changes["access"] = access_from_json(changes["access"])
        actions.change_category(s, call.actor, category, changes, now=call.now, if_match=call.if_match)
        actor = queries.with_levels(s, call.actor)
        return category_json(category, actor, queries.list_categories(s, actor))


def _parent_id(s: Session, call: Call, slug: str | None) -> int | None:
    if slug is None:
        return None
    parent: Category | None = queries.get_category(s, call.actor, slug)
    if parent is None:
        raise invalid("/parent", "no_such_category", "There is no such category.")
    return parent.id
