"""parley reindex."""

from collections.abc import Callable
from functools import partial

import click

from api.core.commands import in_app, say
from api.core.db import transaction

Reindex = Callable[..., tuple[int, int]]


@click.command()
@in_app
def reindex() -> None:
    """Make the search index anew from the stored texts, while the forum goes on."""
    from rich.console import Console
    from rich.progress import Progress

    from api.search.actions import refresh_statistics, reindex_posts, reindex_topics
    from api.search.queries.texts import count_texts

    with transaction() as s:
        topics, posts = count_texts(s)
    done: dict[str, int] = {}
    with Progress(console=Console(stderr=True), disable=click.get_current_context().obj.json) as bars:
        for name, action, total in (("topics", reindex_topics, topics), ("posts", reindex_posts, posts)):
            bar = bars.add_task(f"Indexing {name}", total=total)
            done[name] = _run(action, partial(bars.advance, bar))
    with transaction() as s:
        refresh_statistics(s)
    say(f"Indexed {done['topics']} topics and {done['posts']} posts.", done)


def _run(action: Reindex, advance: Callable[[int], None]) -> int:
    """One short transaction a batch: a long one would hold back the log of events for everybody."""
    done, last = 0, 0
    while True:
        with transaction() as s:
            n, last = action(s, last)
        if n == 0:
            return done
        done += n
        advance(n)
