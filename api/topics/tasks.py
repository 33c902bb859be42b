"""Jobs about topics and the counters around them."""

from api.core import counters
from api.core.db import transaction
from api.core.jobs import NO_RETRY, task


@task("counters.fold", every="*/5 * * * * *", retry=NO_RETRY)
def fold_counters() -> None:
    """Fold the waiting changes of category and tag counters; they lag a few seconds behind."""
    with transaction() as s:
        counters.fold(s)
