"""The embedded server: what it finds left behind, and where it may live."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from api.launcher import postgres_binaries
from api.launcher.children import Account, Child, run_as
from api.launcher.postgres import THROW_AWAY, Postgres, throw_away_server
from api.launcher.refusal import RefusalError
from tests.servers.launched import runs, wait_until_gone

pytestmark = pytest.mark.process

IS_ROOT = os.getuid() == 0


@pytest.fixture
def folder():
    """A folder that the server's account can reach."""
    made = Path(tempfile.mkdtemp(prefix="parley pg 库 "))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def server_in(folder, **arguments):
    return Postgres(folder / "postgres", options=THROW_AWAY, **arguments)


def answers(server):
    connection = server.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select upper('é中'), '中' ~ '\\w', lower('ÀÉ')")
            return cursor.fetchone()
    finally:
        connection.close()


def test_letters_of_every_script_are_letters_whatever_the_locale(folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with server_in(folder) as server:
        assert answers(server) == ("É中", True, "àé")


def test_a_database_is_copied_from_a_template_and_dropped_with_its_sessions():
    with throw_away_server() as server:
        server.create_database("one")
        server.create_database("one", unless_exists=True)
        server.create_database("a b%论坛", template="one")
        connection = server.connect("a b%论坛")
        server.drop_database("a b%论坛")
        connection.close()


def test_a_process_that_inherited_the_number_of_a_dead_server_is_left_in_peace(folder):
    with server_in(folder) as server:
        pidfile = server.cluster.path / "postmaster.pid"
        lines = pidfile.read_text().split("\n")
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        pidfile.write_text("\n".join([str(innocent.pid), *lines[1:]]))
        with server_in(folder) as server:
            assert answers(server)
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "99999999\n"])
def test_a_damaged_trace_of_a_dead_server_does_no_harm(folder, content):
    with server_in(folder) as server:
        pidfile = server.cluster.path / "postmaster.pid"
    pidfile.write_text(content)
    with server_in(folder) as server:
        assert answers(server)


def test_a_server_that_was_left_behind_is_stopped_and_followed(folder):
    first = server_in(folder)
    first.prepare()
    first.start()
    said = []
    with server_in(folder, say=said.append) as second:
        assert answers(second)
        assert said == ["Stopping a database server that was left behind"]
        assert first.child.wait(10)


def test_a_half_made_cluster_is_made_anew(folder):
    (folder / "postgres" / "cluster.new").mkdir(parents=True)
    (folder / "postgres" / "cluster.new" / "PG_VERSION").write_text("18\n")
    with server_in(folder) as server:
        assert answers(server)
    assert not (folder / "postgres" / "cluster.new").exists()


def test_a_cluster_of_another_version_is_one_sentence(folder):
    with server_in(folder) as server:
        version = server.cluster.path / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(RefusalError, match="was made by PostgreSQL 17, but this is 18"):
        server_in(folder).prepare()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(folder):
    deep = folder / ("深" * 20) / ("x" * 60)
    deep.mkdir(parents=True)
    with server_in(deep) as server:
        assert answers(server)
        sockets = server.cluster.sockets
        assert not sockets.is_relative_to(folder)
        assert sockets.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(sockets)


def test_a_socket_folder_that_somebody_else_made_is_refused(folder):
    deep = folder / ("x" * 120)
    deep.mkdir()
    server = server_in(deep)
    sockets = server.cluster.sockets
    sockets.symlink_to(folder)
    try:
        with pytest.raises(RefusalError, match="somebody else"):
            server.prepare()
    finally:
        sockets.unlink()


def test_the_server_ends_cleanly_when_whoever_started_it_is_killed(folder):
    script = (
        "import sys, time; from pathlib import Path; from api.launcher.postgres import Postgres\n"
        "server = Postgres(Path(sys.argv[1])); server.prepare(); server.start()\n"
        "print(server.child.pid, flush=True); time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, folder / "postgres"], stdout=subprocess.PIPE, text=True
    )
    with parent:
        postmaster = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([postmaster], timeout=30)
    assert not runs(postmaster)
    assert "database system is shut down" in (folder / "postgres" / "postgres.log").read_text()


def test_a_child_is_ended_with_its_helpers_when_it_does_not_listen(tmp_path):
    child = Child("deaf", ["/bin/sh", "-c", "trap '' TERM; touch deaf; sleep 600"], cwd=tmp_path)
    child.start()
    while not (tmp_path / "deaf").exists():
        assert child.is_running()
    helpers = psutil.Process(child.pid).children()
    child.ask_to_stop()
    assert not child.wait(0.3)
    child.kill()
    assert child.process.returncode == -signal.SIGKILL
    assert wait_until_gone(helpers, 10) == []


def test_a_program_that_is_not_there_is_named():
    result = run_as(None, ["/no/such/program"])
    assert result.returncode == 127
    assert result.stderr == "/no/such/program: No such file or directory\n"


@pytest.mark.skipif(not IS_ROOT, reason="only root starts the server under another account")
def test_programs_in_a_private_home_are_copied_to_where_the_account_can_run_them(folder, monkeypatch):
    home = folder / "home"
    package = postgres_binaries.find_programs().parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    (home / package.name).mkdir(parents=True)
    home.chmod(0o700)
    installation = postgres_binaries.INSTALLATION
    shutil.copytree(package / installation, home / package.name / installation, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    monkeypatch.setattr(postgres_binaries, "SHARED_STATE", folder / "shared")
    monkeypatch.setattr(
        postgres_binaries, "find_programs", lambda: home / package.name / installation / "bin"
    )
    with Postgres(home / "data", options=THROW_AWAY) as server:
        assert answers(server)
        assert server.programs.is_relative_to(folder / "shared")
        assert server.cluster.path.resolve().is_relative_to(folder / "shared")
        assert server.account == Account(65534, 65534) or server.account.name == "parley"
    assert home.stat().st_mode & 0o777 == 0o700
