from contextlib import nullcontext

import orjson
import pytest
from click.testing import CliRunner

from api.archive.commands import command
from api.core.commands import Target
from tests.archive.dump_of_ours import answer, question


@pytest.fixture
def run(app):
    """Types `parley import ARGUMENTS`."""

    def run(*arguments, json=False):
        target = Target(open=lambda: nullcontext(app), json=json)
        return CliRunner().invoke(command, [str(argument) for argument in arguments], obj=target)

    return run


def test_the_command_says_what_it_took_and_what_it_left(place, run):
    place.write([question(10), answer(11, 10, 1), answer(12, 99, 1)])
    result = run("stackexchange", place.folder)
    assert result.exit_code == 0, result.output
    assert "4 members, 1 topics, 1 answers" in result.stdout
    assert "2 of 2 (100.00 %)" in result.stdout
    assert "left: 1 x answers whose question is not in the dump (post 12 on 99)" in result.stdout
    assert "not in the folder: Tags, Comments, Votes, PostHistory, PostLinks" in result.stdout


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_command_says_everything_as_json(place, run, everywhere):
    place.write([question(10), *(answer(n, 99, 1) for n in range(20, 26))])
    result = run("stackexchange", place.folder, *([] if everywhere else ["--json"]), json=everywhere)
    facts = orjson.loads(result.stdout)
    assert facts["taken"]["topics"] == 1
    assert len(facts["left"]["answers whose question is not in the dump"]) == 6
    assert (facts["site"], facts["category"]) == (place.site, place.category)
    assert facts["likeness_percent"] == 100.0


def test_category_and_site_can_be_chosen(place, run, world):
    slug = world.name("bells")
    place.write([question(10)])
    result = run("stackexchange", place.folder, "--category", slug, "--site", "Bells.example.org", "--json")
    facts = orjson.loads(result.stdout)
    assert (facts["source"], facts["category"]) == ("stackexchange:bells.example.org", slug)


def test_what_is_no_dump_is_one_sentence_and_exit_1(place, run):
    result = run("stackexchange", place.folder)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {place.folder} is not a folder.\n"


def test_a_damaged_dump_is_imported_as_far_as_it_goes_and_exit_1(place, run):
    place.write([question(10), question(20)])
    path = place.folder / "Posts.xml"
    path.write_text(path.read_text("utf-8").replace('Id="20"', "<"), "utf-8")
    result = run("stackexchange", place.folder)
    assert result.exit_code == 1
    assert "Posts.xml, line 4: not well-formed (invalid token); 1 rows before it were kept" in result.stdout
    assert "what could be read is imported" in result.stderr
    assert len(place.topics()) == 1
