"""Health checks of containers: `python -m api.launcher.health api` (or worker), exit status 0 when it is well."""

import os
import sys

import psycopg2

from api.config import Settings, load_settings
from api.launcher.serve import is_ready

# Where the container's uWSGI answers plain HTTP, from inside only.
HOST, PORT = "127.0.0.1", 8080
# A worker writes every ten seconds that it lives.
WORKER_SILENCE = "60 seconds"


def main(arguments: list[str]) -> int:
    """0 when the part named by the only argument is well, 1 otherwise."""
    settings = load_settings(os.environ)
    checks = {"api": _api, "worker": _worker}
    return 0 if checks[arguments[0]](settings) else 1


def _api(settings: Settings) -> bool:
    return is_ready(HOST, PORT, f"{settings.root_path}/readyz")


def _worker(settings: Settings) -> bool:
    """Whether any worker of this database gave a sign of life lately."""
    connection = psycopg2.connect(settings.database_direct_url, connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            statement = "select exists (select from procrastinate_workers where last_heartbeat > now() - %s::interval)"
            cursor.execute(statement, (WORKER_SILENCE,))
            row = cursor.fetchone()
            return bool(row and row[0])
    except psycopg2.Error:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
