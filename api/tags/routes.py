"""Tags over HTTP."""

from typing import Any

from api.core.api import Blueprint, Call, Query, anyone
from api.core.api.schema import Choice, Number, Text
from api.core.cursors import Page
from api.core.db import current_session
from api.core.problems import not_found
from api.tags import queries
from api.tags.models import Tag
from api.tags.schemas import TagOut, TagPageOut
from api.text.clean import compatibility_fold

bp = Blueprint("tags", "Names that topics carry", path={"name": "The tag's name."})


class TagListQuery(Query):
    """Which tags, in which order."""

    q = Text(maximum=35, load_default="", metadata={"description": "Beginning of the name"})
    sort = Choice("top", "name", load_default="top")
    limit = Number(minimum=1, maximum=100, load_default=30)
    cursor = Text(maximum=2048, load_default=None)


@bp.operation(
    "GET",
    "/tags",
    access=anyone(),
    query=TagListQuery,
    answer=(200, TagPageOut),
    caching="shared",
    paged=True,
)
def list_tags(call: Call) -> dict[str, Any]:
    """List the tags in use."""
    prefix = compatibility_fold(call.query["q"])
    found: Page[Tag] = queries.list_tags(
        current_session(), call.window(), sort=call.query["sort"], prefix=prefix
    )
    return {"items": found.items, "next": found.next, "previous": found.previous}


@bp.operation("GET", "/tags/<name>", access=anyone(), answer=(200, TagOut), caching="shared", problems=(404,))
def get_tag(call: Call, name: str) -> Tag:
    """Get a tag."""
    tag = queries.get_tag(current_session(), compatibility_fold(name))
    if tag is None:
        raise not_found()
    return tag
