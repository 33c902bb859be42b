"""Importing a library without what it would load only because it is installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Modules that cannot be imported inside the block, where nothing has loaded them yet."""
    blocked = [name for name in names if name not in sys.modules]
    # None is what the import system itself takes for "not to be imported".
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in blocked:
            del sys.modules[name]
