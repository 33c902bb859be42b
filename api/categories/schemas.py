"""Categories in JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api.categories.models import GROUP_NAMES, Category
from api.categories.rules import may_post_in, may_shape_categories
from api.core.api.answers import page_path
from api.core.api.schema import (
    Choice,
    Flag,
    In,
    Items,
    Number,
    Out,
    Text,
    Time,
    count,
    known_values,
    matching,
    object_id,
)
from api.core.clock import to_wire
from api.permissions.actor import Actor, Level

LEVEL_NAMES = {level.value: level.name.lower() for level in Level}
COLORS = 8
SLUG = matching(r"[^\W_]+(-[^\W_]+)*", "Letters, digits and single hyphens only.")


class CategoryBriefOut(Out):
    """A category as topics name it. `color` is a number of the palette, 1 to 8."""

    says = {
        "slug": "Its name in addresses.",
        "name": "Its name.",
        "color": "A number of the palette, 1 to 8.",
        "archived": "Whether nothing new is written in it.",
    }

    slug = fields.String()
    name = fields.String()
    color = fields.Integer(metadata={"minimum": 1, "maximum": COLORS})
    lang = fields.String(allow_none=True)
    archived = fields.Boolean()


class CategoryCanOut(Out):
    """What the caller may do in a category."""

    post = fields.Boolean()
    edit = fields.Boolean()


class CategoryViewerOut(Out):
    """The caller's own relation to a category."""

    says = {"level": "What the caller may do here at most; `none` for nothing."}

    level = known_values(*LEVEL_NAMES.values(), "none")
    can = fields.Nested(CategoryCanOut)


class CategoryAccessItem(In):
    """A group's level in a category."""

    says = {
        "group": "Who.",
        "level": "What they may do at most.",
    }

    group = Choice(*GROUP_NAMES.values(), required=True)
    level = Choice(*LEVEL_NAMES.values(), required=True)


class CategoryAccessOut(Out):
    """A group's level in a category."""

    says = {
        "group": "Who.",
        "level": "What they may do at most.",
    }

    group = known_values(*GROUP_NAMES.values())
    level = known_values(*LEVEL_NAMES.values())


class CategoryOut(Out):
    """A category with the categories below it that exist for the caller."""

    says = {
        "slug": "Its name in addresses.",
        "name": "Its name.",
        "description": "What belongs here, in plain text.",
        "color": "A number of the palette, 1 to 8.",
        "parent": "The slug of the category above; null at the top.",
        "position": "Its place among its neighbours, smallest first.",
        "archived": "Whether nothing new is written in it.",
        "topic_count": "Topics in it; lags a few seconds.",
        "reply_count": "Replies in it; lags a few seconds.",
        "access": "The level of each group; groups that are not named have none.",
        "children": "The categories below that exist for the caller.",
    }

    id = object_id()
    slug = fields.String()
    url = fields.String()
    name = fields.String()
    description = fields.String()
    lang = fields.String(allow_none=True)
    color = fields.Integer(metadata={"minimum": 1, "maximum": COLORS})
    parent = fields.String(allow_none=True)
    position = count()
    archived = fields.Boolean()
    topic_count = count()
    reply_count = count()
    created_at = Time()
    version = count()
    access = fields.List(fields.Nested(CategoryAccessOut), metadata={"x-included": True, "maxItems": 100})
    viewer = fields.Nested(CategoryViewerOut)
    children = fields.List(fields.Nested("CategoryOut"), metadata={"maxItems": 1000})


class CategoryTreeOut(Out):
    """The whole tree; not paged."""

    says = {"items": "The categories at the top, in order."}

    items = fields.List(fields.Nested(CategoryOut), metadata={"maxItems": 1000})


class CategoryCreate(In):
    """A new category."""

    says = {
        "slug": "Its name in addresses: letters and digits of any script, single hyphens between them.",
        "name": "Its name.",
        "description": "What belongs here, in plain text.",
        "lang": "The language written here, as a BCP 47 tag; null for any.",
        "color": "A number of the palette.",
        "parent": "The slug of the category above; null at the top.",
        "position": "Its place among its neighbours, smallest first.",
        "access": "The level of each group; left out, everybody reads and members write.",
    }

    slug = Text(minimum=1, maximum=80, required=True, validate=SLUG, metadata={"example": "programming"})
    name = Text(minimum=1, maximum=64, required=True)
    description = Text(maximum=500, load_default="")
    lang = Text(minimum=2, maximum=16, allow_none=True, load_default=None)
    color = Number(minimum=1, maximum=COLORS, load_default=1)
    parent = Text(minimum=1, maximum=80, allow_none=True, load_default=None)
    position = Number(minimum=0, maximum=1000, load_default=0)
    access = Items(fields.Nested(CategoryAccessItem), maximum=20)


class CategoryPatch(In):
    """What to change."""

    says = {
        "slug": "Its new name in addresses; the old one leads to it.",
        "name": "Its name.",
        "description": "What belongs here, in plain text.",
        "lang": "The language written here, as a BCP 47 tag; null for any.",
        "color": "A number of the palette.",
        "parent": "The slug of the category above; null at the top.",
        "position": "Its place among its neighbours, smallest first.",
        "archived": "Whether nothing new is written in it.",
        "access": "The level of each group: the list is replaced as a whole.",
    }

    slug = Text(minimum=1, maximum=80, validate=SLUG)
    name = Text(minimum=1, maximum=64)
    description = Text(maximum=500)
    lang = Text(minimum=2, maximum=16, allow_none=True)
    color = Number(minimum=1, maximum=COLORS)
    parent = Text(minimum=1, maximum=80, allow_none=True)
    position = Number(minimum=0, maximum=1000)
    archived = Flag()
    access = Items(fields.Nested(CategoryAccessItem), maximum=20)


def access_from_json(items: Sequence[Mapping[str, str]]) -> dict[int, int]:
    """Group id -> Level, of the items that came in."""
    groups = {name: group for group, name in GROUP_NAMES.items()}
    levels = {name: level for level, name in LEVEL_NAMES.items()}
    return {groups[item["group"]]: levels[item["level"]] for item in items}


def category_json(
    category: Category, actor: Actor, categories: Sequence[Category], access: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """CategoryOut; `categories` are all that exist for the actor."""
    slugs = {c.id: c.slug for c in categories}
    level = actor.level(category.id)
    found: dict[str, Any] = {
        "id": category.id,
        "slug": category.slug,
        "url": page_path(f"/c/{category.slug}"),
        "name": category.name,
        "description": category.description,
        "lang": category.lang,
        "color": category.color,
        "parent": slugs.get(category.parent_id or 0),
        "position": category.position,
        "archived": category.archived,
        "topic_count": category.topic_count,
        "reply_count": category.reply_count,
        "created_at": to_wire(category.created_at),
        "version": category.version,
        "viewer": {
            "level": LEVEL_NAMES.get(level, "none"),
            "can": {
                "post": bool(may_post_in(actor, category)),
                "edit": bool(may_shape_categories(actor)),
            },
        },
        "children": [category_json(c, actor, categories) for c in categories if c.parent_id == category.id],
    }
    if access is not None:
        found["access"] = [
            {"group": GROUP_NAMES.get(g, str(g)), "level": LEVEL_NAMES[v]} for g, v in sorted(access.items())
        ]
    return found


def tree_json(categories: Sequence[Category], actor: Actor) -> dict[str, Any]:
    """CategoryTreeOut; a category whose parent does not exist for the actor stands at the top."""
    ids = {c.id for c in categories}
    return {"items": [category_json(c, actor, categories) for c in categories if c.parent_id not in ids]}
