"""Functions and modules stay small; what may be larger is named here with its reason."""

import ast

from tests.house.conftest import ROOT, sources

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_MODULE = 300

# "path" or "path:function" -> why it may be larger.
EXCEPTIONS = {
    "api/core/api/blueprint.py:operation": "a declaration is one call; its parameters are most of the lines",
    "api/topics/schemas/topics.py:_topic_json": "one property a line, in the order of the shape that it makes",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(function: Function) -> int:
    """Lines from `def` to the end, the docstring not counted."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        total -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return total


def large() -> dict[str, int]:
    """Everything above its measure, exceptions included."""
    found: dict[str, int] = {}
    for path in sources("api"):
        name = str(path.relative_to(ROOT))
        source = path.read_text(encoding="utf-8")
        if (length := source.count("\n")) > MOST_LINES_OF_A_MODULE:
            found[name] = length
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, Function) and (length := lines_of(node)) > MOST_LINES_OF_A_FUNCTION:
                found[f"{name}:{node.name}"] = length
    return found


def test_functions_and_modules_stay_small():
    assert {name: length for name, length in large().items() if name not in EXCEPTIONS} == {}


def test_no_exception_outlives_its_reason():
    assert set(EXCEPTIONS) - set(large()) == set()
