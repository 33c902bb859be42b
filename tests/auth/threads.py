"""Several requests at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

# Each may hold a connection and want a second one for its counters; the pool has ten.
MOST = 8


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What they return, after all of them started together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
