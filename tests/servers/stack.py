"""The shipped nginx and uWSGI configuration on free ports of loopback, for tests that want the real servers.

with serve(environ, folder) as stack:
    requests.get(f"{stack.url}/api/v1/topics")
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from api.config import load_settings
from api.launcher.children import Child
from api.launcher.nginx import AddressLimits, Site, write_nginx
from api.launcher.serve import UWSGI
from api.launcher.sockets import make_private, socket_folder
from tests.contract.document import Contract

PROJECT = Path(__file__).resolve().parents[2]
# Patient: a machine that is busy with other things starts slowly, and is not wrong for it.
START_SECONDS = 90.0
# All the load of a test comes from one address.
UNLIMITED = AddressLimits(rate=1_000_000, burst=1_000_000, connections=65_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    url: str, method: str = "GET", body: object = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request on a connection of its own, without a library's opinions. `body` may be an iterable (chunked)."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=40)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(method, target, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def first_event(url: str) -> str:
    """The name of the first event of a stream, which stays open until it came."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=40)
    try:
        connection.request("GET", parts.path, headers={"Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        for line in answer:
            if line.startswith(b"event: "):
                return line.decode().removeprefix("event: ").strip()
        raise AssertionError("The stream ended without an event.")
    finally:
        connection.close()


@dataclass
class Stack:
    """Running servers. `url` is the public address without a slash at its end, through nginx."""

    url: str
    folder: Path
    environ: dict[str, str]
    children: dict[str, Child] = field(default_factory=dict)
    contract: Contract | None = None
    """The document that answers are held to, where the application behind the servers is the real one."""

    def ask(self, path: str, method: str = "GET", **arguments) -> Answer:
        parts = urlsplit(self.url)
        answer = ask(f"{parts.scheme}://{parts.netloc}{path}", method, **arguments)
        if self.contract is not None:
            self.contract.check_answer(
                method, path, answer.status, answer.headers.items(), answer.body, root_path=parts.path
            )
        return answer

    @property
    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def wait_until(self, path: str, status: int = 200) -> Answer:
        """Ask until the answer has that status."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                answer = self.ask(path)
                if answer.status == status:
                    return answer
            except OSError:
                answer = None
            ended = [name for name, child in self.children.items() if not child.is_running()]
            if ended or time.monotonic() > deadline:
                raise AssertionError(
                    f"{path} never answered {status} (last {answer}, ended {ended})\n{self.log}"
                )
            time.sleep(0.05)

    def start_application(self, module: str = "api.wsgi:application") -> None:
        """uWSGI as containers run it, on a unix socket."""
        self._start("api", [*self._uwsgi("uwsgi.ini:uwsgi", "api"), "--module", module])

    def start_router(self, port: int) -> None:
        """uWSGI as `make run` starts it, with its own HTTP router instead of nginx."""
        self._start("api", [*self._uwsgi("uwsgi.ini:run", "api"), "--http", f"127.0.0.1:{port}"])

    def start_events(self) -> None:
        """The process that holds event streams open."""
        self._start("events", self._uwsgi("uwsgi-events.ini", "events"))

    def _uwsgi(self, ini: str, name: str) -> list[str]:
        return [
            *(sys.executable, "-c", UWSGI, "--binary-path", sys.executable),
            *("--ini", str(PROJECT / ini)),
            *("--uwsgi-socket", str(self.socket_of(name)), "--chmod-socket=600"),
        ]

    def start_nginx(self) -> None:
        configuration = self.folder / "nginx" / "nginx.conf"
        command = [
            shutil.which("nginx") or "/usr/sbin/nginx",
            "-c",
            str(configuration),
            "-p",
            str(self.folder),
        ]
        self._start("nginx", [*command, "-g", "daemon off;"])

    def start_worker(self) -> None:
        self._start("worker", [sys.executable, "-m", "api.worker"])

    def socket_of(self, name: str) -> Path:
        return socket_folder(self.folder / "run") / f"{name}.sock"

    def _start(self, name: str, command: list[str]) -> None:
        output = self.folder / f"{name}.log"
        child = Child(name, command, environ=self.environ, cwd=self.folder, output=output)
        child.start()
        self.children[name] = child

    def stop(self, name: str) -> None:
        child = self.children.pop(name)
        child.ask_to_stop()
        if not child.wait(10):
            child.kill()


@contextmanager
def serve(
    environ: Mapping[str, str],
    folder: Path,
    *,
    module: str = "api.wsgi:application",
    root_path: str = "",
    ready: str = "/readyz",
    worker: bool = False,
    events: bool = False,
    contract: Contract | None = None,
    address_limits: AddressLimits = UNLIMITED,
) -> Iterator[Stack]:
    """nginx before uWSGI for as long as the block lasts.

    `environ` holds PARLEY_DATABASE_URL, PARLEY_SECRET_KEY and whatever else is wanted; the public address is made here.
    `folder` is empty and ours. `ready` is asked, below the root path, until it answers 200.
    Every answer to `ask` is held to the document of `contract`, if one is given.
    `worker` and `events` say whether jobs are run and streams held open. `address_limits` are nginx's for one address.
    """
    port = free_port()
    stack = Stack(
        contract=contract,
        url=f"http://127.0.0.1:{port}{root_path}",
        folder=folder,
        environ={
            "PARLEY_FRONTEND": str(PROJECT / "frontend" / "dist"),
            **os.environ,
            **environ,
            "PARLEY_URL": f"http://127.0.0.1:{port}{root_path}",
            "PARLEY_DATA": str(folder),
            "PYTHONPATH": str(PROJECT),
        },
    )
    make_private(stack.socket_of("api").parent)
    site = Site(
        listen=[f"127.0.0.1:{port}"],
        state=folder / "nginx-state",
        api=f"unix:{stack.socket_of('api')}",
        events=f"unix:{stack.socket_of('events')}" if events else None,
        access_log=str(folder / "access.log"),
        worker_processes="1",
        user="root" if os.getuid() == 0 else None,  # The folders of a test are nobody else's.
        address_limits=address_limits,
    )
    write_nginx(load_settings(stack.environ), site, folder / "nginx")
    try:
        stack.start_application(module)
        stack.start_nginx()
        if events:
            stack.start_events()
        if worker:
            stack.start_worker()
        stack.wait_until(f"{root_path}{ready}")
        yield stack
    finally:
        for name in list(stack.children):
            stack.stop(name)


def check_configuration(folder: Path) -> subprocess.CompletedProcess[str]:
    """`nginx -t` on a written configuration."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.run(
        [program, "-t", "-c", str(folder / "nginx" / "nginx.conf")], capture_output=True, text=True
    )
