"""Runs what the README prints, as it is printed, and compares the answers with those shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.launched import clean_environ, launched
from tests.servers.stack import PROJECT

pytestmark = pytest.mark.process

FENCE = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
END = "--- end of block ---"
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def blocks():
    """Pairs of a block of commands and what is shown as its answer ("" where nothing is)."""
    found = []
    for kind, text in FENCE.findall(README):
        if kind == "sh":
            found.append([text, ""])
        else:
            found[-1][1] = text
    return found


def pattern(shown):
    """The shown text, where … stands for anything."""
    return ".*?".join(re.escape(part) for part in shown.strip().split("…"))


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each block printed against a forum that was started for the first time."""
    folder = tmp_path_factory.mktemp("readme")
    script = folder / "readme.sh"
    script.write_text(f"\necho '{END}'\n".join(commands for commands, _ in blocks()), encoding="utf-8")
    with launched(folder / "data") as running:
        environ = clean_environ(
            URL=running.url,
            PARLEY_DATA=str(running.data),
            PATH=f"{_programs(folder)}:{os.environ['PATH']}",
            PYTHONUTF8="1",
        )
        done = subprocess.run(
            ["bash", "-euo", "pipefail", str(script)],
            cwd=PROJECT,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(f"{END}\n")


def _programs(folder: Path) -> Path:
    """What `make run` and HTTPie's package install: `parley` and `http`, for the interpreter of this run."""
    programs = folder / "bin"
    programs.mkdir()
    for name, module in (("parley", "api.cli"), ("http", "httpie")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return programs


@pytest.mark.parametrize("number", range(len(blocks())))
def test_a_block_of_the_readme_answers_what_is_shown(answers, number):
    commands, shown = blocks()[number]
    assert re.fullmatch(pattern(shown), answers[number].strip(), re.DOTALL), (
        f"{commands}\nshown:\n{shown}\nanswered:\n{answers[number]}"
    )


def test_every_link_of_the_readme_leads_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_the_readme_promises_only_targets_that_there_are():
    targets = set(re.findall(r"^    make ([a-z0-9-]+)", README, re.MULTILINE))
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert {"run", "test"} <= targets
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []
