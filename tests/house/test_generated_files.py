"""What is generated and committed is what the code generates."""

import re
import subprocess
from pathlib import Path

from api.core.api.reference import document_text
from tests.house.conftest import ROOT

SCHEMA = ROOT / "frontend/src/api/schema.d.ts"
GENERATOR = ROOT / "frontend/node_modules/.bin/openapi-typescript"
OPERATIONS = re.compile(r"^export interface operations \{(.*?)^\}", re.DOTALL | re.MULTILINE)
COMPONENTS = re.compile(
    r"^export interface components \{\n    schemas: \{(.*?)^    \};", re.DOTALL | re.MULTILINE
)


def keys(block: str, indent: int) -> set[str]:
    """The property names at one depth of a TypeScript interface."""
    return set(re.findall(rf"^ {{{indent}}}\"?(\w+)\"?: \{{", block, re.MULTILINE))


def test_the_committed_document_is_the_one_the_code_makes(app):
    with app.app_context():
        expected = document_text()
    committed = (ROOT / "openapi.json").read_text(encoding="utf-8")
    assert committed == expected, "openapi.json is stale: run `make openapi`"


def test_the_clients_types_name_every_operation_and_schema(document, operations):
    types = SCHEMA.read_text(encoding="utf-8")
    names = {operation["operationId"] for _, _, operation in operations}
    assert keys(OPERATIONS.search(types)[1], 4) == names, "schema.d.ts is stale: run `make openapi`"
    schemas = {name for name, schema in document["components"]["schemas"].items() if "properties" in schema}
    assert keys(COMPONENTS.search(types)[1], 8) == schemas, "schema.d.ts is stale: run `make openapi`"


def test_the_clients_types_are_those_of_the_committed_document(tmp_path: Path):
    """Exactly, where the generator is installed; `npm run check` compares them as well."""
    if not GENERATOR.exists():
        assert "schema:check" in (ROOT / "frontend/package.json").read_text(encoding="utf-8")
        return
    fresh = tmp_path / "schema.d.ts"
    subprocess.run([GENERATOR, ROOT / "openapi.json", "-o", fresh], check=True, capture_output=True)
    assert SCHEMA.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), (
        "schema.d.ts is stale: run `make openapi`"
    )
