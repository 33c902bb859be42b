"""`python -m api.launcher --port 8000 --data data`: `parley run` without the other commands and their libraries.

The launcher stays in memory for as long as the forum runs, so it imports little.
"""

import argparse
import sys
from pathlib import Path

from api.launcher.serve import run


def main() -> int:
    """Serve until a signal; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m api.launcher", description="Serve the forum on this machine."
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, default=Path("data"))
    arguments = parser.parse_args()
    return run(arguments.data, arguments.port, arguments.host)


if __name__ == "__main__":
    sys.exit(main())
