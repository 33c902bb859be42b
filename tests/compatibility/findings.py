"""What the comparison finds, and what was announced to go."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.core.api.deprecation import Deprecation

# Each rule with the title it has in docs/api-compatibility.md.
RULES = (
    "address_changed",
    "alternatives_changed",
    "body_added",
    "body_removed",
    "body_required",
    "default_changed",
    "format_changed",
    "header_optional",
    "header_removed",
    "input_required",
    "maximum_lowered",
    "media_type_changed",
    "minimum_raised",
    "null_possible",
    "null_refused",
    "operation_id_changed",
    "operation_removed",
    "parameter_form_changed",
    "parameter_removed",
    "parameter_required",
    "pattern_changed",
    "properties_closed",
    "property_optional",
    "property_removed",
    "range_widened",
    "schema_renamed",
    "scope_required",
    "sign_in_changed",
    "sign_in_required",
    "status_removed",
    "success_added",
    "sunset_moved",
    "tag_changed",
    "type_changed",
    "value_added",
    "value_removed",
    "values_closed",
)


@dataclass(frozen=True, order=True)
class Finding:
    """One breaking change: the rule it breaks, where, and what was and is."""

    rule: str
    where: str
    what: str

    def __post_init__(self) -> None:
        assert self.rule in RULES, self.rule

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"


@dataclass(frozen=True)
class Going:
    """What the baseline announced as deprecated may go once its sunset is past."""

    today: dt.date

    def may_go(self, node: dict[str, Any]) -> bool:
        """Whether an operation, parameter or property of the baseline may be gone today."""
        deprecation = Deprecation.read(node)
        return deprecation is not None and deprecation.sunset <= self.today

    def compare(self, old: dict[str, Any], new: dict[str, Any], where: str) -> Iterator[Finding]:
        """A promised last day does not come earlier. Later, or never, is fine."""
        was, now = Deprecation.read(old), Deprecation.read(new)
        if was and now and now.sunset < was.sunset:
            yield Finding("sunset_moved", where, f"was {was.sunset}, is {now.sunset}")
