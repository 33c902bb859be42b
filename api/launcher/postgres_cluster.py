"""The folder in which a PostgreSQL server keeps its data: made once, under an account that may run Postgres."""

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from api.launcher import postgres_binaries as binaries
from api.launcher.children import Account, run_as
from api.launcher.refusal import RefusalError
from api.launcher.sockets import make_private, socket_folder

SUPERUSER = "parley"
# An inherited LC_ALL of a locale that is not installed would make initdb fail.
ENVIRON = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class Cluster:
    """The files of one server. `prepare` makes what is missing and finds `account` and `programs`.

    `folder` holds `cluster` (or a link to where it really is) and `socket`.
    """

    def __init__(self, folder: Path, *, durable: bool, say: Callable[[str], None]) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self.say = say
        self.account: Account | None = None
        self.programs = Path()

    @property
    def path(self) -> Path:
        return self.folder / "cluster"

    @property
    def sockets(self) -> Path:
        """The folder of the unix socket: beside the cluster, or a short one elsewhere if that path is too long."""
        return socket_folder(self.path.resolve().with_name("socket"))

    def prepare(self) -> None:
        """Choose the account and make the folders and, the first time, the cluster. Raises RefusalError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._choose_account()
            self._make_cluster()
            make_private(self.sockets, self.account)
        except OSError as error:
            raise RefusalError(f"The folder {self.folder} cannot be used: {error.strerror}.") from error

    def _choose_account(self) -> None:
        """Ourselves as an ordinary user; as root the owner of the cluster or folder, or an unprivileged account."""
        known = self.path if self.path.exists() else self.folder
        owner = Account.owner_of(known)
        if os.getuid() == 0:
            self.account = owner if owner.uid != 0 else binaries.unprivileged_account()
        elif owner.uid != os.getuid():
            raise RefusalError(
                f"The folder {known} belongs to the account {owner.name}; "
                "start as that account or choose another folder with DATA=."
            )
        self.programs = binaries.reachable_programs(self.account)

    def _make_cluster(self) -> None:
        if (self.path / "PG_VERSION").exists():
            self._check_version()
            return
        if self.path.is_symlink():
            self.path.unlink()
        self.say("Making the database")
        unfinished = self._new_folder()  # Moved when it is complete: a half-made one is never started.
        self._initdb(unfinished)
        finished = unfinished.with_name("cluster")
        unfinished.rename(finished)
        if finished != self.path:
            self.path.symlink_to(finished)

    def _new_folder(self) -> Path:
        """An empty folder that the account can work in; as root in a private home that is under /var/lib/parley."""
        inside = self.folder / "cluster.new"
        if inside.exists():
            shutil.rmtree(inside)
        make_private(inside, self.account)
        if self.account is None or binaries.can_enter(self.account, inside):
            return inside
        inside.rmdir()
        home = binaries.SHARED_STATE / uuid.uuid4().hex
        home.mkdir(mode=0o755, parents=True)
        for folder in (binaries.SHARED_STATE, home):
            folder.chmod(0o755)
        self.say(f"Only root may enter {self.folder}: the database is kept in {home}")
        outside = home / "cluster.new"
        make_private(outside, self.account)
        return outside

    def _initdb(self, target: Path) -> None:
        command: list[str | Path] = [
            self.programs / "initdb", "-D", target, "-U", SUPERUSER, "-E", "UTF8",
            "--auth-local=trust", "--auth-host=reject", "--no-instructions",
            # The builtin provider knows é and 中 and does not change with the machine's C library.
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        result = run_as(self.account, command, ENVIRON)
        if result.returncode != 0:
            raise RefusalError(f"The database cannot be made in {target}: {result.stderr.strip()[-500:]}")

    def _check_version(self) -> None:
        ours = binaries.INSTALLATION.removeprefix("pginstall")
        theirs = (self.path / "PG_VERSION").read_text().strip()
        if theirs != ours:
            raise RefusalError(
                f"The database in {self.path} was made by PostgreSQL {theirs}, but this is {ours}: "
                "make a backup with the release that made it and restore it here."
            )
