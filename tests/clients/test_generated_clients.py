"""Five clients in four languages are made from the document as it is served, and each makes the same visit."""

import json
import re
import subprocess

import pytest

from tests.clients.recipes import PAGE, RECIPES, complaints, run, shell
from tests.servers.stack import PROJECT

pytestmark = pytest.mark.clients

VISIT = """\
visited Parley
registered NAME confirmation_sent
confirmed NAME
signed in NAME
opened 山中一夜 A night in the hills once
replied 1 2 3 4 5 6 7
page 1 2 3
page 4 5 6
page 7
edited, version grew by 1
lost 412 version_mismatch
refused 422 invalid_input /tags/0 bad_character /title too_short
refused 404 not_found
found post 去过<mark>两次</mark>。Twice.
signed out 204
"""
REGISTERED = re.compile(r"registered (\S+) ")
# What a generator that warns was seen to say, and what one that does not.
WARNED = [
    "WARNING parsing GET /api/v1/topics within topics.",
    "[main] WARN  o.o.codegen.DefaultCodegen - Multiple schemas found in the OAS 'content' section",
    "Warning(s) encountered while generating. Client was generated, but some pieces may be missing",
    "⚠ Transformers warning: schema is too complex",
]
CONTENT = [
    "[main] INFO  o.o.codegen.TemplateManager - writing file ruby/lib/parley_client/api_error.rb",
    "✨ openapi-typescript 7.13.0",
    "Generating parley_client",
]


def test_the_page_shows_the_five_clients():
    assert [recipe.journey for recipe in RECIPES] == [
        "journey.py", "journey_fetch.ts", "journey_heyapi.ts", "journey.rb", "journey.go",
    ]  # fmt: skip


def test_every_link_of_the_page_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE.read_text(encoding="utf-8"))
    assert [link for link in links if not (PROJECT / "docs" / link).exists()] == []


def test_a_warning_is_told_from_news():
    assert complaints("\n".join([*WARNED, *CONTENT])) == WARNED


def test_a_generator_that_warns_is_heard(environ, tmp_path):
    """What the Python generator cannot read it leaves out, with a warning."""
    document = json.loads((PROJECT / "openapi.json").read_text(encoding="utf-8"))
    document["paths"] = {"/api/v1/topics": document["paths"]["/api/v1/topics"]}
    content = document["paths"]["/api/v1/topics"]["post"]["requestBody"]["content"]
    content["application/cbor"] = content.pop("application/json")
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(AssertionError) as heard:
        run(RECIPES[0].generate, tmp_path, environ)
    assert any("application/cbor" in line or "Warning" in line for line in complaints(str(heard.value)))


def test_a_client_is_generated_without_a_warning(made):
    assert complaints(made.said) == []


def test_a_generated_client_compiles_and_its_types_fit(made):
    run(made.recipe.check, made.folder, made.environ)


def test_a_generated_client_makes_the_whole_visit(made, mailed_token):
    """The test does what the person at the keyboard does: it reads the mail and types its token."""
    with subprocess.Popen(
        shell(made.recipe.run),
        cwd=made.folder,
        env=made.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        said, name = "", ""
        while not name and (line := process.stdout.readline()):
            said += line
            found = REGISTERED.match(line)
            name = found[1] if found else ""
        token = mailed_token(f"{name}@example.org") if name else ""
        rest, _ = process.communicate(f"{token}\n", timeout=60)
    assert said + rest == VISIT.replace("NAME", name)
    assert process.returncode == 0
