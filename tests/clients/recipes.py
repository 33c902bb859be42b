"""The commands of docs/api-clients.md, which make, check and run a client in each language."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.stack import PROJECT

PAGE = PROJECT / "docs" / "api-clients.md"
SECTION = re.compile(r"^## .+?\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAM = re.compile(r"\.\./tests/clients/(journey\S*?)\)")
# Words with which the generators complain; underscores keep names such as api_error.rb out.
COMPLAINT = re.compile(
    r"\b(warn(ing)?s?|errors?|fail(ed|ure)?|deprecat\w+|skipp\w+|unsupported|unable|not supported)\b",
    re.IGNORECASE,
)
SECONDS = 180


@dataclass(frozen=True)
class Recipe:
    """One language: how its client is generated, compiled or type-checked, and run."""

    journey: str
    generate: str
    check: str
    run: str


@dataclass(frozen=True)
class Made:
    """A generated client in a folder of its own, and what its generator said."""

    recipe: Recipe
    folder: Path
    environ: dict[str, str]
    said: str


def read_page(text: str) -> tuple[str, list[Recipe]]:
    """(the commands that fetch the documents, a recipe for each section that links a journey)."""
    fetch, recipes = "", []
    for section in SECTION.findall(text):
        blocks, journey = BLOCK.findall(section), PROGRAM.search(section)
        if journey is None:
            fetch += "".join(blocks)
            continue
        generate, check, run = blocks
        recipes.append(Recipe(journey[1], generate, check, run))
    return fetch, recipes


FETCH, RECIPES = read_page(PAGE.read_text(encoding="utf-8"))


def shell(commands: str) -> list[str]:
    """The commands as a program that ends at the first failure."""
    return ["bash", "-euo", "pipefail", "-c", commands]


def run(commands: str, folder: Path, environ: dict[str, str]) -> str:
    """What the commands said, on both streams; they have to succeed."""
    done = subprocess.run(
        shell(commands),
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}"
    return done.stdout


def make(recipe: Recipe, folder: Path, environ: dict[str, str]) -> Made:
    """Fetch the documents and generate the client."""
    run(FETCH, folder, environ)
    return Made(recipe, folder, environ, run(recipe.generate, folder, environ))


def complaints(said: str) -> list[str]:
    """The lines in which a generator warns of something."""
    return [line for line in said.splitlines() if COMPLAINT.search(line)]
