"""Every command of the guide is typed into a shell beside a new forum; what it answers is what is shown."""

from pathlib import Path

import pytest

from api.guide.contents import CHAPTERS, LANGUAGES
from tests.guide.answers import difference, is_as_shown
from tests.guide.running import documented_start, run_guide, steps_of
from tests.servers.launched import launched

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each command of each chapter printed, by language."""
    folder: Path = tmp_path_factory.mktemp("guide")
    with launched(folder / "data", environ=documented_start()) as running:
        yield {language: run_guide(language, running, folder) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_commands_of_a_chapter_answer_what_is_shown(answers, language, chapter):
    steps = steps_of(language, chapter)
    wrong = [
        difference(step.command, step.answer, real)
        for step, real in zip(steps, answers[language][chapter], strict=True)
        if not is_as_shown(step.answer, real)
    ]
    assert wrong == [], "\n" + "\n\n".join(wrong) + "\n\n`make docs-answers` writes what was answered."
