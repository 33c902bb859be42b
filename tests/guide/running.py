"""Types the guide's commands into a shell, as its readers do: on a terminal, chapter after chapter."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from pathlib import Path

from api.guide.console import Step, block_of, steps
from api.guide.contents import CHAPTERS, LANGUAGES, source
from tests.guide.answers import corrected
from tests.guide.warm_httpie import warm_httpie
from tests.servers.launched import Launched, clean_environ

START = re.compile(r"^```sh\n(.*?)\n```$", re.MULTILINE)
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# The address that the guide shows; a test's server listens at another port.
SHOWN_ADDRESS = "127.0.0.1:8000"
MARK = "\x1e"
# Colours, and the ends of lines of HTTP and of terminals.
UNSEEN = re.compile(r"\x1b\[[0-9;]*m|\r")
COLUMNS = 1000
SECONDS = 180


def documented_start() -> dict[str, str]:
    """The settings with which the guide's first block starts the forum; it starts it in no other way."""
    blocks = {START.search(source(language, CHAPTERS[0]))[1] for language in LANGUAGES}
    assert len(blocks) == 1, blocks
    *settings, make, run = shlex.split(blocks.pop())
    assert (make, run) == ("make", "run")
    return dict(setting.split("=", 1) for setting in settings)


def steps_of(language: str, chapter: str) -> list[Step]:
    """All steps of a chapter, in order."""
    return [step for block in BLOCK.findall(source(language, chapter)) for step in steps(block)]


def run_guide(language: str, running: Launched, folder: Path) -> dict[str, list[str]]:
    """What each step of each chapter printed, the server's address as the guide shows it."""
    own = f"127.0.0.1:{running.port}"
    written = {chapter: steps_of(language, chapter) for chapter in CHAPTERS}
    commands = [step.command.replace(SHOWN_ADDRESS, own) for found in written.values() for step in found]
    printed = _type(commands, folder, running.data.parent)
    answers = iter(text.replace(own, SHOWN_ADDRESS) for text in printed)
    return {chapter: [next(answers) for _ in found] for chapter, found in written.items()}


def with_answers(language: str, chapter: str, answers: list[str]) -> str:
    """The chapter's source with the answers that its commands really gave."""
    real = iter(answers)

    def rewrite(block: re.Match[str]) -> str:
        mended = [Step(step.command, corrected(step.answer, next(real))) for step in steps(block[1])]
        return f"```console\n{block_of(mended)}```"

    return BLOCK.sub(rewrite, source(language, chapter))


def _type(commands: list[str], folder: Path, home: Path) -> list[str]:
    """Run the commands in one bash; what each printed, standard output and error as a terminal shows them."""
    script = folder / "commands.sh"
    script.write_text("".join(f"printf '\\036'\n{command}\n" for command in commands), encoding="utf-8")
    with warm_httpie(_programs(folder)):
        printed = _on_a_terminal(["timeout", str(SECONDS), "bash", str(script)], folder, home)
    answers = printed.split(MARK)[1:]
    assert len(answers) == len(commands), (
        f"The shell ended early, or after {SECONDS} seconds:\n{printed[-2000:]}"
    )
    return [answer.strip("\n") for answer in answers]


def _on_a_terminal(command: list[str], folder: Path, home: Path) -> str:
    """What a terminal shows of a command, without colours."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    shell = subprocess.Popen(
        command,
        cwd=home,
        env=_environ(folder),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    printed = UNSEEN.sub("", _read(controller).decode())
    shell.wait()
    return printed


def _read(controller: int) -> bytes:
    """Everything the terminal shows until nobody writes to it any more, which Linux tells as an error."""
    found = bytearray()
    try:
        while part := os.read(controller, 65536):
            found += part
    except OSError:
        pass
    os.close(controller)
    return bytes(found)


def _programs(folder: Path) -> Path:
    """A folder for the programs that the guide types: `parley` and `python3` are this run's own.

    The commands use Python's standard library only, so its many small calls skip looking for packages.
    """
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, options in (("parley", "-m api.cli"), ("python3", "-S")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {options} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return programs


def _environ(folder: Path) -> dict[str, str]:
    """HTTPie is told not to look for its updates."""
    (folder / "config.json").write_text('{"disable_update_warnings": true}')
    return clean_environ(
        HTTPIE_CONFIG_DIR=str(folder),
        PATH=f"{folder / 'bin'}:{os.environ['PATH']}",
        PYTHONUTF8="1",
        LANG="C.UTF-8",
        TERM="dumb",
    )
