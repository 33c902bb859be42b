"""Imports run down only: the floors and rows of docs/ARCHITECTURE.md, as .importlinter has them."""

from importlinter.application.use_cases import create_report, read_user_options
from importlinter.cli import lint_imports
from importlinter.configuration import configure

from tests.house.conftest import ROOT, sources

ROWS = ("routes", "tasks", "commands", "schemas", "actions", "queries", "rules", "models")
CONTRACTS = str(ROOT / ".importlinter")


def test_no_import_runs_up(capsys):
    status = lint_imports(config_filename=CONTRACTS, no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_every_row_has_a_contract():
    configure()
    options = read_user_options(config_filename=CONTRACTS)
    report = create_report(options, cache_dir=None)
    named = " ".join(contract.name for contract, _ in report.get_contracts_and_checks())
    assert [row for row in ROWS if row not in named.lower() and row != "routes"] == []


def test_a_feature_has_only_rows_that_are_in_the_grid_or_modules_of_its_own():
    """Names that say nothing collect everything."""
    vague = {
        "utils",
        "util",
        "common",
        "helpers",
        "helper",
        "manage",
        "misc",
        "manager",
        "service",
        "services",
        "base",
    }
    assert [str(path) for path in sources("api") if path.stem in vague or path.parent.name in vague] == []
