"""Limits and figures over several real workers, and over a restart."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 30
LONG_SECONDS = 50


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def uwsgi(folder, database_url):
    """Two workers behind a port, with the counters' cache kept in a file."""
    port = free_port()
    environ = os.environ | {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": "core-tests-" + "k" * 40,
        "PARLEY_DATA": str(folder),
        "PARLEY_ENVIRONMENT": "test",
        "PARLEY_MAIL_BACKEND": "memory",
        "PARLEY_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    options = {
        "http-socket": f"127.0.0.1:{port}",
        "module": "tests.core.application:from_environment()",
        "processes": "2",
        "cache2": "name=rl,items=512,blocksize=64,keysize=64,lazy_expire=1,sweep_on_full=1,store=rl.cache,storesync=1",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    program = "import sys; from pyuwsgi import run; sys.exit(run())"
    command = [
        sys.executable,
        "-c",
        program,
        "--master",
        "--lazy-apps",
        "--need-app",
        "--die-on-term",
        *arguments,
    ]
    command += [f"--binary-path={sys.executable}", f"--pythonpath={ROOT}", f"--chdir={folder}"]
    with (folder / "uwsgi.log").open("ab") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STARTING_SECONDS)


def wait_for(port, process):
    """Until all workers answer; each takes a connection only once it has loaded the application."""
    for _ in range(STARTING_SECONDS * 10):
        try:
            get(port, "/nowhere")
        except OSError:
            assert process.poll() is None, "uWSGI ended"
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
        else:
            return
    raise TimeoutError("uWSGI does not answer.")


def get(port, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTING_SECONDS)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


def status_for(port, address):
    """The answer's status, and how long the address's window still lasts."""
    response, _ = get(port, "/counted", {"X-Forwarded-For": address})
    return response.status, int(response.headers["RateLimit"].rpartition("t=")[2])


def early_in_its_window(port):
    """An address that has used one of its quota, and whose window ends long after this test."""
    candidates = (f"203.0.113.{n}" for n in range(256))
    return next(address for address in candidates if status_for(port, address)[1] > LONG_SECONDS)


def test_workers_share_quotas_and_figures_and_a_restart_keeps_them(tmp_path, database_url):
    with uwsgi(tmp_path, database_url) as port, ThreadPoolExecutor(8) as pool:
        address = early_in_its_window(port)
        answers = list(pool.map(lambda _: status_for(port, address)[0], range(44)))
        assert sorted(answers) == [200] * 29 + [429] * 15
        figures = get(port, "/metrics")[1]
    refused = 'parley_request_seconds_count{method="GET",route="/counted",status="429"} 15.0'
    assert refused in figures
    with uwsgi(tmp_path, database_url) as port:
        assert status_for(port, address)[0] == 429
