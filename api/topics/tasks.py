"""What follows from a change of a category for the topics in it, done after the answer."""

from api.core.db import transaction
from api.core.jobs import task
from api.topics.actions.tag_counts import recount_tags


@task("topics.recount_tags")
def recount_tags_of_category(category_id: int) -> None:
    """Count the tags of a category's topics again: it was opened to everybody, or closed."""
    with transaction() as s:
        recount_tags(s, category_id)
