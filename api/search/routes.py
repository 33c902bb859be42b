"""Search over HTTP."""

from typing import Any

from sqlalchemy.orm import Session

from api.core.api import Blueprint, Call, anyone
from api.core.db import current_session, transaction
from api.core.problems import Problem
from api.search.queries.filters import Asked
from api.search.queries.hits import get_hits
from api.search.queries.names import find_tags, find_users
from api.search.queries.posts import find_posts, find_topics
from api.search.schemas import SearchPageOut, SearchQuery, post_hits, tag_hit, topic_hits, user_hit
from api.text import lexemes

bp = Blueprint("search", "Finding posts, topics, members and tags")


@bp.operation(
    "GET", "/search", access=anyone(), query=SearchQuery, answer=(200, SearchPageOut),
    limit="search", paged=True, ready=True,
)  # fmt: skip
def search_forum(call: Call) -> dict[str, Any]:
    """Search posts, topics, members or tags."""
    s, text = current_session(), call.query["q"]
    if call.query["type"] == "users":
        users = find_users(s, call.actor, text, call.window())
        return _page(users, [user_hit(user, text, call.actor) for user in users.items])
    if call.query["type"] == "tags":
        tags = find_tags(s, text, call.window())
        return _page(tags, [tag_hit(tag, text) for tag in tags.items])
    return _search_texts(s, call)


def _search_texts(s: Session, call: Call) -> dict[str, Any]:
    asked = _asked(call.query)
    of_topics = call.query["type"] == "topics"
    find, present = (find_topics, topic_hits) if of_topics else (find_posts, post_hits)
    sort = call.query.get("sort", "relevance")
    # The search's own time limit is one of its transaction.
    with transaction():
        matches = find(s, call.actor, asked, call.window(), sort=sort, now=call.now)
        hits = get_hits(s, call.actor, matches.page.items)
    return _page(matches.page, present(hits, asked.text.terms, call.actor), truncated=matches.truncated)


def _asked(query: dict[str, Any]) -> Asked:
    text = lexemes.query(query["q"])
    if not (text.lexemes or text.authors or text.categories or text.tags):
        detail = "Name at least one word, member, category or tag to look for."
        error = {"in": "query", "name": "q", "code": "nothing_to_search", "params": {}, "detail": detail}
        raise Problem(422, "invalid_input", errors=[error])
    return Asked(
        text=text,
        categories=query["category"],
        tags=query["tag"],
        author=query.get("author"),
        created_after=query.get("created_after"),
        created_before=query.get("created_before"),
        answered=query.get("answered"),
    )


def _page(found: Any, items: list[dict[str, Any]], *, truncated: bool = False) -> dict[str, Any]:
    return {"items": items, "next": found.next, "previous": found.previous, "truncated": truncated}
