"""The servers that are measured: the shipped nginx and uWSGI configuration, as production starts them."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.config import load_settings
from api.launcher.nginx import Site, write_nginx
from api.launcher.sockets import make_private
from bench.processes import Group
from bench.settings import environ_for
from tests.servers.stack import PROJECT, Stack, free_port

FOLDER = PROJECT / "var" / "bench"
BUILT_CLIENT = PROJECT / "frontend" / "dist"


@dataclass
class Servers:
    """A running stack. `frontend` is the folder that nginx serves files from, below /assets/."""

    stack: Stack
    frontend: Path

    @property
    def url(self) -> str:
        return self.stack.url

    @property
    def folder(self) -> Path:
        return self.stack.folder

    @property
    def workers(self) -> Group:
        """uWSGI's workers: the master does nothing while they work."""
        return Group(_pid(self.stack, "api"), with_leader=False)


def _pid(stack: Stack, name: str) -> int:
    pid = stack.children[name].pid
    assert pid is not None
    return pid


@contextmanager
def serve(
    database_url: str, *, module: str = "api.wsgi:application", ready: str = "/readyz", worker: bool = False
) -> Iterator[Servers]:
    """nginx before two uWSGI processes for as long as the block lasts; `worker` runs the jobs as well."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=FOLDER))
    frontend = folder / "frontend"
    (frontend / "assets").mkdir(parents=True)
    if BUILT_CLIENT.is_dir():
        shutil.copytree(BUILT_CLIENT, frontend, dirs_exist_ok=True)
    stack = _stack(folder, environ_for(database_url, frontend))
    try:
        stack.start_application(module)
        stack.start_nginx()
        if worker:
            stack.start_worker()
        stack.wait_until(ready)
        yield Servers(stack, frontend)
    finally:
        for name in list(stack.children):
            stack.stop(name)
        shutil.rmtree(folder, ignore_errors=True)


def _stack(folder: Path, environ: Mapping[str, str]) -> Stack:
    url = f"http://127.0.0.1:{free_port()}"
    given = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    always = {"PARLEY_URL": url, "PARLEY_DATA": str(folder), "PYTHONPATH": str(PROJECT)}
    stack = Stack(url, folder, {**given, **environ, **always})
    make_private(stack.socket_of("api").parent)
    site = Site(
        listen=[url.removeprefix("http://")],
        state=folder / "nginx-state",
        api=f"unix:{stack.socket_of('api')}",
        access_log=str(folder / "access.log"),
        user="root" if os.getuid() == 0 else None,
    )
    write_nginx(load_settings(stack.environ), site, folder / "nginx")
    return stack
