"""`parley run`: database, application and jobs on one machine, started by one command and stopped by Ctrl+C."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from api.config import ConfigurationError, Settings, load_settings
from api.launcher.children import Account, Child, run_as, shim_command
from api.launcher.installation import DATABASE, PROJECT, Installation, import_path
from api.launcher.ports import wait_for_port
from api.launcher.refusal import RefusalError
from api.launcher.schema_stamp import SchemaStamp
from api.launcher.supervisor import StoppedError, Supervisor

READY_SECONDS = 60.0
# The script that pip makes for uWSGI has an absolute path inside, which breaks when the folder is moved.
UWSGI = "import sys; from pyuwsgi import run; sys.exit(run())"


def run(data: Path, port: int, host: str = "127.0.0.1") -> int:
    """Serve the installation in `data` until a signal ends it; the exit status.

    0 after Ctrl+C, SIGTERM or SIGHUP; 1, with one clear sentence on standard error, where it cannot run.
    """
    try:
        _become_owner(data)
        installation = Installation(data, os.environ, say)
        installation.prepare()
        with installation.lock():
            wait_for_port(host, port)
            _serve(installation, host, port)
    except StoppedError:
        return 0
    except (RefusalError, ConfigurationError) as error:
        print(f"parley: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def say(text: str) -> None:
    """One line of progress."""
    print(f"parley: {text}", flush=True)


def _become_owner(data: Path) -> None:
    """Root serving somebody else's folder goes on as that account, so that no file changes hands."""
    if os.getuid() != 0 or not data.exists() or (owner := Account.owner_of(data)).uid == 0:
        return
    command = [sys.executable, *sys.orig_argv[1:]]
    environ = {**os.environ, "PYTHONPATH": import_path(os.environ)}
    if run_as(owner, [sys.executable, "-c", "import api.launcher"], environ).returncode != 0:
        raise RefusalError(
            f"The data folder {data.absolute()} belongs to the account {owner.name}, which cannot run "
            f"this program: start as that account from a folder it can enter, or choose another with DATA=."
        )
    say(f"Going on as {owner.name}, whose data folder this is")
    shim = shim_command(command, account=owner)
    os.execve(shim[0], shim, environ)  # noqa: S606 - becoming that program is the purpose


def _serve(installation: Installation, host: str, port: int) -> None:
    started = time.monotonic()
    supervisor = Supervisor(installation.postgres, say)
    with supervisor.signals():
        try:
            environ = _prepare_database(installation, host, port)
            settings = load_settings(environ)
            installation.remember_address(settings.url)
            _set_up(installation, environ, settings)
            supervisor.start(_api(installation, settings, environ, host, port))
            _wait_until_ready(supervisor, settings, host, port)
            # After the first answer, which they would only delay.
            supervisor.start(_events(installation, environ))
            supervisor.start(_worker(environ))
            seconds = time.monotonic() - started
            say(
                f"Ready at {settings.url} after {seconds:.1f} s; Ctrl+C stops it, logs are in {installation.logs}"
            )
            supervisor.watch()
        finally:
            say("Stopping")
            supervisor.stop()


def _prepare_database(installation: Installation, host: str, port: int) -> dict[str, str]:
    if installation.postgres is not None:
        installation.postgres.prepare()
        installation.postgres.start()
        installation.postgres.create_database(DATABASE, unless_exists=True)
    name = f"[{host}]" if ":" in host else host
    return installation.environ(PARLEY_URL=f"http://{name}:{port}")


def _set_up(installation: Installation, environ: Mapping[str, str], settings: Settings) -> None:
    """Migrate and, the first time, seed: in a process of its own, whose libraries need not stay in memory."""
    stamp = SchemaStamp(installation.data / "schema", PROJECT / "migrations")
    if stamp.holds(settings.database_direct_url):
        return
    command = shim_command([sys.executable, "-m", "api.launcher.setup"], death_signal=signal.SIGKILL)
    done = subprocess.run(command, env=dict(environ), cwd=PROJECT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise RefusalError("The database could not be prepared; the reason stands above.")
    stamp.keep(settings.database_direct_url)


def _api(
    installation: Installation, settings: Settings, environ: Mapping[str, str], host: str, port: int
) -> Child:
    """The application: uWSGI with its own HTTP router. The event stream is handed on inside."""
    socket = _fresh_socket(installation, "api")
    stream = f"^{re.escape(settings.root_path)}/api/v1/events/stream$"
    command = [
        *_uwsgi("uwsgi.ini:run", socket),
        *("--http", f"{host}:{port}"),
        *("--route", f"{stream} uwsgi:{installation.sockets / 'events.sock'},0,0", "--offload-threads", "1"),
    ]
    return Child("api", command, environ=environ, cwd=installation.data, output=installation.logs / "api.log")


def _events(installation: Installation, environ: Mapping[str, str]) -> Child:
    """The process that holds event streams open."""
    command = _uwsgi("uwsgi-events.ini", _fresh_socket(installation, "events"))
    log = installation.logs / "events.log"
    return Child("events", command, environ=environ, cwd=installation.data, output=log)


def _fresh_socket(installation: Installation, name: str) -> Path:
    socket = installation.sockets / f"{name}.sock"
    socket.unlink(missing_ok=True)
    return socket


def _uwsgi(ini: str, socket: Path) -> list[str]:
    """The command of this environment's uWSGI. Its socket is, but for the router's port, its only address."""
    return [
        *(sys.executable, "-c", UWSGI),
        # Without it a reload would run the interpreter that the virtual environment was made from.
        *("--binary-path", sys.executable),
        *("--ini", str(PROJECT / ini)),
        *("--uwsgi-socket", str(socket), "--chmod-socket=600"),
    ]


def _worker(environ: Mapping[str, str]) -> Child:
    """Jobs. Its output stays on the terminal: mail is printed there unless PARLEY_MAIL_BACKEND says otherwise."""
    return Child("worker", [sys.executable, "-m", "api.worker"], environ=environ, cwd=PROJECT)


def _wait_until_ready(supervisor: Supervisor, settings: Settings, host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready(host, port, f"{settings.root_path}/readyz"):
        supervisor.revive()
        if time.monotonic() > deadline:
            raise RefusalError(
                f"The application does not answer within {READY_SECONDS:.0f} s; see log/api.log."
            )
        time.sleep(0.1)


def is_ready(host: str, port: int, path: str) -> bool:
    """Whether a GET of that path is answered 200."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
