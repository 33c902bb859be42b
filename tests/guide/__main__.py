"""`make docs-answers`: writes the answers that the guide's commands really give into its chapters."""

import tempfile
from pathlib import Path

from api.guide.contents import CHAPTERS, LANGUAGES, source, source_file
from tests.guide.running import documented_start, run_guide, with_answers
from tests.servers.launched import launched


def main() -> None:
    """Run both languages against a new forum and rewrite what differs."""
    with tempfile.TemporaryDirectory(prefix="parley-guide-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with launched(folder / "data", environ=documented_start()) as running:
            for language in LANGUAGES:
                answers = run_guide(language, running, folder)
                for chapter in CHAPTERS:
                    text = with_answers(language, chapter, answers[chapter])
                    if text != source(language, chapter):
                        source_file(language, chapter).write_text(text, encoding="utf-8")
                        print(f"{source_file(language, chapter)} was written.")  # noqa: T201


main()
