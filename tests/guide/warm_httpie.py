"""HTTPie without its second of imports: one process holds it loaded and forks a copy for each command.

The copy runs HTTPie's own `main` in the caller's folder and environment, on the caller's own terminal and pipes. The
guide calls it some hundred times, which would else take longer than everything that the forum does.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What stands in place of the program `http`: hand over arguments and streams, wait, and exit alike.
PROGRAM = """#!/bin/sh
exec "{python}" -IS "{caller}" "{address}" "$@"
"""
CALLER = """import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    call = json.dumps([["http", *sys.argv[2:]], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(call).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(call)
    os._exit(int(server.recv(1)[0]))
"""


@contextmanager
def warm_httpie(folder: Path) -> Iterator[Path]:
    """The path of a program that behaves like `http` for as long as the context lasts."""
    address = folder / "httpie.socket"
    program = folder / "http"
    caller = folder / "httpie_caller.py"
    caller.write_text(CALLER)
    values = {"python": sys.executable, "caller": caller, "address": address}
    program.write_text(PROGRAM.format(**values), encoding="utf-8")
    program.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-m", __name__, str(address)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield program
    finally:
        server.terminate()
        server.communicate(timeout=10)
        address.unlink()


def _serve(address: str) -> None:
    from httpie import core
    from httpie.cli import definition  # noqa: F401 (loaded here, so that no copy has to)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)  # noqa: T201
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                connection.sendall(bytes([_run(core.main, connection)]))
                os._exit(0)
            connection.close()


def _run(main, connection: socket.socket) -> int:
    """One command of HTTPie on the streams that come with it; its exit status."""
    from httpie.context import Environment

    head, streams, _, _ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as source:
        arguments, folder, environ = json.loads(source.read(int.from_bytes(head, "big")))
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 (open until the copy ends)
        for number, mode in enumerate("rww")
    )
    environment = Environment(
        stdin=sys.stdin,
        stdin_isatty=sys.stdin.isatty(),
        stdout=sys.stdout,
        stdout_isatty=sys.stdout.isatty(),
        stderr=sys.stderr,
        stderr_isatty=sys.stderr.isatty(),
        config_dir=Path(environ["HTTPIE_CONFIG_DIR"]),
    )
    status = int(main(arguments, environment))
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    _serve(sys.argv[1])
