"""Sentences beside types: what the properties and parameters in the document mean."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields

# What the API's conventions call the same everywhere; a schema's own words win.
CONVENTIONS = {
    "created_after": "Only what was made at this time or later.",
    "created_at": "When it was made.",
    "created_before": "Only what was made before this time.",
    "cursor": "Where to go on: `next` or `previous` of an answer to the same question.",
    "edited_at": "When it was last edited; null if never.",
    "id": "Identifies it for ever.",
    "include": "Properties to add that are left out otherwise; repeat it for several.",
    "lang": "The language as a BCP 47 tag; null where it is not known.",
    "limit": "How many items at most.",
    "next": "The cursor of the next page; null on the last.",
    "previous": "The cursor of the page before; null on the first.",
    "sort": "The order of the items.",
    "url": "The address of its page on this server.",
    "version": "Grows with every change that an edit could overwrite; If-Match compares it.",
    "viewer_why": "Why the caller may not: ability to reason code.",
}


class Described(Schema):
    """A schema that says in the document what its properties mean: `says` has a sentence by property."""

    says: ClassVar[Mapping[str, str]] = {}

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Write the sentence beside the type, unless the field has one of its own."""
        super().on_bind_field(field_name, field_obj)
        name = field_obj.data_key or field_name
        sentence = self._sentence(name)
        # What is an object is described where its schema is.
        if sentence is not None and not isinstance(field_obj, fields.Nested):
            field_obj.metadata = {"description": sentence, **field_obj.metadata}

    @classmethod
    def _sentence(cls, name: str) -> str | None:
        for known in cls.__mro__:
            if name in vars(known).get("says", {}):
                found: str = vars(known)["says"][name]
                return found
        return CONVENTIONS.get(name)
