"""`parley run`: what it starts, what it survives, and how it says no."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

from api.launcher.postgres import Postgres
from api.launcher.supervisor import Restarts
from tests.servers.launched import (
    NOBODY,
    Launched,
    clean_environ,
    launched,
    python_for,
    runs,
    wait_until_gone,
)
from tests.servers.stack import PROJECT, ask, first_event, free_port

pytestmark = pytest.mark.process

STOP_SECONDS = 5.0
IS_ROOT = os.getuid() == 0


@pytest.fixture(scope="module")
def home():
    """A folder that every account can reach, with a blank and Chinese characters in its path."""
    folder = Path(tempfile.mkdtemp(prefix="parley run 论坛 "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def data(home):
    """An installation that was started once and stopped by Ctrl+C."""
    folder = home / "数据 data"
    with launched(folder) as first:
        folder.with_name("first.txt").write_text(first.output)
    return folder


def register(running, name):
    """A write that was acknowledged."""
    body = {"username": name, "email": f"{name}@example.org", "password": "correct horse battery"}
    headers = {"Content-Type": "application/json"}
    answer = running.ask("/api/v1/auth/register", "POST", body=json.dumps(body), headers=headers)
    assert answer.status == 202, answer.text


def is_kept(running, name):
    return running.scalar("select count(*) from registrations where username = %s", name) == 1


def test_the_first_start_makes_everything_and_prints_the_administrators_link(data):
    said = data.with_name("first.txt").read_text()
    for line in ("Making the database", "demonstration", "/reset#token=", "Ready at http://127.0.0.1:"):
        assert line in said


def test_the_secret_is_made_once_and_nobody_else_may_read_it(data):
    secret = data / "secret.key"
    before = secret.read_text()
    assert len(before.strip()) >= 32
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    with launched(data) as second:
        assert "Making the database" not in second.output
        assert "/reset#token=" not in second.output
    assert secret.read_text() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_within_five_seconds(data, number):
    with launched(data) as running:
        assert running.ask("/readyz").status == 200
        everything = running.descendants()
        assert len(everything) > 5
        started = time.monotonic()
        assert running.stop(number) == 0
        assert wait_until_gone(everything, STOP_SECONDS - (time.monotonic() - started)) == []
    assert not (data / "postgres" / "cluster" / "postmaster.pid").exists(), "the database closed cleanly"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", running.port))


def test_a_request_under_way_is_finished_before_the_end(data):
    with launched(data) as running, ThreadPoolExecutor(1) as pool:
        blocker = psycopg2.connect(running.postgres.url("parley"))
        blocker.cursor().execute("lock table categories in access exclusive mode")
        waiting = pool.submit(running.ask, "/api/v1/categories")
        while running.scalar("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == 0:
            assert not waiting.done()
        os.kill(running.process.pid, signal.SIGTERM)
        while "graceful shutdown" not in running.log("api.log"):
            assert not waiting.done()
        blocker.close()
        assert waiting.result().status == 200
        assert running.stop() == 0


def test_killing_the_launcher_leaves_nothing_behind_and_the_next_start_works(data):
    running = Launched(data).wait_until_ready()
    register(running, "kept1")
    everything = running.descendants()
    running.stop(signal.SIGKILL)
    # At once, and on the same port.
    with launched(data, port=running.port) as again:
        assert is_kept(again, "kept1")
        assert again.ask("/readyz").status == 200
        assert [process for process in everything if runs(process)] == []


@pytest.fixture(scope="module")
def running(home):
    """An installation of its own that keeps running while its parts are killed."""
    with launched(home / "killed 杀") as found:
        yield found


def test_the_event_stream_is_handed_on_inside(running):
    while "spawned uWSGI worker" not in running.log("events.log"):
        assert running.process.poll() is None
    assert first_event(f"{running.url}/api/v1/events/stream") == "ready"


def master_of(running):
    return running.find("pyuwsgi", "--http")[0]


def test_killing_a_worker_of_the_application_costs_at_most_the_request_it_served(running):
    register(running, "kept2")
    for worker in master_of(running).children():
        worker.kill()
        assert running.ask_until("/readyz")[-1] == 200
    assert is_kept(running, "kept2")


@pytest.mark.parametrize(
    "words", [("pyuwsgi", "--http"), ("pyuwsgi", "uwsgi-events.ini"), ("-m", "api.worker")]
)
def test_a_killed_program_is_started_again(running, words):
    victim = running.find(*words)[0]
    victim.kill()
    wait_until_gone([victim], 10)
    deadline = time.monotonic() + 30
    # The first that comes may find the port still taken and be followed by another.
    while not (found := running.find(*words)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found[0].pid != victim.pid
    assert running.ask_until("/readyz")[-1] == 200


def test_killing_the_database_loses_nothing_and_heals_by_itself(running):
    register(running, "kept3")
    running.find("postgres", "-D")[0].kill()
    statuses = running.ask_until("/api/v1/categories")
    assert set(statuses) <= {200, 503}, statuses
    assert running.ask_until("/readyz")[-1] == 200
    assert is_kept(running, "kept3")
    register(running, "after3")


def test_a_hangup_of_uwsgi_reads_its_configuration_anew_instead_of_dying(running):
    master = master_of(running)
    before = master.children()
    master.send_signal(signal.SIGHUP)
    assert wait_until_gone(before, 20) == []
    assert running.ask_until("/readyz")[-1] == 200
    assert master.is_running()


def test_new_code_is_taken_up_without_a_refused_request(running):
    master = master_of(running)
    before = {worker.pid for worker in master.children() if len(worker.children()) == 0}
    (running.data / "reload").touch()
    deadline = time.monotonic() + 60
    statuses = {running.ask("/healthz").status}
    # The HTTP router is a child as well, and stays.
    while len({child.pid for child in master.children()} & before) > 1:
        statuses.add(running.ask("/healthz").status)
        assert time.monotonic() < deadline
    assert statuses == {200}


def test_everything_works_below_a_path(data):
    with launched(data, path="/forum") as running:
        assert running.ask("/readyz").status == 200
        outside = f"http://127.0.0.1:{running.port}"
        for path in ("/readyz", "/api/v1/categories", "/"):
            answer = ask(outside + path)
            assert (answer.status, json.loads(answer.body)["code"]) == (404, "not_found")
        assert f"{outside}/forum" in running.output


def test_a_taken_port_is_one_sentence(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = Launched(home / "unused", port=port).refusal()
    assert (
        said == f"parley: Port {port} of 127.0.0.1 is used by another program: choose another with PORT=.\n"
    )


def test_a_second_start_of_the_same_folder_is_one_sentence(data):
    with launched(data) as running:
        said = Launched(data).refusal()
        assert said == f"parley: Parley is already running for {data} (process {running.process.pid}).\n"
        assert running.ask("/readyz").status == 200


def test_a_newer_schema_is_one_sentence_and_changes_nothing(data):
    with Postgres(data / "postgres") as server:
        connection = server.connect("parley")
        with connection, connection.cursor() as cursor:
            cursor.execute("select version_num from alembic_version")
            (current,) = cursor.fetchone()
            cursor.execute("update alembic_version set version_num = 'from_the_future'")
        connection.close()
    said = Launched(data).refusal()
    assert "is newer than this version of Parley" in said
    with Postgres(data / "postgres") as server:
        connection = server.connect("parley")
        with connection, connection.cursor() as cursor:
            cursor.execute("select version_num from alembic_version")
            assert cursor.fetchone() == ("from_the_future",)
            cursor.execute("update alembic_version set version_num = %s", (current,))
        connection.close()


@pytest.mark.parametrize(
    "setting", [{"PARLEY_NONSENSE": "1"}, {"PARLEY_SECRET_KEY": "short"}, {"PARLEY_URL": "ftp://x"}]
)
def test_a_bad_setting_is_one_sentence(data, setting):
    said = Launched(data, environ=setting).refusal()
    assert said.splitlines()[-2:][0].startswith("parley: ")
    assert next(iter(setting)) in said


@pytest.fixture(scope="module")
def ordinary(home):
    """Arguments for a start without privileges: as another account where we are root, else as ourselves."""
    if not IS_ROOT:
        return {}
    python = python_for(NOBODY)
    if python is None:
        pytest.skip("there is no Python here that another account could run")
    return {"user": NOBODY, "python": python}


def make_folder_of(user, path):
    path.mkdir()
    if user is not None:
        os.chown(path, user, user)
    return path


def test_an_ordinary_user_can_run_it(home, ordinary):
    folder = make_folder_of(ordinary.get("user"), home / "ordinary")
    with launched(folder / "data", **ordinary) as running:
        assert running.ask("/readyz").status == 200
        owner = NOBODY if IS_ROOT else os.getuid()
        assert {process.uids().real for process in running.descendants()} == {owner}


def test_an_unwritable_folder_is_one_sentence(home, ordinary):
    folder = make_folder_of(None, home / "unwritable")
    folder.chmod(0o555)
    said = Launched(folder / "data", **ordinary).refusal()
    assert said.startswith(f"parley: The data folder {folder}/data cannot be written (Permission denied)")
    assert said.count("\n") == 1


@pytest.mark.skipif(not IS_ROOT, reason="only root can make folders of other accounts")
class TestAsRoot:
    def test_a_folder_of_another_account_is_one_sentence_for_an_ordinary_user(self, home, ordinary):
        folder = home / "of root"
        folder.mkdir(mode=0o755)
        said = Launched(folder, **ordinary).refusal()
        assert said.startswith(
            f"parley: The data folder {folder} belongs to the account root: start as that account"
        )

    def test_root_serves_the_folder_of_an_ordinary_user_as_that_user(self, home, ordinary):
        folder = make_folder_of(NOBODY, home / "of nobody")
        with launched(folder, python=ordinary["python"]) as running:
            assert running.ask("/readyz").status == 200
            assert {process.uids().real for process in running.descendants()} == {NOBODY}
        assert {path.stat().st_uid for path in folder.rglob("*")} == {NOBODY}

    def test_it_runs_inside_a_folder_that_only_root_may_enter(self, home):
        private = home / "private"
        private.mkdir(mode=0o700)
        with launched(private / "data") as running:
            assert running.ask("/readyz").status == 200
            assert "Only root may enter" in running.output
            real = (private / "data" / "postgres" / "cluster").resolve()
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert real.is_relative_to("/var/lib/parley")
        with launched(private / "data") as running:
            assert "Making the database" not in running.output
        shutil.rmtree(real.parent)


def test_a_child_that_keeps_ending_is_given_up_after_five_times_a_minute():
    restarts = Restarts()
    assert [restarts.allows(now) for now in (0, 1, 2, 3, 4, 5)] == [True] * 5 + [False]
    assert restarts.allows(61)


def test_a_command_acts_on_the_installation_whether_it_runs_or_not(data):
    command = [sys.executable, "-m", "api.cli", "--data", str(data), "--json", "doctor"]

    def doctor():
        done = subprocess.run(command, cwd=PROJECT, env=clean_environ(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    stopped = doctor()
    with launched(data):
        assert doctor()["users"] == stopped["users"]


def test_make_run_works_from_a_path_with_blanks_and_chinese_characters(home, data):
    """From a copy of the project whose environment is there already, as after a first `make run`."""
    copy = home / "我的 forum"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if not name.startswith("tests/") and (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    already_prepared(copy)
    port = free_port()
    command = ["make", "run", f"PYTHON={sys.executable}", f"PORT={port}", f"DATA={data}"]
    environ = clean_environ()
    environ["PYTHONPATH"] = ""
    with launched(data, port=port, project=copy, command=command, environ=environ) as running:
        assert running.ask("/readyz").status == 200
        assert str(copy) in " ".join(running.find("pyuwsgi", "--http")[0].cmdline())


def already_prepared(copy):
    """Stamps as `prepare` leaves them, over an environment that leads to ours."""
    from api.launcher import prepare

    interpreter = copy / ".venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    interpreter.chmod(0o755)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from api.launcher import prepare as p\n"
        "version = '.'.join(map(str, sys.version_info[:2]))\n"
        "(p.ENVIRONMENT / 'made.stamp').write_text(f'{p.ENVIRONMENT} {version}')\n"
        "packages = p._hash([p.LOCK, p.PROJECT / 'pyproject.toml'])\n"
        "(p.ENVIRONMENT / 'packages.stamp').write_text(packages)\n"
        "(p.FRONTEND / 'dist').mkdir(parents=True, exist_ok=True)\n"
        "(p.FRONTEND / 'dist' / 'sources.stamp').write_text(p._hash(p._client_sources()))\n"
    )
    assert prepare.PROJECT == PROJECT
    subprocess.run([sys.executable, "-I", "-c", script, str(copy)], check=True)
