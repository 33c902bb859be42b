"""Reads a post's history as revisions: whole texts, oldest first."""

from collections.abc import Callable, Iterable
from itertools import groupby

from api.archive.incoming import Revision
from api.archive.members import Newcomer
from api.archive.stackexchange.records import HistoryRow, split_tags

# PostHistoryTypeId: first text, edit, rollback.
_TITLE, _BODY, _TAGS = frozenset({1, 4, 7}), frozenset({2, 5, 8}), frozenset({3, 6, 9})
TEXTS = _TITLE | _BODY | _TAGS


def former_texts(
    history: Iterable[HistoryRow], person: Callable[[HistoryRow], Newcomer | None]
) -> tuple[Revision, ...]:
    """All revisions but the last, which is the post's present text. Their bodies are the Markdown of that site.

    What one act changed shares a group; a rollback repeats the text that it went back to.
    """
    revisions: list[Revision] = []
    body, title, tags = "", None, None
    rows = sorted(
        (row for row in history if row.kind in TEXTS), key=lambda row: (row.created_at, row.group, row.id)
    )
    for _, group in groupby(rows, key=lambda row: (row.created_at, row.group)):
        entries = list(group)
        for row in entries:
            if row.kind in _BODY:
                body = row.text.replace("\r\n", "\n")
            elif row.kind in _TITLE:
                title = row.text
            else:
                tags = split_tags(row.text)
        revisions.append(Revision(entries[0].created_at, person(entries[0]), body, title, tags))
    return tuple(revision for revision in revisions[:-1] if revision.body)
