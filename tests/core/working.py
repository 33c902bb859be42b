"""A worker process for tests: core's tasks, and one that goes on until a file appears."""

import os
import sys
from pathlib import Path

from api.core.jobs import task
from api.core.runtime import settings
from api.core.worker import run_worker

from .application import from_environment

STARTED, FINISHED, RELEASE = "started", "finished", "release"


@task("test.hold")
def hold() -> None:
    """Say that it started, wait to be released by another process, say that it finished."""
    data = settings().data
    (data / STARTED).touch()
    with (data / RELEASE).open("rb"):  # a named pipe: opening it waits for whoever writes
        Path(data / FINISHED).write_text(str(os.getpid()))


if __name__ == "__main__":
    run_worker(from_environment())
    sys.exit(0)
