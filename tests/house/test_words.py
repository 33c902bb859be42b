"""Nothing is left for later, and every code that a refusal carries has its title."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.core import problems
from tests.house.conftest import ROOT, sources

# Written apart, so that this file does not find itself.
LATER = re.compile(rf"\b({'|'.join(('TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'))})\b")
TEXTS = {
    ".py",
    ".ts",
    ".svelte",
    ".css",
    ".html",
    ".md",
    ".conf",
    ".template",
    ".ini",
    ".yml",
    ".toml",
    ".mako",
    ".js",
}
FOLDERS = ("api", "tests", "migrations", "frontend/src", "docs", "nginx", "bench", ".ci")
# The position of the code among the arguments of what makes refusals.
CODE_AT = {"Problem": 1, "deny": 0, "Verdict": 0}
# Verdicts that are only ever told as errors of a field, each beside a sentence of its own.
FIELD_CODES = {"password_is_name", "password_too_common", "no_such_reply"}


def texts() -> Iterator[Path]:
    """Every text that we wrote."""
    yield from (path for path in sorted(ROOT.iterdir()) if path.suffix in TEXTS or path.name == "Makefile")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in TEXTS and not {"paraglide", "node_modules", "__pycache__"} & set(path.parts):
                yield path


def codes_in(tree: ast.AST) -> set[str]:
    """The codes of the refusals that a module makes, as far as they are written out."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        at = CODE_AT.get(name)
        given = [k.value for k in node.keywords if k.arg == "code"]
        if at is not None and len(node.args) > at:
            given.append(node.args[at])
        if at is not None:
            found |= {
                n.value
                for g in given
                for n in ast.walk(g)
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return found


def test_nothing_is_left_for_later():
    left = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LATER.search(line)
    ]
    assert left == []


def test_every_code_of_a_refusal_has_a_title(app):
    untitled = {
        f"{path.relative_to(ROOT)}: {code}"
        for path in sources("api")
        for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))
        - problems.TITLES.keys()
        - FIELD_CODES
    }
    assert untitled == set()


def test_every_title_is_one_plain_sentence(app):
    for code, title in problems.TITLES.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", code), code
        assert title == title.strip(), code
        assert title[0].isupper(), code
        assert not title.endswith("."), code


def test_every_broken_constraint_is_a_refusal_with_a_title(app):
    for name, (status, code) in problems._CONSTRAINTS.items():
        assert code in problems.TITLES, name
        assert 400 <= status < 500, name
