"""Every setting is documented, and every documented setting exists."""

import re
from dataclasses import fields

from api.config import PREFIX, TOOL_VARIABLES, Settings
from tests.house.conftest import ROOT

NAME = re.compile(r"PARLEY_[A-Z][A-Z_]*[A-Z]")
SETTINGS = {PREFIX + field.name.upper() for field in fields(Settings)}


def named_in(path: str) -> set[str]:
    """Every variable of ours that a document names."""
    return set(NAME.findall((ROOT / path).read_text(encoding="utf-8")))


def test_the_operators_page_names_every_setting():
    assert SETTINGS - named_in("docs/OPERATING.md") == set()


def test_every_variable_in_documents_exists():
    documents = ["docs/OPERATING.md", "README.md", ".env.example", "docker-compose.yml"]
    for document in documents:
        if (ROOT / document).exists():
            plain = {name.removesuffix("_FILE") for name in named_in(document)}
            assert plain - SETTINGS - TOOL_VARIABLES == set(), document
