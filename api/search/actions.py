"""Makes the search indexes anew from the stored texts, in batches, while the forum goes on."""

from sqlalchemy import cast, literal, text
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.orm import Session

from api.search.queries.texts import list_texts, list_titles
from api.text import lexemes
from api.topics.actions.writing import store_title
from api.topics.models import PostSearch

# So many are locked and written together: a writer to one of their topics waits for a fraction of a second.
AT_ONCE = 100


def reindex_topics(s: Session, after: int) -> tuple[int, int]:
    """Index titles and tags of the next topics after an id: (how many, the last id); (0, after) at the end."""
    rows = list_titles(s, after, AT_ONCE)
    for row in rows:
        store_title(s, row.id, row.title, row.tags)
    return len(rows), rows[-1].id if rows else after


def reindex_posts(s: Session, after: int) -> tuple[int, int]:
    """Index the texts of the next posts after an id: (how many, the last id); (0, after) at the end."""
    rows = list_texts(s, after, AT_ONCE)
    if not rows:
        return 0, after
    values = [
        {
            "post_id": row.id,
            "topic_id": row.topic_id,
            "author_id": row.author_id,
            "created_at": row.created_at,
            "tsv": cast(literal(lexemes.tsvector(lexemes.index(row.plain))), TSVECTOR),
        }
        for row in rows
    ]
    statement = insert(PostSearch).values(values)
    changed = {name: statement.excluded[name] for name in ("topic_id", "author_id", "created_at", "tsv")}
    s.execute(statement.on_conflict_do_update(index_elements=["post_id"], set_=changed))
    return len(rows), rows[-1].id


def refresh_statistics(s: Session) -> None:
    """Tell the planner which words are rare and which frequent; it would learn it by itself, but only in a while."""
    s.execute(text("analyze post_search, topic_search, topics, posts"))
