"""What may be asked of a list whose objects can also be named."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from api.core.api.schema import Query, refuse


class ListQuery(Query):
    """Query parameters with an `id`, which says which objects and in what order, so that no filter fits beside it."""

    @validates_schema(pass_original=True)
    def refuse_filters_of_named(
        self, _data: Mapping[str, Any], original: Mapping[str, Any], **_: Any
    ) -> None:
        """Refuse what would be ignored beside `id`."""
        beside = set(original) & set(self.fields) - {"id", "include"}
        if "id" in original and beside:
            raise ValidationError(
                {name: refuse("Not beside `id`.", "not_applicable").messages for name in sorted(beside)}
            )
