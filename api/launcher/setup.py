"""Brings the database to this code's schema and, the first time, fills it; run by the launcher as a process."""

import sys

from api.config import ConfigurationError, Settings, load_settings
from api.core.migrate import NewerSchema, upgrade
from api.launcher.serve import say

# `admin` is a reserved name.
ADMINISTRATOR = "operator"


def main() -> int:
    """0 when the forum can be served, 1 with one clear sentence when not."""
    try:
        settings = load_settings()
        if upgrade(settings):
            say("The database is at this version's schema")
    except (NewerSchema, ConfigurationError) as error:
        print(f"parley: {error}", file=sys.stderr, flush=True)
        return 1
    _first_start(settings)
    return 0


def _first_start(settings: Settings) -> None:
    """Where nobody can administer yet: the demonstration and an administrator, both or neither."""
    from api.app import create_app
    from api.auth.actions.passwords import make_reset_token
    from api.core import clock
    from api.core.db import transaction
    from api.demo.actions import seed
    from api.users.actions import create_user
    from api.users.queries import count_admins

    app = create_app(settings)
    with app.app_context():
        with transaction() as s:
            if count_admins(s):
                return
            now = clock.now()
            seeded = seed(s, now)
            user = create_user(s, username=ADMINISTRATOR, role="admin", now=now)
            token = make_reset_token(s, user, now)
        app.extensions["parley"].database.engine.dispose()
    if seeded:
        say("A small demonstration in English and Chinese is there")
    say(f"The administrator is {ADMINISTRATOR}; choose a password within half an hour at")
    print(f"\n    {settings.url}/reset#token={token}\n", flush=True)
    say(f"`parley user link {ADMINISTRATOR}` prints another link")


if __name__ == "__main__":
    sys.exit(main())
