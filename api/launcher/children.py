"""A child process that dies with its parent, and the account it runs under."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SHIM = Path(__file__).with_name("shim.py")


@dataclass(frozen=True)
class Account:
    """Who a child runs as, when that is not who we are."""

    uid: int
    gid: int

    @classmethod
    def owner_of(cls, path: Path) -> "Account":
        status = path.stat()
        return cls(status.st_uid, status.st_gid)

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


def shim_command(
    argv: Sequence[str | Path], *, account: Account | None = None, death_signal: int = 0
) -> list[str]:
    """The command line that runs `argv` as `account`, to be sent `death_signal` when this process dies."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    # `-I -S` skips site-packages: the shim needs none of them and starts in some 15 ms.
    head = [sys.executable, "-I", "-S", str(SHIM)]
    return [*head, str(os.getpid()), str(int(death_signal)), str(uid), str(gid), *map(str, argv)]


def run_as(
    account: Account | None, argv: Sequence[str | Path], environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end as `account`; its output is captured as text."""
    return subprocess.run(
        shim_command(argv, account=account, death_signal=signal.SIGKILL),
        cwd="/",
        env=None if environ is None else dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


@dataclass
class Child:
    """One long-running program in a session of its own, so that the terminal's Ctrl+C reaches only the launcher.

    `death_signal` is what the kernel sends it when we die without stopping it (Linux only); spawn from the main
    thread, since the kernel watches the thread that forked. `stop_signal` is what `stop` sends first.
    """

    name: str
    argv: Sequence[str | Path]
    death_signal: signal.Signals = signal.SIGKILL
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    environ: Mapping[str, str] | None = None
    cwd: str | Path = "/"
    output: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        output = self.output.open("ab") if self.output else None
        try:
            self.process = subprocess.Popen(
                shim_command(self.argv, account=self.account, death_signal=self.death_signal),
                cwd=self.cwd,
                env=None if self.environ is None else dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_running():
            self.process.send_signal(self.stop_signal)

    def wait(self, seconds: float) -> bool:
        """Whether it is gone within so many seconds."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it and everything in its session's process group, at once."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()
        self.process.wait()
