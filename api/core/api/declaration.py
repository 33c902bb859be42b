"""What a route declares about itself; the same declaration is enforced and written into the document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import Schema

from api.core.api.deprecation import Deprecation
from api.core.problems import Problem
from api.permissions.actor import Actor

Who = Literal["anyone", "member", "moderator", "admin"]
Caching = Literal["shared", "private", "never"]


@dataclass(frozen=True)
class Access:
    """Who may call a route at all, and the scope that a token needs for it. Rules refine it per object."""

    who: Who
    scope: str
    tokens: bool = True
    """False for what no personal access token reaches, whatever its scopes (password, sessions, ..)."""
    reads_token: bool = True
    """False where a token sent along is not looked at: whoever signs in may still hold one that has expired."""

    def check(self, actor: Actor) -> None:
        """Raise 401, or 403 with its reason, for callers that this route does not answer."""
        if self.who == "anyone" and not actor.is_member:
            return
        if not actor.is_member:
            raise Problem(401, "unauthorized")
        if not actor.may_use(self.scope) or (not self.tokens and actor.scopes is not None):
            raise Problem(403, "insufficient_scope", params={"scope": self.scope})

    def check_role(self, actor: Actor) -> None:
        """Raise 403 for routes that belong to a role as a whole."""
        if self.who == "moderator" and not actor.is_moderator:
            raise Problem(403, "moderators_only")
        if self.who == "admin" and not actor.is_admin:
            raise Problem(403, "admins_only")


def anyone(scope: str = "read") -> Access:
    """Open to readers without an account."""
    return Access("anyone", scope)


def tokenless() -> Access:
    """Open to everybody by what the body says, whatever token comes along: signing up, in, and on."""
    return Access("anyone", "read", reads_token=False)


def member(scope: str, *, tokens: bool = True) -> Access:
    """For everybody who is signed in."""
    return Access("member", scope, tokens)


def moderator(scope: str = "moderate") -> Access:
    """For moderators and administrators."""
    return Access("moderator", scope)


def admin(scope: str = "admin") -> Access:
    """For administrators."""
    return Access("admin", scope)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One operation. `out` is the schema of the answer with `status`; None means it has no body."""

    access: Access
    status: int
    out: type[Schema] | None
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    optional_body: bool = False
    limit: str = "read"
    caching: Caching = "private"
    idempotent: bool = False
    if_match: bool = False
    ready: bool = False
    """The view returns JSON-ready dicts in the schema's shape (hot answers); tests hold them to the schema."""
    media_type: str = "application/json"
    secret: bool = False
    located: bool = False
    paged: bool = False
    problems: tuple[int, ...] = ()
    headers: tuple[Mapping[str, Any], ...] = ()
    """Request headers of this operation alone, as OpenAPI parameters; the view reads them itself."""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that the view adds to its answer or to a 401, with what they say."""
    deprecated: Deprecation | None = None
    view: Callable[..., Any] | None = None

    def statuses(self, method: str) -> list[int]:
        """Every problem status this operation can answer, as its checks make them possible."""
        # What is no HTTP or too large is refused by the server in front, whatever the address.
        found = {400, 413, 414, 431, 429, 500, 503, *self.problems}
        if self.access.reads_token:
            # Everyone may send a bad credential along, and a scope may fall short on any of them.
            found |= {401, 403}
        found.add(422)
        if self.body is not None:
            found |= {411, 415}
        if self.idempotent:
            found.add(409)
        if self.if_match:
            found.add(412)
        if method == "GET":
            found.discard(409)
        return sorted(found)
