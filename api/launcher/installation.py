"""What lies in a data folder: one installation, which `parley run` serves and every other command acts on.

lock          held while somebody runs or changes the installation; holds their process number
secret.key    PARLEY_SECRET_KEY, made once, mode 600
postgres/     the embedded database, unless PARLEY_DATABASE_URL names another
run/          sockets of the running servers, mode 700
log/          what the servers write
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.launcher.children import Account
from api.launcher.postgres import Postgres
from api.launcher.refusal import RefusalError
from api.launcher.sockets import make_private, socket_folder

PROJECT = Path(__file__).resolve().parents[2]
DATABASE = "parley"
SECRET_BYTES = 48


def import_path(environ: Mapping[str, str]) -> str:
    """PYTHONPATH for children, whose working folder is not the project's."""
    return os.pathsep.join(part for part in (str(PROJECT), environ.get("PYTHONPATH")) if part)


class AlreadyRunningError(RefusalError):
    """Another process holds the installation's lock."""


class Installation:
    """One data folder. `environ` is the operator's environment, `say` is told what takes long."""

    def __init__(
        self, data: Path, environ: Mapping[str, str], say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.data = data.absolute()
        # An empty setting is one that is not set: compose files and unit files often pass them on so.
        self.given = {
            name: value for name, value in environ.items() if value or not name.startswith("PARLEY_")
        }
        named = self._is_given("PARLEY_DATABASE_URL")
        self.postgres = None if named else Postgres(self.data / "postgres", say=say)

    def _is_given(self, name: str) -> bool:
        return name in self.given or f"{name}_FILE" in self.given

    @property
    def sockets(self) -> Path:
        return socket_folder(self.data / "run")

    @property
    def logs(self) -> Path:
        return self.data / "log"

    def prepare(self) -> None:
        """Make the folders. Raises RefusalError where we may not."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            make_private(self.sockets)
        except OSError as error:
            raise RefusalError(self._refusal(error)) from error

    def _refusal(self, error: OSError) -> str:
        """Why the folder cannot be written, in one sentence that says what to do."""
        if self.data.exists() and (owner := Account.owner_of(self.data)).uid != os.getuid():
            return (
                f"The data folder {self.data} belongs to the account {owner.name}: "
                "start as that account, or choose another folder with DATA=."
            )
        return f"The data folder {self.data} cannot be written ({error.strerror}): choose another with DATA=."

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one; the kernel lets go of the lock however we end."""
        path = self.data / "lock"
        try:
            handle = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise RefusalError(self._refusal(error)) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                handle.seek(0)
                raise AlreadyRunningError(
                    f"Parley is already running for {self.data} (process {handle.read().strip() or 'unknown'})."
                ) from error
            handle.truncate(0)
            handle.write(f"{os.getpid()}\n")
            handle.flush()
            yield

    def environ(self, **defaults: str) -> dict[str, str]:
        """The environment of every process of this installation; what the operator set wins."""
        ours = {"PARLEY_FRONTEND": str(PROJECT / "frontend" / "dist"), **defaults}
        if self._address.exists():
            ours.setdefault("PARLEY_URL", self._address.read_text(encoding="utf-8").strip())
        if self.postgres is not None:
            ours["PARLEY_DATABASE_URL"] = self.postgres.url(DATABASE)
            ours["PARLEY_LOG_FORMAT"] = "text"  # Somebody is at a terminal.
        if not self._is_given("PARLEY_SECRET_KEY"):
            ours["PARLEY_SECRET_KEY"] = self._secret_key()
        missing = {name: value for name, value in ours.items() if not self._is_given(name)}
        always = {"PARLEY_DATA": str(self.data), "PYTHONPATH": import_path(self.given)}
        return {**self.given, **missing, **always}

    @property
    def _address(self) -> Path:
        return self.data / "address"

    def remember_address(self, url: str) -> None:
        """Let other commands know where the forum is served."""
        self._address.write_text(f"{url}\n", encoding="utf-8")

    def _secret_key(self) -> str:
        """The installation's own key, made at the first call."""
        path = self.data / "secret.key"
        if not path.exists():
            unfinished = path.with_suffix(f".{os.getpid()}")
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(SECRET_BYTES) + "\n")
                file.flush()
                os.fsync(descriptor)
            unfinished.replace(path)
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise RefusalError(self._refusal(error)) from error


@contextmanager
def open_installation(
    data: Path, environ: Mapping[str, str], say: Callable[[str], None] = lambda _: None
) -> Iterator[dict[str, str]]:
    """The environment for a command that acts on the installation, with its database running meanwhile.

    Where `parley run` serves it already, that database is used; otherwise ours runs until the block ends.
    """
    installation = Installation(data, environ, say)
    installation.prepare()
    if installation.postgres is None:
        yield installation.environ()
        return
    try:
        with installation.lock(), installation.postgres as server:
            server.create_database(DATABASE, unless_exists=True)
            yield installation.environ()
    except AlreadyRunningError:
        yield installation.environ()
