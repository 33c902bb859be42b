"""What `make run` does before anything is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.launcher import prepare
from tests.servers.stack import PROJECT


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder in which `prepare` believes it lies."""
    root = tmp_path / "我的 forum"
    for name, value in (
        ("PROJECT", root),
        ("ENVIRONMENT", root / ".venv"),
        ("LOCK", root / "requirements" / "run.lock"),
        ("FRONTEND", root / "frontend"),
    ):
        monkeypatch.setattr(prepare, name, value)
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "run.lock").write_text("one==1\ntwo==2\n")
    (root / "pyproject.toml").write_text("")
    (root / "frontend" / "src").mkdir(parents=True)
    (root / "frontend" / "package.json").write_text("{}")
    (root / "frontend" / "package-lock.json").write_text("{}")
    (root / "frontend" / "src" / "main.ts").write_text("1")
    (root / "frontend" / "dist").mkdir()
    (root / "frontend" / "node_modules").mkdir()
    (root / ".venv").mkdir()
    return root


@pytest.fixture
def commands(monkeypatch):
    """The commands that would have run, instead of running them."""
    ran = []
    monkeypatch.setattr(prepare, "_run_quietly", lambda command, environ, title: ran.append(title))
    monkeypatch.setattr(
        prepare, "_run_with_count", lambda command, title, beginning, total: ran.append((title, total))
    )
    monkeypatch.setattr(prepare, "_node", lambda python, links: ({}, ["npm"]))
    return ran


def test_packages_are_installed_once_and_again_when_the_lock_changes(project, commands):
    prepare._install_packages(Path(sys.executable))
    assert commands == [("Installing packages", 2), ("Installing Parley", 1)]
    commands.clear()
    prepare._install_packages(Path(sys.executable))
    assert commands == []
    prepare.LOCK.write_text("one==1.1\n")
    prepare._install_packages(Path(sys.executable))
    assert commands[0] == ("Installing packages", 1)


def test_the_client_is_built_once_and_again_when_its_sources_change(project, commands):
    prepare._build_client(Path(sys.executable))
    assert commands == ["Installing the web client's packages", "Building the web client"]
    commands.clear()
    (project / "frontend" / "node_modules" / "x.js").write_text("installed")
    (project / "frontend" / "dist" / "x.js").write_text("built")
    prepare._build_client(Path(sys.executable))
    assert commands == []
    (project / "frontend" / "src" / "main.ts").write_text("2")
    prepare._build_client(Path(sys.executable))
    assert commands == ["Building the web client"]


def test_what_the_first_build_leaves_among_the_sources_does_not_cause_a_second(
    project, commands, monkeypatch
):
    def leave(command, environ, title):
        commands.append(title)
        (project / "frontend" / "cache.json").write_text("left by a tool")

    monkeypatch.setattr(prepare, "_run_quietly", leave)
    prepare._build_client(Path(sys.executable))
    commands.clear()
    prepare._build_client(Path(sys.executable))
    assert commands == []


def test_an_old_python_looks_for_a_newer_one_and_says_what_it_needs(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        prepare._use_fitting_python()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said == "parley: Python 3.11 to 3.14 is needed, and this is 3.9; name another one with PYTHON=.\n"


def test_a_machine_without_venv_is_told_the_package(tmp_path):
    """Debian leaves `ensurepip` out of its python3 package."""
    folder = tmp_path / "api" / "launcher"
    folder.mkdir(parents=True)
    shutil.copy(PROJECT / "api" / "launcher" / "prepare.py", folder)
    missing = tmp_path / "missing"
    missing.mkdir()
    (missing / "ensurepip.py").write_text("raise ImportError\n")
    environ = {**os.environ, "PYTHONPATH": str(missing)}
    done = subprocess.run(
        [sys.executable, folder / "prepare.py"], env=environ, capture_output=True, text=True
    )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.returncode == 1
    assert done.stderr == (
        f"parley: Python's venv module is missing: install the package python{version}-venv "
        "(`apt install python3-venv` on Debian and Ubuntu).\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_a_failing_step_shows_its_last_words_and_one_sentence(project, capfd):
    command = [sys.executable, "-c", "print('Collecting x'); print('no such package'); raise SystemExit(3)"]
    with pytest.raises(SystemExit) as ended:
        prepare._run_with_count(command, "Installing packages", "Collecting ", 1)
    assert ended.value.code == 1
    said = capfd.readouterr().err
    assert "no such package" in said
    assert said.endswith("parley: Installing packages failed; the reason stands above.\n")


@pytest.mark.parametrize(("version", "own"), [("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)])
def test_the_machines_node_is_used_if_it_is_new_enough_else_the_packaged_one(
    tmp_path, monkeypatch, version, own
):
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version.removeprefix('v')}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    links = tmp_path / "links"
    environ, npm = prepare._node(Path(sys.executable), links)
    assert (npm == [str(tmp_path / "npm")]) is own
    if not own:
        # As make finds them, on a machine that has no other.
        alone = environ | {"PATH": f"{links}{os.pathsep}/usr/bin{os.pathsep}/bin"}
        for program in ("node", "npm", "npx"):
            assert subprocess.check_output([links / program, "--version"], env=alone)


def test_the_makefile_lists_what_there_is_to_do():
    listed = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for target in ("help", "run", "up", "down", "clean"):
        assert f"\n{target} " in f"\n{listed}"
