"""What is generated and committed is what the code generates."""

import json
import re
import subprocess
from pathlib import Path

from api import policy
from api.core.api.reference import document_texts
from tests.house.conftest import ROOT

FRONTEND = ROOT / "frontend"
SCHEMA = FRONTEND / "src/api/schema.d.ts"
GENERATOR = FRONTEND / "node_modules/.bin/openapi-typescript"
STALE = "schema.d.ts is stale: run `make openapi`"
OPERATIONS = re.compile(r"^export interface operations \{(.*?)^\}", re.DOTALL | re.MULTILINE)
COMPONENTS = re.compile(
    r"^export interface components \{\n    schemas: \{(.*?)^    \};", re.DOTALL | re.MULTILINE
)


def keys(block: str, indent: int) -> set[str]:
    """The property names at one depth of a TypeScript interface."""
    return set(re.findall(rf"^ {{{indent}}}\"?(\w+)\"?: \{{", block, re.MULTILINE))


def test_the_committed_documents_are_those_the_code_makes(app):
    with app.app_context():
        expected = document_texts()
    assert set(expected) == {"openapi.json", "openapi-3.0.json"}
    for name, text in expected.items():
        committed = (ROOT / name).read_text(encoding="utf-8")
        assert committed == text, f"{name} is stale: run `make openapi`"


def test_the_committed_policy_is_what_the_rules_say():
    committed = (ROOT / "docs/permissions.md").read_text(encoding="utf-8")
    assert committed == policy.document(), "docs/permissions.md is stale: run `parley permissions`"


def test_the_clients_types_are_those_of_the_document(document, operations, tmp_path: Path):
    """By name everywhere; to the letter where the generator is installed, with the options of `npm run schema`."""
    types = SCHEMA.read_text(encoding="utf-8")
    names = {operation["operationId"] for _, _, operation in operations}
    assert keys(OPERATIONS.search(types)[1], 4) == names, STALE
    schemas = {name for name, schema in document["components"]["schemas"].items() if "properties" in schema}
    assert keys(COMPONENTS.search(types)[1], 8) == schemas, STALE
    if GENERATOR.exists():
        assert types == generated(tmp_path / "schema.d.ts"), STALE


def generated(path: Path) -> str:
    """What `npm run schema` would write."""
    script = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["scripts"]["schema"]
    _, *arguments = script.split()
    arguments[arguments.index("-o") + 1] = str(path)
    subprocess.run([GENERATOR, *arguments], cwd=FRONTEND, check=True, capture_output=True)
    return path.read_text(encoding="utf-8")
