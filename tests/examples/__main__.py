"""Writes api/examples.json anew: `python -m tests.examples`, on a database of its own."""

import shutil
import tempfile
from pathlib import Path

from api.core import migrate
from api.launcher.postgres import THROW_AWAY, Postgres
from tests.conftest import TEMPLATE, settings_for
from tests.examples.recorder import EXAMPLES, text_of
from tests.examples.scenario import record


def main() -> None:
    """Start a server, play the scenario, stop the server."""
    folder = Path(tempfile.mkdtemp(prefix="parley-examples-"))
    folder.chmod(0o711)  # Root's server runs as another account, which must find its folder in here.
    server = Postgres(folder, options=THROW_AWAY)
    try:
        server.prepare()
        server.start()
        server.create_database(TEMPLATE)
        migrate.upgrade(settings_for(server.url(TEMPLATE), folder))
        EXAMPLES.write_text(text_of(record(server.url(TEMPLATE), folder)), encoding="utf-8")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
