"""What a rule answers: allowed, or denied with the code a client can act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Allowed when code is None; else the reason's stable code."""

    code: str | None = None

    def __bool__(self) -> bool:
        return self.code is None


ALLOW = Verdict()
# What the actor may not see does not exist, so this code alone is answered 404.
NOT_VISIBLE = Verdict("not_found")


def deny(code: str) -> Verdict:
    """A refusal with its reason."""
    return Verdict(code)


def first_refusal(*verdicts: Verdict) -> Verdict:
    """The first verdict that refuses, else ALLOW: acting implies seeing, so put seeing first."""
    return next((v for v in verdicts if not v), ALLOW)
