"""What a `console` block of the guide holds: commands, each with the answer shown below it.

A line that begins with `$ ` is a command, lines beginning with `> ` right below it continue it, as in a shell's own
transcript; everything up to the next command is what it printed. In an answer `…` stands for what was left out: within
a line for a part of it, alone on a line for any number of lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PROMPT = "$ "
MORE = "> "
LEFT_OUT = "…"


@dataclass(frozen=True)
class Step:
    """One command, its lines without prompts, and the lines shown as its answer."""

    command: str
    answer: str = ""


def steps(block: str) -> list[Step]:
    """The steps of a block. Raises ValueError where an answer has no command."""
    found: list[Step] = []
    for lines in _parts(block.splitlines()):
        size = 1
        while size < len(lines) and lines[size].startswith(MORE):
            size += 1
        command = "\n".join(line[len(PROMPT) :] for line in lines[:size])
        found.append(Step(command, "\n".join(lines[size:]).strip("\n")))
    return found


def _parts(lines: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        if line.startswith(PROMPT) and part:
            yield part
            part = []
        elif not part and not line.startswith(PROMPT):
            raise ValueError(f"An answer without a command: {line}")
        part.append(line)
    if part:
        yield part


def block_of(written: Iterable[Step]) -> str:
    """The block that holds these steps; the opposite of `steps`."""
    lines: list[str] = []
    for step in written:
        first, *rest = step.command.split("\n")
        lines += [PROMPT + first, *(MORE + line for line in rest)]
        lines += step.answer.split("\n") if step.answer else []
    return "".join(f"{line}\n" for line in lines)
