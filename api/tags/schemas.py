"""Tags in JSON."""

from urllib.parse import quote

from marshmallow import fields

from api.core.api.answers import page_path
from api.core.api.schema import Out, Time, count, object_id, page_of
from api.tags.models import Tag


class TagOut(Out):
    """A tag. `topic_count` counts what everyone may see, and lags a few seconds."""

    says = {
        "name": "As topics carry it.",
        "topic_count": "Topics that everybody can see; lags a few seconds.",
    }

    id = object_id()
    name = fields.String()
    url = fields.Function(lambda tag: page_path(f"/tag/{quote(tag.name)}"), metadata={"type": "string"})
    topic_count = count()
    created_at = Time()


TagPageOut = page_of(TagOut, "TagPageOut")


def tag_json(tag: Tag) -> dict[str, object]:
    """TagOut for answers that are made of several kinds of objects."""
    found: dict[str, object] = TagOut().dump(tag)
    return found
