"""Brings the database to this code's schema and, the first time, fills it; run by the launcher as a process."""

import importlib.util
import sys

from api.config import ConfigurationError, Settings, load_settings
from api.core.migrate import NewerSchema, upgrade
from api.launcher.serve import say

# The module whose `first_start(app, say)` makes the demo and the administrator where the forum is still empty.
FIRST_START = "api.seed"


def main() -> int:
    """0 when the forum can be served, 1 with one clear sentence when not."""
    try:
        settings = load_settings()
        if upgrade(settings):
            say("The database is at this version's schema")
    except (NewerSchema, ConfigurationError) as error:
        print(f"parley: {error}", file=sys.stderr, flush=True)
        return 1
    if importlib.util.find_spec(FIRST_START) is not None:
        _first_start(settings)
    return 0


def _first_start(settings: Settings) -> None:
    from api.app import create_app

    module = importlib.import_module(FIRST_START)
    app = create_app(settings)
    with app.app_context():
        module.first_start(app, say)


if __name__ == "__main__":
    sys.exit(main())
