"""The files that figures are kept in: what was measured, when, by which command, on what machine."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.launcher.postgres_binaries import find_programs

FOLDER = Path(__file__).with_name("results")
PACKAGES = ("Flask", "SQLAlchemy", "psycopg2-binary", "pyuwsgi", "orjson")


def save(name: str, command: str, found: dict[str, Any]) -> Path:
    """Write bench/results/NAME.json."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    text = json.dumps({**_circumstances(command), **found}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def load(name: str) -> dict[str, Any] | None:
    """What a file holds; None where it was never measured. Sizes, which JSON makes texts, are numbers again."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for row in found.get("rows", []):
        if "sizes" in row:
            row["sizes"] = {int(posts): figures for posts, figures in row["sizes"].items()}
    return found


def _circumstances(command: str) -> dict[str, Any]:
    return {
        "command": command,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": _commit(),
        "machine": {
            "cores": os.cpu_count(),
            "memory_gb": _memory_gb(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "versions": {
            "python": platform.python_version(),
            "postgres": _said_by(str(find_programs() / "postgres"), "--version").split()[-1],
            **{name: version(name) for name in PACKAGES},
        },
    }


def _commit() -> str | None:
    return _said_by("git", "-C", str(FOLDER.parent), "rev-parse", "--short", "HEAD") or None


def _said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def command_line() -> str:
    """How this process was started."""
    return " ".join(["python -m bench", *sys.argv[1:]])
