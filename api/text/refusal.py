"""The one kind of refusal that functions of this package raise for a text a member sent."""

from collections.abc import Mapping


class Refused(ValueError):
    """A text that breaks a rule: `code` is stable snake_case, `params` is what a sentence about it needs."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = dict(params or {})
